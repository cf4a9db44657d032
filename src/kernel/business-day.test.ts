import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  daysBetween,
  startOfDay,
  startOfMonth,
  useTimeZone,
} from './business-day.ts';

afterEach(() => useTimeZone('Asia/Shanghai'));

describe('business days', () => {
  test.each([
    ['2026-01-31T15:59:59.999Z', '2026-01-31'],
    ['2026-01-31T16:00:00.000Z', '2026-02-01'],
    ['2027-12-31T15:59:59.999Z', '2027-12-31'],
    ['2027-12-31T16:00:00.000Z', '2028-01-01'],
    ['2028-02-28T16:00:00.000Z', '2028-02-29'],
  ])('%s falls on %s in Shanghai', (instant, day) => {
    expect(businessDayOf(new Date(instant))).toBe(day);
  });

  test('the day asked before does not leak into the next answer', () => {
    const late = new Date('2026-01-31T15:59:59.999Z');
    const next = new Date('2026-01-31T16:00:00.000Z');
    expect([late, next, late].map(businessDayOf)).toEqual([
      '2026-01-31',
      '2026-02-01',
      '2026-01-31',
    ]);
  });

  test.each([
    ['Asia/Shanghai', '2026-02-01', '2026-01-31T16:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00.000Z'],
    // Clocks go forward at midnight: the day begins at one o'clock.
    ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '2025-12-31T18:15:00.000Z'],
  ] as const)('in %s the day %s begins at %s', (zone, day, instant) => {
    useTimeZone(zone);
    expect(startOfDay(day).toISOString()).toBe(instant);
    expect(businessDayOf(new Date(instant))).toBe(day);
    expect(businessDayOf(new Date(Date.parse(instant) - 1))).toBe(addDays(day, -1));
  });

  test('a zone that does not exist is refused', () => {
    expect(() => useTimeZone('Asia/Atlantis')).toThrow(RangeError);
  });

  test.each([
    ['2026-01-31', 1, '2026-02-01'],
    ['2028-02-28', 1, '2028-02-29'],
    ['2028-03-01', -1, '2028-02-29'],
    ['2026-12-31', 1, '2027-01-01'],
  ] as const)('%s and %i days is %s', (day, days, result) => {
    expect(addDays(day, days)).toBe(result);
    expect(daysBetween(day, result)).toBe(days);
  });

  test.each([
    ['2026-11-24', 13, '2027-12-01'],
    ['2026-01-31', 1, '2026-02-01'],
    ['2028-02-29', 0, '2028-02-01'],
    ['2026-01-15', -1, '2025-12-01'],
  ] as const)('%s, %i months later, the month begins on %s', (day, months, first) => {
    expect(startOfMonth(day, months)).toBe(first);
  });

  test('every instant lies in the day it is told', () => {
    const zones = fc.constantFrom(
      'Asia/Shanghai',
      'Europe/London',
      'America/Sao_Paulo',
      'Asia/Tehran',
    );
    const instants = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2060-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(zones, instants, (zone, instant) => {
        useTimeZone(zone);
        const day: BusinessDay = businessDayOf(instant);
        expect(startOfDay(day).getTime()).toBeLessThanOrEqual(instant.getTime());
        expect(startOfDay(addDays(day, 1)).getTime()).toBeGreaterThan(instant.getTime());
      }),
    );
  });
});
