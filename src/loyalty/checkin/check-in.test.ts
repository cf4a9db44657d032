import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { addDays, startOfDay, useTimeZone } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as settings from '../settings/index.ts';
import { type CheckInResult, checkIn, streakOf } from './index.ts';

const { connection } = useDatabase();
let clock = new Date('2026-01-01T00:00:00+08:00');
beforeAll(() => {
  const { standalone } = connection();
  const log = at('2026-01-01T00:00:00+08:00').log;
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => clock, log });
});
afterAll(() => ledger.close());
afterEach(() => useTimeZone('Asia/Shanghai'));

let messages = 0;

/** One message of a follower; every message has a cause of its own unless it is said. */
function message(instant: string, cause = `msg:${++messages}`): Context {
  const ctx = at(instant, { cause });
  clock = ctx.now;
  return ctx;
}

function follower(): MemberId {
  return newId('mem', new Date('2026-01-01T00:00:00+08:00'));
}

async function checkedIn(memberId: MemberId, days: readonly string[]): Promise<CheckInResult[]> {
  const results: CheckInResult[] = [];
  for (const day of days) results.push(await checkIn(message(`${day}T08:02:00+08:00`), memberId));
  return results;
}

function daysFrom(first: Parameters<typeof addDays>[0], count: number): string[] {
  return Array.from({ length: count }, (_, n) => addDays(first, n));
}

describe('a follower who checks in', () => {
  test('for the first time hears what seven days in a row will give', async () => {
    const ctx = message('2026-01-30T08:02:00+08:00');
    expect(await checkIn(ctx, follower())).toEqual({
      occasion: 'first',
      checkedInAt: ctx.now,
      streakDays: 1,
      pointsEarned: 10,
      milestoneDays: 7,
      milestonePoints: 50,
      balance: 10,
    });
  });

  test('seven days in a row over the end of a month earns the milestone as a row of its own', async () => {
    const memberId = follower();
    const results = await checkedIn(memberId, daysFrom('2026-01-28', 8));
    expect(results.map(({ occasion }) => occasion)).toEqual([
      'first',
      ...Array(5).fill('ok'),
      'milestone',
      'ok',
    ]);
    expect(results[6]).toMatchObject({ streakDays: 7, pointsEarned: 10, balance: 120 });
    expect(results[7]).toMatchObject({ streakDays: 8, milestoneDays: 14, balance: 130 });
    const entry = await ledger.entryOf(
      message('2026-02-05T00:00:00+08:00'),
      memberId,
      'checkin:2026-02-03',
    );
    expect(entry?.moves.map(({ given }) => given)).toEqual([
      [{ kind: 'general', expiresOn: '2027-03-01', points: 10 }],
      [{ kind: 'general', expiresOn: '2027-03-01', points: 50 }],
    ]);
    expect(entry?.moves.map(({ sources }) => sources)).toEqual([
      [{ source: 'checkin.base', points: 10 }],
      [{ source: 'checkin.milestone', points: 50 }],
    ]);
  });

  test.each([
    ['29 February', '2028-02-27'],
    ['the new year', '2026-12-29'],
  ] as const)('keeps the streak over %s', async (_what, first) => {
    const [last] = (await checkedIn(follower(), daysFrom(first, 5))).slice(-1);
    expect(last).toMatchObject({ occasion: 'ok', streakDays: 5, balance: 50 });
  });

  test('after a missed day begins anew and earns no less than before', async () => {
    const results = await checkedIn(follower(), ['2026-03-01', '2026-03-02', '2026-03-04']);
    expect(results[2]).toMatchObject({ occasion: 'lapsed', streakDays: 1, pointsEarned: 10 });
  });

  test('twice on a day hears when it was done, and nothing changes', async () => {
    const memberId = follower();
    const first = await checkIn(message('2026-03-10T08:02:00+08:00'), memberId);
    const second = await checkIn(message('2026-03-10T23:59:59+08:00'), memberId);
    expect(second).toEqual({ ...first, occasion: 'done' });
  });

  test('by one message that is delivered three times hears the same words three times', async () => {
    const memberId = follower();
    const first = await checkIn(message('2026-03-11T08:02:00+08:00', 'msg:once'), memberId);
    for (let delivery = 2; delivery <= 3; delivery++) {
      expect(await checkIn(message('2026-03-11T08:02:00+08:00', 'msg:once'), memberId)).toEqual(
        first,
      );
    }
    expect(first).toMatchObject({ occasion: 'first', balance: 10 });
  });

  test('by three deliveries at the same moment earns once', async () => {
    const memberId = follower();
    const deliveries = Array.from({ length: 3 }, () =>
      checkIn(message('2026-03-12T08:02:00+08:00', 'msg:at-once'), memberId),
    );
    const results = await Promise.all(deliveries);
    for (const result of results) expect(result).toMatchObject({ occasion: 'first', balance: 10 });
  });

  test('just before midnight has checked in on that day, also when it is redelivered after it', async () => {
    const memberId = follower();
    const sent = message('2026-03-31T23:59:58+08:00', 'msg:midnight');
    const first = await checkIn(sent, memberId);
    clock = new Date('2026-04-01T00:00:10+08:00');
    expect(await checkIn(sent, memberId)).toEqual(first);
    const next = await checkIn(message('2026-04-01T00:00:20+08:00'), memberId);
    expect(next).toMatchObject({ occasion: 'ok', streakDays: 2, balance: 20 });
  });
});

test('whatever days a follower comes, the balance is ten a day and fifty for each seventh in a row', async () => {
  const offsets = fc.uniqueArray(fc.integer({ min: 0, max: 24 }), { minLength: 1, maxLength: 24 });
  await fc.assert(
    fc.asyncProperty(offsets, async (picked) => {
      const there = new Set(picked);
      const days = picked.toSorted((a, b) => a - b);
      const results = await checkedIn(
        follower(),
        days.map((n) => addDays('2028-02-16', n)),
      );
      let expected = 0;
      for (const [index, day] of days.entries()) {
        let run = 0;
        while (there.has(day - run)) run++;
        expected += 10 + (run % 7 === 0 ? 50 : 0);
        expect(results[index]).toMatchObject({ streakDays: run, balance: expected });
      }
    }),
    { numRuns: 12 },
  );
});

test('a streak shows what counts today', async () => {
  const memberId = follower();
  await checkedIn(memberId, ['2026-05-01', '2026-05-02']);
  const shown = async (day: string) => streakOf(message(`${day}T12:00:00+08:00`), memberId);
  expect(await shown('2026-05-02')).toEqual({ days: 2, checkedInToday: true });
  expect(await shown('2026-05-03')).toEqual({ days: 2, checkedInToday: false });
  expect(await shown('2026-05-04')).toEqual({ days: 0, checkedInToday: false });
  expect(await streakOf(message('2026-05-04T12:00:00+08:00'), follower())).toEqual({
    days: 0,
    checkedInToday: false,
  });
});

test.each([
  ['Asia/Shanghai', '2026-06-30T15:59:59Z', '2026-06-30T16:00:00Z'],
  ['America/New_York', '2026-11-01T03:59:59Z', '2026-11-01T04:00:00Z'],
  ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'],
])('in %s the day ends at midnight there', async (zone, before, after) => {
  useTimeZone(zone);
  const memberId = follower();
  await checkIn(message(before), memberId);
  const next = await checkIn(message(after), memberId);
  expect(next).toMatchObject({ occasion: 'ok', streakDays: 2 });
  const noon = new Date(startOfDay(message(after).today).getTime() + 12 * 3_600_000);
  expect(await checkIn(message(noon.toISOString()), memberId)).toMatchObject({ occasion: 'done' });
});

test('the rules of a micro store give milestones on days 7, 15, 30 and each 30th after', async () => {
  const ctx = message('2026-07-01T00:00:00+08:00');
  await settings.change(ctx, 'rules', { inForce: 'micro-store@1' });
  const results = await checkedIn(follower(), daysFrom('2026-07-01', 61));
  const milestones = results.filter(({ occasion }) => occasion === 'milestone');
  expect(
    milestones.map(({ streakDays, milestonePoints }) => [streakDays, milestonePoints]),
  ).toEqual([
    [7, 20],
    [15, 40],
    [30, 80],
    [60, 80],
  ]);
  expect(results.at(-1)?.balance).toBe(61 * 5 + 20 + 40 + 80 + 80);
  await settings.change(message('2026-09-01T00:00:00+08:00'), 'rules', { inForce: 'standard@1' });
});
