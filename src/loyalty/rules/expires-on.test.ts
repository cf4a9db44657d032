import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { addDays, daysBetween, NEVER, useTimeZone } from '../../kernel/business-day.ts';
import { expiresOnOf } from './expires-on.ts';
import { quote } from './index.ts';
import { NAMED_RULESETS } from './named-rulesets.ts';
import type { Ruleset, Validity } from './ruleset.model.ts';

const yearEnd: Validity = { kind: 'year-end', leastDays: 30 };
const day = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('2020-01-01', days));
const leastDays = fc.integer({ min: 1, max: 365 });
const validity: fc.Arbitrary<Validity> = fc.oneof(
  fc.record({ kind: fc.constant('months' as const), months: fc.integer({ min: 1, max: 1200 }) }),
  fc.constant({ kind: 'never' as const }),
  fc.record({ kind: fc.constant('year-end' as const), leastDays }),
);

afterEach(() => useTimeZone('Asia/Shanghai'));

function rulesWith(policy: Validity): Ruleset {
  const [standard] = NAMED_RULESETS;
  if (!standard) throw new Error('there are no rules');
  return { ...standard, validity: policy };
}

test.each([
  ['2026-01-01', '2027-01-01'],
  ['2026-12-01', '2027-01-01'],
  ['2026-12-02', '2027-01-01'],
  ['2026-12-03', '2028-01-01'],
  ['2026-12-31', '2028-01-01'],
  ['2027-01-01', '2028-01-01'],
  ['2028-02-29', '2029-01-01'],
] as const)('points earned on %s until the end of a year are over on %s', (from, expiresOn) => {
  expect(expiresOnOf(yearEnd, from)).toBe(expiresOn);
});

test('points that do not expire all have the one day that never comes', () => {
  expect(expiresOnOf({ kind: 'never' }, '2026-12-31')).toBe(NEVER);
  expect(expiresOnOf({ kind: 'never' }, '2028-02-29')).toBe(NEVER);
});

test('the year of earning is the one in the programme’s zone', () => {
  const policy: Validity = { kind: 'year-end', leastDays: 1 };
  const { today: inShanghai } = at('2026-12-31T16:30:00Z');
  useTimeZone('America/New_York');
  const { today: inNewYork } = at('2026-12-31T16:30:00Z');
  expect([inShanghai, expiresOnOf(policy, inShanghai)]).toEqual(['2027-01-01', '2028-01-01']);
  expect([inNewYork, expiresOnOf(policy, inNewYork)]).toEqual(['2026-12-31', '2027-01-01']);
});

describe('whatever the policy', () => {
  test('points outlive the day of earning and the day from which they can be used', () => {
    const wait = fc.option(fc.integer({ min: -40, max: 400 }), { nil: undefined });
    fc.assert(
      fc.property(validity, day, wait, (policy, today, days) => {
        const pendingUntil = days === undefined ? undefined : addDays(today, days);
        const fact = { kind: 'task', taskPoints: 1, today, pendingUntil } as const;
        const { expiresOn, ...earning } = quote(rulesWith(policy), fact);
        expect(expiresOn > today).toBe(true);
        expect(expiresOn > (pendingUntil ?? '')).toBe(true);
        expect(expiresOn <= NEVER).toBe(true);
        const waits = pendingUntil !== undefined && pendingUntil > today;
        expect(earning.pendingUntil).toBe(waits ? pendingUntil : undefined);
      }),
    );
  });

  test('points that can be used later never end earlier', () => {
    fc.assert(
      fc.property(validity, day, fc.integer({ min: 0, max: 800 }), (policy, from, more) => {
        const after = expiresOnOf(policy, addDays(from, more));
        expect(expiresOnOf(policy, from) <= after).toBe(true);
      }),
    );
  });

  test('the end of a year leaves as many days as it promises, and two years at the most', () => {
    fc.assert(
      fc.property(leastDays, day, (least, from) => {
        const expiresOn = expiresOnOf({ kind: 'year-end', leastDays: least }, from);
        expect(expiresOn.slice(4)).toBe('-01-01');
        expect(daysBetween(from, expiresOn)).toBeGreaterThanOrEqual(least);
        expect(Number(expiresOn.slice(0, 4)) - Number(from.slice(0, 4))).toBeLessThanOrEqual(2);
      }),
    );
  });
});
