import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { useTimeZone } from '../kernel/business-day.ts';
import { cleanText } from './clean-text.ts';
import { RENDERERS } from './facts.ts';

const chinese = RENDERERS['zh-CN'];
const english = RENDERERS.en;

afterEach(() => useTimeZone('Asia/Shanghai'));

describe('facts', () => {
  test.each([
    [0, '0', '+0'],
    [999, '999', '+999'],
    [1260, '1,260', '+1,260'],
    [9_999_999, '9,999,999', '+9,999,999'],
    [-380, '-380', '−380'],
    [-12_345, '-12,345', '−12,345'],
  ])('%i points read %s, and as a change %s', (points, plain, signed) => {
    expect(chinese.points(points)).toBe(plain);
    expect(chinese.signedPoints(points)).toBe(signed);
    expect(chinese.digits(points)).toBe(String(points));
  });

  test('days read as people write them, without leading zeros', () => {
    expect(chinese.day('2026-11-30')).toBe('11 月 30 日');
    expect(chinese.day('2026-01-05')).toBe('1 月 5 日');
    expect(chinese.shortDay('2026-01-05')).toBe('1/5');
    expect(chinese.longDay('2026-11-30')).toBe('2026年11月30日');
    expect(english.day('2026-11-30')).toBe('30 Nov');
    expect(english.longDay('2026-01-05')).toBe('5 Jan 2026');
  });

  test('times are those of the programme', () => {
    const instant = new Date('2026-01-31T00:02:59Z');
    expect(chinese.time(instant)).toBe('8:02');
    useTimeZone('America/New_York');
    expect(chinese.time(instant)).toBe('19:02');
  });

  test('an address that is none is a mistake of the code', () => {
    expect(chinese.url('https://points.example/h5/rules')).toBe('https://points.example/h5/rules');
    for (const url of ['/h5/rules', 'javascript:alert(1)', 'https://a b', 'https://a">']) {
      expect(() => chinese.url(url), url).toThrow();
    }
  });
});

describe('text from outside', () => {
  test.each([
    ['燕麦拿铁券', '燕麦拿铁券'],
    ['  a  b ', 'a b'],
    ['一\n二\r\n三\u2028四', '一 二 三 四'],
    ['<b>小满</b>', 'b小满/b'],
    ['看 https://evil.example/x?y=1 这里', '看 这里'],
    ['ht<tp://evil.example', ''],
    ['WWW.evil.example 好', '好'],
    ['去evil.cn/x吧', '去 吧'],
    ['weixin://dl/business', ''],
    ['a\u202eb\u200bc\u0000d', 'a b c d'],
    ['3.5 折', '3.5 折'],
    [`${'x'.repeat(30)} evil.cn.${'y'.repeat(20)}`, `${'x'.repeat(30)} evil.cn.…`],
    [`${'x'.repeat(31)} evil.cnyyyyy`, `${'x'.repeat(31)} …`],
    ['礼'.repeat(41), `${'礼'.repeat(39)}…`],
    ['🎉'.repeat(41), `${'🎉'.repeat(39)}…`],
  ])('%j becomes %j', (text, cleaned) => {
    expect(cleanText(text, 40)).toBe(cleaned);
  });

  test('is one line without markup or links, however it was written, and cleaning it twice changes nothing', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        'h',
        't',
        'p',
        ':',
        '/',
        'www.',
        '.cn',
        'a',
        '你',
        '\n',
        '\u200b',
        ' ',
      ),
      maxLength: 60,
    });
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (text) => {
        const cleaned = cleanText(text, 40);
        expect(cleaned).not.toMatch(/[<>]|:\/\/[a-z0-9]|\p{Cc}|\p{Zl}|\p{Zp}/u);
        expect([...cleaned].length).toBeLessThanOrEqual(40);
        expect(cleanText(cleaned, 40)).toBe(cleaned);
      }),
      { numRuns: 2000 },
    );
  });
});
