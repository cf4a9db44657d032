import fc from 'fast-check';
import { beforeEach, expect, it } from 'vitest';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import type { Place } from './audit-round.model.ts';
import { changedAccounts } from './changed-accounts.ts';
import { type Entry, entryIdOf } from './entry.model.ts';
import type { AccountId } from './points.ts';

useDatabase();
const START = new Date('2026-01-31T02:00:00Z').getTime();

function entries() {
  return database().collection<Entry>('entries');
}

/** Entries of accounts at whole seconds after the start; their seq is their place in the list. */
async function posted(of: Readonly<Record<string, readonly number[]>>): Promise<void> {
  const list = Object.entries(of).flatMap(([name, seconds]) => {
    const accountId: AccountId = `pool:${name}`;
    return seconds.map((second, i) => ({
      _id: entryIdOf(accountId, i + 1),
      accountId,
      seq: i + 1,
      key: `k:${i}`,
      postedAt: new Date(START + second * 1000),
    }));
  });
  if (list.length > 0) await entries().insertMany(list as unknown as Entry[]);
}

/** Every account that the pages name, from the start for so many seconds. */
async function followed(limit: number, seconds = 100): Promise<string[]> {
  const until = new Date(START + seconds * 1000);
  const named: string[] = [];
  let from: Place | null = { at: new Date(START), id: '' };
  while (from) {
    const { accounts, next } = await changedAccounts(entries(), { from, until, limit });
    named.push(...accounts);
    from = next;
  }
  return named.map((accountId) => accountId.slice('pool:'.length));
}

beforeEach(async () => {
  await entries().deleteMany({});
});

it('an account is named once, with its last entry of the period', async () => {
  await posted({ a: [1, 5, 9], b: [2], c: [3, 3, 3], late: [100], before: [-1], both: [7, 101] });
  for (const limit of [1, 2, 3, 50]) {
    expect((await followed(limit)).toSorted()).toEqual(['a', 'b', 'both', 'c']);
  }
});

it('many entries of one instant are followed by their ids', async () => {
  await posted({ a: [4, 4, 4], b: [4], c: [4, 4], d: [0], e: [5] });
  for (const limit of [1, 2, 3]) {
    expect((await followed(limit)).toSorted()).toEqual(['a', 'b', 'c', 'd', 'e']);
  }
});

it('an account is not hidden by the time of its next entry, when somebody changed that', async () => {
  await posted({ a: [5, 2], b: [6, -9] });
  expect(await followed(1)).toEqual(['a', 'a', 'b']);
});

it('whatever was posted, each account with an entry in the period is named exactly once', async () => {
  const seconds = fc.array(fc.integer({ min: -2, max: 12 }), { maxLength: 6 });
  const input = fc.record({
    of: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), seconds),
    limit: fc.integer({ min: 1, max: 6 }),
  });
  const named = fc.asyncProperty(input, async ({ of, limit }) => {
    await entries().deleteMany({});
    const inOrder = Object.entries(of).map(([name, list]) => [
      name,
      list.toSorted((a, b) => a - b),
    ]);
    await posted(Object.fromEntries(inOrder));
    const within = Object.entries(of).filter(([, list]) => list.some((at) => at >= 0 && at < 10));
    const expected = within.map(([name]) => name).toSorted();
    expect((await followed(limit, 10)).toSorted()).toEqual(expected);
  });
  await fc.assert(named, { numRuns: 25 });
});
