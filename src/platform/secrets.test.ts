import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSecrets } from './secrets.ts';

const NONE = { sessionSecret: null, dataKey: null };
const ALL = { sessionSecret: 's'.repeat(32), dataKey: Buffer.alloc(32, 7) };
let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'jifenwu-secrets-')), 'data');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true }));

test('the first start makes both, and each later start finds them', () => {
  const first = readSecrets(folder, NONE);
  expect(first.sessionSecret.length).toBeGreaterThanOrEqual(32);
  expect(first.dataKey).toHaveLength(32);
  expect(readSecrets(folder, NONE)).toEqual(first);
  expect(readdirSync(folder)).toEqual(['secrets.json']);
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

test('two folders have different secrets', () => {
  const other = readSecrets(join(folder, 'other'), NONE);
  expect(readSecrets(folder, NONE)).not.toEqual(other);
});

test('what is given wins, and given both nothing is written', () => {
  expect(readSecrets(folder, ALL)).toEqual(ALL);
  expect(existsSync(folder)).toBe(false);
  const { sessionSecret } = ALL;
  expect(readSecrets(folder, { sessionSecret, dataKey: null }).sessionSecret).toBe(sessionSecret);
  expect(readSecrets(folder, NONE).sessionSecret).not.toBe(sessionSecret);
});

test.each(['', '{"sessionSecret":"short"', '{"sessionSecret":"short","dataKey":"AAAA"}', 'null'])(
  'a damaged file (%s) is told and never replaced',
  (text) => {
    readSecrets(folder, NONE);
    writeFileSync(join(folder, 'secrets.json'), text);
    expect(() => readSecrets(folder, NONE)).toThrow('secrets.json is damaged');
  },
);
