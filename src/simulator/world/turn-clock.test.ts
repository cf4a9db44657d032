import { describe, expect, test } from 'vitest';
import { type Turn, turnClock } from './turn-clock.ts';
import { turnableClock } from './turnable-clock.ts';

function turned(from: string, turn: Turn): string {
  const clock = turnableClock(() => new Date(from));
  turnClock(clock, turn);
  return clock.now().toISOString();
}

describe('turning the clock', () => {
  test.each([
    ['2026-11-24T20:14:00+08:00', { to: 'end-of-day' }, '2026-11-24T15:59:00.000Z'],
    ['2026-11-24T23:59:00+08:00', { to: 'end-of-day' }, '2026-11-25T15:59:00.000Z'],
    ['2026-11-24T20:14:00+08:00', { to: 'end-of-month' }, '2026-11-30T15:59:00.000Z'],
    ['2026-11-30T23:59:30+08:00', { to: 'end-of-month' }, '2026-12-31T15:59:00.000Z'],
    ['2028-02-10T08:00:00+08:00', { to: 'end-of-month' }, '2028-02-29T15:59:00.000Z'],
    ['2026-11-24T20:14:00+08:00', { advanceSeconds: 86_400 }, '2026-11-25T12:14:00.000Z'],
    ['2026-11-24T20:14:00+08:00', { to: '2026-01-31T23:59:58+08:00' }, '2026-01-31T15:59:58.000Z'],
    [
      '2026-11-24T20:14:00+08:00',
      { to: 'end-of-day', advanceSeconds: 60 },
      '2026-11-24T16:00:00.000Z',
    ],
  ])('from %s by %j', (from, turn, to) => {
    expect(turned(from, turn)).toBe(to);
  });

  test.each(['tomorrow', '24', '2026-13-45T00:00:00Z'])('does not know when %j is', (to) => {
    expect(() => turned('2026-11-24T20:14:00+08:00', { to })).toThrow('TIME_INVALID');
  });

  test('it runs on with the system’s clock', () => {
    let system = new Date('2026-11-24T12:00:00Z');
    const clock = turnableClock(() => system);
    clock.turnTo(new Date('2026-12-01T00:00:00Z'));
    system = new Date('2026-11-24T12:00:05Z');
    expect(clock.now().toISOString()).toBe('2026-12-01T00:00:05.000Z');
    clock.advance(-1000);
    expect(clock.now().toISOString()).toBe('2026-12-01T00:00:04.000Z');
  });
});
