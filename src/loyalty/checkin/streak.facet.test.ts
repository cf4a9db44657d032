import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type BusinessDay } from '../../kernel/business-day.ts';
import { extended, type Streak, streakFacet } from './streak.facet.ts';

function streakOver(days: readonly BusinessDay[]): Streak {
  return days.reduce(extended, streakFacet.initial);
}

function daysFrom(first: BusinessDay, count: number): BusinessDay[] {
  return Array.from({ length: count }, (_, n) => addDays(first, n));
}

describe('a streak', () => {
  test.each([
    ['the end of a month', '2026-01-29', 5, '2026-02-02'],
    ['the end of February', '2027-02-26', 5, '2027-03-02'],
    ['29 February', '2028-02-27', 5, '2028-03-02'],
    ['the new year', '2026-12-30', 4, '2027-01-02'],
    ['a whole leap year', '2028-01-01', 366, '2028-12-31'],
  ] as const)('goes on over %s', (_what, first, days, lastDay) => {
    expect(streakOver(daysFrom(first, days))).toEqual({ lastDay, days });
  });

  test('starts again after 29 February was missed', () => {
    expect(streakOver(['2028-02-27', '2028-02-28', '2028-03-01'])).toEqual({
      lastDay: '2028-03-01',
      days: 1,
    });
  });

  test('takes in the day before it when the messages changed places at midnight', () => {
    expect(streakOver(['2026-02-01', '2026-01-31'])).toEqual({ lastDay: '2026-02-01', days: 2 });
    expect(streakOver(['2026-02-01', '2026-01-31', '2026-02-02']).days).toBe(3);
  });

  test('refuses a day that lies further back', () => {
    expect(() => streakOver(['2026-02-01', '2026-01-30'])).toThrow('CHECKIN_TOO_LATE');
  });

  test('is as long as the run of days that ends with its last day, whatever days were taken', () => {
    const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(offsets, (picked) => {
        const days = picked.toSorted((a, b) => a - b).map((n) => addDays('2028-02-01', n));
        const there = new Set(days);
        const last = days[days.length - 1] as BusinessDay;
        let run = 0;
        while (there.has(addDays(last, -run))) run++;
        expect(streakOver(days)).toEqual({ lastDay: last, days: run });
      }),
    );
  });
});
