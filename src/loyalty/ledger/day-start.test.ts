import { afterEach, expect, it, vi } from 'vitest';
import { useTimeZone } from '../../kernel/business-day.ts';
import { dayStartMs } from './day-start.ts';

afterEach(() => {
  vi.restoreAllMocks();
  useTimeZone('Asia/Shanghai');
});

/** A day of the year 2000 and after. */
function dayOf(n: number): string {
  return new Date(Date.UTC(2000, 0, 1 + n)).toISOString().slice(0, 10);
}

it('a day begins at midnight of the programme, also when it was asked before in another zone', () => {
  const shanghai = Date.parse('2026-02-01T00:00:00+08:00');
  expect(dayStartMs('2026-02-01')).toBe(shanghai);
  expect(dayStartMs('2026-02-01')).toBe(shanghai);
  useTimeZone('Europe/Berlin');
  expect(dayStartMs('2026-02-01')).toBe(Date.parse('2026-02-01T00:00:00+01:00'));
  useTimeZone('Asia/Shanghai');
  expect(dayStartMs('2026-02-01')).toBe(shanghai);
});

it('a text that only looks like a day begins never', () => {
  for (const text of ['2026-13-01', '2026-00-10', '2026-02-41', '']) {
    expect(dayStartMs(text)).toBeNaN();
    expect(dayStartMs(text)).toBeNaN();
  }
});

it('more days than are remembered are told all the same', () => {
  const first = dayStartMs('2000-01-01');
  for (let n = 0; n < 1100; n++) {
    expect(dayStartMs(dayOf(n))).toBe(first + n * 86_400_000);
  }
  expect(dayStartMs('2000-01-01')).toBe(first);
});

it('512 days are remembered: none of them is asked for twice, and the next one begins anew', () => {
  useTimeZone('Europe/Berlin');
  const asked = vi.spyOn(Date, 'parse');
  const isAsked = (day: string): boolean => {
    asked.mockClear();
    dayStartMs(day);
    return asked.mock.calls.length > 0;
  };
  const days = Array.from({ length: 512 }, (_, n) => dayOf(n));
  expect(days.map(isAsked)).toEqual(days.map(() => true));
  expect(days.map(isAsked)).toEqual(days.map(() => false));
  expect(isAsked(dayOf(512))).toBe(true);
  expect(isAsked(dayOf(512))).toBe(false);
  expect(isAsked(dayOf(0))).toBe(true);
  // Another zone has other midnights: nothing that was remembered holds there.
  useTimeZone('Asia/Shanghai');
  expect(isAsked(dayOf(512))).toBe(true);
  expect(isAsked(dayOf(512))).toBe(false);
});
