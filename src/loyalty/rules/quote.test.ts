import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ladderOf, milestoneFrom, quote } from './index.ts';
import { NAMED_RULESETS } from './named-rulesets.ts';

const today = '2026-01-31';

function named(name: string) {
  const ruleset = NAMED_RULESETS.find(({ _id }) => _id === `${name}@1`);
  if (!ruleset) throw new Error(`no ruleset ${name}`);
  return ruleset;
}

const standard = named('standard');

describe('a purchase earns', () => {
  test.each([
    ['standard', 0, 0],
    ['standard', 1, 0],
    ['standard', 99, 0],
    ['standard', 100, 1],
    ['standard', 199, 1],
    ['standard', 3250, 32],
    ['standard', 2 ** 53 - 1, 90_071_992_547_409],
    ['wiki', 999, 0],
    ['wiki', 20_000, 20],
    ['micro-store', 9_999, 99],
    ['micro-store', 10_000, 150],
    ['private-domain', 9_999, 99],
    ['private-domain', 10_000, 200],
    ['category', 10_000, 100],
  ])('by %s, for %i fen, %i points', (name, amountFen, points) => {
    const earning = quote(named(name), { kind: 'purchase', amountFen, today });
    expect(earning.points).toBe(points);
    const total = earning.sources?.reduce((sum, part) => sum + part.points, 0);
    expect(total).toBe(points);
    expect(earning.ruleVersion).toBe(`${name}@1`);
  });

  test('for its categories, rounded down once and not line by line', () => {
    const lines = [
      { category: '奶粉', amountFen: 150 },
      { category: '奶粉', amountFen: 150 },
      { category: '文具', amountFen: 99 },
    ];
    const earning = quote(named('category'), { kind: 'purchase', amountFen: 399, lines, today });
    expect(earning.sources).toEqual([
      { source: 'purchase.base', points: 3 },
      { source: 'purchase.category', points: 6 },
    ]);
  });

  test('exactly, where floating point is no longer exact', () => {
    const amount = fc.integer({ min: 0, max: 2 ** 53 - 1 });
    fc.assert(
      fc.property(amount, (amountFen) => {
        const lines = [{ category: '奶粉', amountFen }];
        const { points } = quote(named('category'), { kind: 'purchase', amountFen, lines, today });
        expect(BigInt(points)).toBe((BigInt(amountFen) * 3n) / 100n);
      }),
    );
  });
});

test('a check-in and a task earn what the rules and the task say, and tell their source', () => {
  expect(quote(standard, { kind: 'checkin', streakDays: 1, today })).toEqual({
    points: 10,
    expiresOn: '2027-02-01',
    sources: [{ source: 'checkin.base', points: 10 }],
    ruleVersion: 'standard@1',
  });
  expect(quote(named('micro-store'), { kind: 'checkin', streakDays: 9, today }).points).toBe(5);
  expect(quote(standard, { kind: 'task', taskPoints: 15, today })).toMatchObject({
    points: 15,
    sources: [{ source: 'task.base', points: 15 }],
  });
});

test('where the figures rise with the streak, the last one holds', () => {
  const rising = { ...standard, checkin: { ...standard.checkin, points: [5, 6, 8] } };
  const earned = [1, 2, 3, 4, 100].map(
    (streakDays) => quote(rising, { kind: 'checkin', streakDays, today }).points,
  );
  expect(earned).toEqual([5, 6, 8, 8, 8]);
});

test.each([
  ['2026-01-01', '2027-02-01'],
  ['2026-01-31', '2027-02-01'],
  ['2026-11-30', '2027-12-01'],
  ['2026-12-31', '2028-01-01'],
  ['2027-02-28', '2028-03-01'],
  ['2028-02-29', '2029-03-01'],
] as const)('points earned on %s are no longer valid on %s', (day, expiresOn) => {
  expect(quote(standard, { kind: 'task', taskPoints: 1, today: day }).expiresOn).toBe(expiresOn);
});

test.each([
  ['standard', 1, 7, 50],
  ['standard', 6, 7, 50],
  ['standard', 7, 7, 50],
  ['standard', 8, 14, 50],
  ['standard', 700, 700, 50],
  ['micro-store', 1, 7, 20],
  ['micro-store', 7, 7, 20],
  ['micro-store', 8, 15, 40],
  ['micro-store', 16, 30, 80],
  ['micro-store', 30, 30, 80],
  ['micro-store', 31, 60, 80],
  ['micro-store', 60, 60, 80],
  ['micro-store', 61, 90, 80],
])('by %s, from day %i the milestone is day %i with %i', (name, streakDays, days, points) => {
  const milestone = milestoneFrom(named(name), streakDays, today);
  expect(milestone.days).toBe(days);
  expect(milestone.earning).toMatchObject({
    points,
    expiresOn: '2027-02-01',
    sources: [{ source: 'checkin.milestone', points }],
  });
});

test('the page of the rules can say every figure that earns', () => {
  expect(ladderOf(standard)).toEqual({
    ruleVersion: 'standard@1',
    checkinPoints: [10],
    milestones: [],
    thenEvery: { days: 7, points: 50 },
    fenPerPoint: 100,
    largeOrder: null,
    categories: [],
    validity: { kind: 'months', months: 12 },
  });
  expect(ladderOf(named('category')).categories).toEqual([
    { category: '奶粉', basisPoints: 30_000 },
  ]);
});
