import { describe, expect, test } from 'vitest';
import { checkedName, checkedReason, isSamePerson } from './name-and-reason.ts';

describe('two names mean one person', () => {
  test.each([
    ['Wang Fang', ' wang  fang '],
    ['王芳', '王 芳'],
    ['王芳', '王\u200b芳'],
    ['ＷＡＮＧ', 'wang'],
    ['Zoë', 'Zoe\u0308'],
    ['Strauß', 'STRAUSS'],
    ['李\u{20bb7}', '李\u{20bb7}\ufe00'],
  ])('%s and %s', (a, b) => {
    expect(isSamePerson(a, b)).toBe(true);
  });

  test('but not those that differ in a letter, or in a half of a rare character', () => {
    expect(isSamePerson('王芳', '王方')).toBe(false);
    expect(isSamePerson('李\u{20bb7}', '李\u{20bb6}')).toBe(false);
  });
});

describe('a name and a reason', () => {
  test('are trimmed, and counted by characters instead of bytes', () => {
    expect(checkedName(' 李\u{20bb7} ')).toBe('李\u{20bb7}');
    expect(checkedReason('𠮷'.repeat(200))).toBe('𠮷'.repeat(200));
    expect(checkedReason('刷单 👨‍👩‍👧')).toBe('刷单 👨‍👩‍👧');
  });

  test.each([
    ['nothing', ''],
    ['spaces', '  \u3000'],
    ['what nobody sees', '\u200b\u2060'],
    ['a line break', 'a\nb'],
    ['an escape', 'a\u001b[2Jb'],
    ['text that is turned around', 'a\u202eb'],
    ['half a character', 'a\ud842'],
    ['too much', '𠮷'.repeat(201)],
  ])('are not %s', (_what, text) => {
    expect(() => checkedName(text)).toThrow('NAME_INVALID');
    expect(() => checkedReason(text)).toThrow('REASON_INVALID');
  });
});
