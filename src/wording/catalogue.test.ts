import { describe, expect, test } from 'vitest';
import { catalogueOf } from './catalogue.ts';
import type { Tables, Words } from './catalogue-problems.ts';
import type { Language } from './facts.ts';
import { loadCatalogue } from './index.ts';

const tables: Tables = {
  'a.bar': { days: 'count', of: 'count' },
  'a.list': { rows: 'lines', more: 'lines' },
  'a.tap': { orderId: 'text' },
  'err.too_many': { n: 'count' },
};
const words: Words = new Map([
  ['a.bar', '{days} 天{days/of}'],
  ['a.list', '头\n{rows}\n{more}\n尾'],
  ['a.tap', '回复「[确认|{orderId}]」'],
  ['err.too_many', '最多 {n} 件'],
]);

function made(zh: Words = words, en: Words = words) {
  return catalogueOf(
    tables,
    new Map<Language, Words>([
      ['zh-CN', zh],
      ['en', en],
    ]),
  );
}

/** The tables of this test are not the ones that the compiler knows. */
type Saying = (key: string, facts?: object) => string;

describe('a catalogue', () => {
  test('that lacks words, knows other keys or mentions other facts stops the start, with a list', () => {
    const wrong = new Map(words).set('a.tap', ' ').set('a.bar', '{days/of} {who}').set('b', '?');
    expect(() => made(wrong)).toThrow(
      [
        'The message catalogue is not complete:',
        '  zh-CN: a.tap has no words',
        '  zh-CN: b is no message',
        '  zh-CN: a.bar mentions {who}, which it is not given',
      ].join('\n'),
    );
  });

  test.each([
    ['a bar of what is no count', '{orderId/orderId}', 'draws a bar of {orderId}'],
    ['a bracket that closes nothing', '回复 签到]', 'has a bracket'],
    ['a brace that opens nothing', '{orderId}{', 'has a bracket'],
  ])('%s stops it too', (_, text, problem) => {
    expect(() => made(words, new Map(words).set('a.tap', text))).toThrow(`en: a.tap ${problem}`);
  });

  test.each([
    [6, 7, ' ■■■■■■□'],
    [8, 14, ' ■■■■■■□□□□'],
    [2, 7, ' ■■□□□□□'],
    [7, 7, ' ■■■■■■■'],
    [29, 30, ' ■■■■■■■■■□'],
    [14, 14, ' ■■■■■■■■■■'],
    [0, 7, ' □□□□□□□'],
  ])('%i of %i is drawn as%s', (days, of, bar) => {
    const say = made().say('zh-CN', { tapLinks: false, bars: true }) as Saying;
    expect(say('a.bar', { days, of })).toBe(`${days} 天${bar}`);
    const plain = made().say('zh-CN', { tapLinks: false, bars: false }) as Saying;
    expect(plain('a.bar', { days, of })).toBe(`${days} 天`);
  });

  test('a word is tapped only where that is wished for, and carries its token', () => {
    const style = { tapLinks: true, bars: true };
    const say = made().say('zh-CN', style) as Saying;
    expect(say('a.tap', { orderId: 'ord_1' })).toBe(
      '回复「<a href="weixin://bizmsgmenu?msgmenucontent=确认&msgmenuid=ord_1">确认</a>」',
    );
    expect((made().say('zh-CN') as Saying)('a.tap', { orderId: 'ord_1' })).toBe('回复「确认」');
  });

  test('an empty list takes its line away, and a full one keeps its lines', () => {
    const say = made().say('en') as Saying;
    expect(say('a.list', { rows: '1\n2', more: '' })).toBe('头\n1\n2\n尾');
    expect(say('a.list', { rows: '', more: '3' })).toBe('头\n3\n尾');
  });

  test('a refusal is said by its code, when there are words and all their facts', () => {
    const { sayRefusal } = made();
    const tooMany = { code: 'TOO_MANY', details: { n: 1204 } };
    expect(sayRefusal('zh-CN', tooMany)).toBe('最多 1,204 件');
    expect(sayRefusal('zh-CN', { ...tooMany, details: {} })).toBeNull();
    expect(sayRefusal('zh-CN', { code: 'CONSTRUCTOR', details: {} })).toBeNull();
  });

  test('the one of the product says the samples to the letter', () => {
    const say = loadCatalogue().say('zh-CN', { tapLinks: false, bars: true });
    const day = { pointsEarned: 10, balance: 1200, streakDays: 6, milestoneDays: 7 };
    expect(say('checkin.ok', { ...day, milestonePoints: 50 })).toBe(
      '签到成功，+10 分，余额 1,200 分。\n连续 6 天，第 7 天另得 50 分，明天再来。 ■■■■■■□',
    );
    const checkedInAt = new Date('2026-11-21T08:02:30+08:00');
    expect(say('checkin.done', { checkedInAt, balance: 1260 })).toBe(
      '今天 8:02 已经签过了，余额 1,260 分。\n明天 0 点后再来。',
    );
    const expiring = { expiringPoints: 120, lastDay: '2026-11-30' } as const;
    expect(say('balance.ok', { balance: 1260, ...expiring })).toBe(
      '余额 1,260 分，其中 120 分 11 月 30 日到期。\n回复「明细」看最近变动，「兑换」看能换什么。',
    );
    const row = { day: '2026-11-20', label: '兑换 燕麦拿铁券', points: -380 } as const;
    expect(say('statement.row', row)).toBe('11/20 兑换 燕麦拿铁券 −380');
  });
});
