import { afterEach, expect, test } from 'vitest';
import { useTimeZone } from '../kernel/business-day.ts';
import { outsideQuietHours, timeOn } from './quiet-hours.ts';

afterEach(() => useTimeZone('Asia/Shanghai'));
const night = { start: '22:00', end: '08:00' };

test.each([
  ['2026-11-23T21:59:59+08:00', '2026-11-23T21:59:59+08:00'],
  ['2026-11-23T22:00:00+08:00', '2026-11-24T08:00:00+08:00'],
  ['2026-11-23T23:10:00+08:00', '2026-11-24T08:00:00+08:00'],
  ['2026-12-31T23:59:59+08:00', '2027-01-01T08:00:00+08:00'],
  ['2026-11-24T00:00:00+08:00', '2026-11-24T08:00:00+08:00'],
  ['2026-11-24T07:59:59+08:00', '2026-11-24T08:00:00+08:00'],
  ['2026-11-24T08:00:00+08:00', '2026-11-24T08:00:00+08:00'],
])('a push due at %s leaves at %s', (due, leaves) => {
  expect(outsideQuietHours(new Date(due), night)).toEqual(new Date(leaves));
});

test('quiet hours may lie within a day, or not exist', () => {
  const noon = new Date('2026-11-24T12:30:00+08:00');
  const lunch = { start: '12:00', end: '14:00' };
  expect(outsideQuietHours(noon, lunch)).toEqual(new Date('2026-11-24T14:00:00+08:00'));
  expect(outsideQuietHours(noon, { start: '08:00', end: '08:00' })).toEqual(noon);
});

test('eight in the morning is eight on the clock, also when clocks changed in the night', () => {
  useTimeZone('Europe/Berlin');
  expect(timeOn('2026-03-29', '08:00').toISOString()).toBe('2026-03-29T06:00:00.000Z');
  expect(timeOn('2026-10-25', '08:00').toISOString()).toBe('2026-10-25T07:00:00.000Z');
});
