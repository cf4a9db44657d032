import { beforeAll, expect, test } from 'vitest';
import { useDataKey } from '../../platform/data-key.ts';
import { readCodeLines } from './code-lines.ts';

beforeAll(() => useDataKey(Buffer.alloc(32, 7)));

test('blanks and line ends around a code do not count, blanks within it do', () => {
  const { lines, problems } = readCodeLines(['8K2M-4QXZ\r', '  卡号 1002 密码 77 ']);
  expect(problems).toEqual([]);
  expect(lines.map(({ line, code }) => [line, code])).toEqual([
    [1, '8K2M-4QXZ'],
    [2, '卡号 1002 密码 77'],
  ]);
});

test('every bad line is named, with what is wrong with it', () => {
  const { lines, problems } = readCodeLines([
    'A-1',
    '',
    'A-2',
    ' A-1 ',
    '   ',
    'x'.repeat(101),
    'A\u202e2',
    'B\u0000',
    'a-1',
  ]);
  expect(problems).toEqual([
    { line: 2, problem: 'empty' },
    { line: 4, problem: 'doubled' },
    { line: 5, problem: 'empty' },
    { line: 6, problem: 'too-long' },
    { line: 7, problem: 'unreadable' },
    { line: 8, problem: 'unreadable' },
  ]);
  expect(lines.map(({ line }) => line)).toEqual([1, 3, 9]);
});

test('a code is recognised by a keyed hash that does not tell it', () => {
  const [first] = readCodeLines(['8K2M-4QXZ']).lines;
  const [again] = readCodeLines([' 8K2M-4QXZ']).lines;
  expect(first?.codeHash).toBe(again?.codeHash);
  expect(first?.codeHash).not.toContain('8K2M');
});
