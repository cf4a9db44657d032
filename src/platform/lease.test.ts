import { expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { useDatabase } from '../../tests/support/database.ts';
import { withLease } from './lease.ts';

useDatabase();
const ctx = at('2026-01-31T08:00:00+08:00');
const later = at('2026-01-31T08:01:00+08:00');

/** Runs until it is told to end, and says when it has begun. */
function endless() {
  let [begin, end] = [() => {}, () => {}];
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = () => {
    begin();
    return ended;
  };
  return { run, begun, end };
}

test('what runs under a lease gives its value, and the next may run at once', async () => {
  const hold = { name: 'free', holdMs: 60_000 };
  expect(await withLease(ctx, hold, async () => 7)).toEqual({ outcome: 'done', value: 7 });
  expect(await withLease(ctx, hold, async () => 8)).toEqual({ outcome: 'done', value: 8 });
});

test('of twenty at once one runs, and the others are told that it is held', async () => {
  const hold = { name: 'race', holdMs: 60_000 };
  const { run, end } = endless();
  const outcomes: string[] = [];
  const all = Array.from({ length: 20 }, () =>
    withLease(ctx, hold, run).then(({ outcome }) => {
      outcomes.push(outcome);
      if (outcomes.length === 19) end();
    }),
  );
  await Promise.all(all);
  expect(outcomes.toSorted()).toEqual(['done', ...Array(19).fill('held')]);
});

test('a lease that is over is taken by one of many, and its late holder takes nothing from them', async () => {
  const hold = { name: 'late', holdMs: 60_000 };
  const dead = endless();
  const first = withLease(ctx, hold, dead.run);
  await dead.begun;
  expect(await withLease(ctx, hold, async () => 0)).toEqual({ outcome: 'held' });

  const next = endless();
  const outcomes: string[] = [];
  const takers = Array.from({ length: 10 }, () =>
    withLease(later, hold, next.run).then(({ outcome }) => outcomes.push(outcome)),
  );
  await expect.poll(() => outcomes, { timeout: 8000 }).toEqual(Array(9).fill('held'));

  dead.end();
  expect(await first).toEqual({ outcome: 'done', value: undefined });
  expect(await withLease(later, hold, async () => 0)).toEqual({ outcome: 'held' });
  next.end();
  await Promise.all(takers);
  expect(await withLease(later, hold, async () => 1)).toEqual({ outcome: 'done', value: 1 });
});

test('what fails under a lease lets go of it', async () => {
  const hold = { name: 'failing', holdMs: 60_000 };
  await expect(withLease(ctx, hold, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await withLease(ctx, hold, async () => 1)).toEqual({ outcome: 'done', value: 1 });
});
