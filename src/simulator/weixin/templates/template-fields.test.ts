import { describe, expect, test } from 'vitest';
import { accepts, withoutEmoji } from './template-fields.ts';

describe('what a field of a template message takes', () => {
  test.each([
    ['thing1', '早起签到', '', '长'.repeat(21)],
    ['number2', '1260', '1,260', 'x'],
    ['number2', '-12.5', '十二', '1'.repeat(33)],
    ['character_string3', '+32', '积分', ''],
    ['character_string3', 'SF1024572046', '顺丰 1', 'S'.repeat(33)],
    ['time4', '15:01', '25:01', '2026年11月21日'],
    ['time4', '2026年11月21日 15:01', '上午', '2026-11-21'],
    ['date5', '2026年11月21日', '11月21日', '15:01'],
    ['date5', '2026年11月21日~2026年11月30日', '2026', '21/11/2026'],
    ['amount6', '¥12.50', '12个', `¥${'1'.repeat(11)}`],
    ['phrase7', '已发放', '已发放了很久', 'ok'],
    ['name8', '王小明', '王'.repeat(11), ''],
    ['letter9', 'abc', 'ab1', ''],
    ['keyword1', '任何文字', '', '长'.repeat(21)],
  ])('%s takes %j, neither %j nor %j', (key, good, ...bad) => {
    expect(accepts(key, good)).toBe(true);
    for (const value of bad) expect(accepts(key, value)).toBe(false);
  });

  test('emoji are taken out, words and digits stay', () => {
    expect(withoutEmoji('🎉 签到 +10 分 ❤️👨‍👩‍👧🇨🇳')).toBe('签到 +10 分');
  });
});
