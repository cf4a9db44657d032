import { beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import { committedBooks } from './audit.ts';
import { claimsJoin } from './audit-claims.ts';
import type { Mismatch } from './audit-join.ts';
import { type Entry, entryIdOf, type Move } from './entry.model.ts';
import type { AccountId } from './points.ts';

useDatabase();
const CLAIMED = '2026-01-31T08:00:00+08:00';
const BUDGET: AccountId = 'budget:1';
const LOTS = [{ kind: 'unit', expiresOn: '9999-12-31', points: 20 }] as const;

beforeEach(async () => {
  for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
});

function entry(accountId: AccountId, seq: number, more: Partial<Entry>): Entry {
  const whole = {
    moves: [],
    outcome: {},
    reason: 'k',
    key: `k${seq}`,
    postedAt: new Date(CLAIMED),
  };
  return { ...whole, _id: entryIdOf(accountId, seq), accountId, seq, ...more } as Entry;
}

const spend: Move = { type: 'spend', postings: {}, purpose: 'claim', taken: LOTS };

function claim(seq: number, outcome: object, move: Partial<Move> = {}): Entry {
  return entry(BUDGET, seq, { moves: [{ ...spend, ...move }], outcome: outcome as never });
}

function lapse(seq: number, of: number, more: Partial<Entry> = {}): Entry {
  const move = { type: 'refund', postings: {}, of: `${entryIdOf(BUDGET, of)}/0` } as const;
  return entry(BUDGET, seq, { reason: 'lapsed', moves: [move], ...more });
}

/** What this account earned under a key; another move beside it issues nothing. */
async function earned(accountId: AccountId, key: string, points: number): Promise<void> {
  const moves: Move[] = [
    { type: 'earn', postings: { issued: -points } },
    { type: 'clawback', postings: { issued: 3 } },
  ];
  await database()
    .collection<Entry>('entries')
    .insertOne(entry(accountId, 1, { key, moves }));
}

/** What a walk over the budget says, so many hours after the claims. */
async function found(stretch: readonly Entry[], hours = 48): Promise<readonly string[]> {
  const now = new Date(new Date(CLAIMED).getTime() + hours * 3_600_000).toISOString();
  const joining = claimsJoin(committedBooks()).begin(at(now), {} as never);
  const all: Mismatch[] = [...(await joining.take(stretch)), ...(await joining.finish())];
  return all.map(({ code, entryId, message }) => `${code} ${entryId?.slice(-1)} ${message}`);
}

const outcome = { earner: 'mem_1', earningKey: 'task:1' };
const neither = 'L9 1 claim for task:1 of mem_1 was neither earned nor given back';

describe('a claim', () => {
  it('that is earned by whom it names, under the key that it names, is right', async () => {
    await earned('mem_1', 'task:1', 20);
    expect(await found([claim(1, outcome)], 49)).toEqual([]);
  });

  it('is not earned by another member or under another key', async () => {
    await earned('mem_2', 'task:1', 20);
    await earned('mem_1', 'task:2', 20);
    expect(await found([claim(1, outcome)], 49)).toEqual([neither]);
  });

  it('is told apart from others of the same stretch', async () => {
    await earned('mem_1', 'task:1', 20);
    await earned('mem_2', 'task:2', 19);
    const other = { earner: 'mem_2', earningKey: 'task:2' };
    expect(await found([claim(1, outcome), claim(2, other)])).toEqual([
      'L13 2 20 points were claimed for task:2 of mem_2, who earned 19',
    ]);
  });

  it('is late two days after it was made, and not before', async () => {
    expect(await found([claim(1, outcome)], 48)).toEqual([]);
    expect(await found([claim(1, outcome)], 48.001)).toEqual([neither]);
  });

  it.each([
    ['is a spend', outcome, { type: 'hold' }],
    ['is for that purpose', outcome, { purpose: 'stake' }],
    ['names who earns', { ...outcome, earner: 1 }, {}],
    ['names the key', { ...outcome, earningKey: null }, {}],
  ] as const)('%s, or it is none', async (_, of, move) => {
    expect(await found([claim(1, of, move)], 49)).toEqual([]);
  });

  it('of an entry that moves nothing is none', async () => {
    expect(await found([entry(BUDGET, 1, { outcome })], 49)).toEqual([]);
  });
});

describe('a claim that is given back', () => {
  it('is open no more, and was not earned as well', async () => {
    expect(await found([claim(1, outcome), lapse(2, 1)], 49)).toEqual([]);
    await earned('mem_1', 'task:1', 20);
    expect(await found([claim(1, outcome), lapse(2, 1)])).toEqual([
      `L13 2 claim ${entryIdOf(BUDGET, 1)}/0 was given back and earned`,
    ]);
  });

  it('is so by a refund under the reason of a lapse only', async () => {
    const refund = lapse(2, 1, { reason: 'refund' });
    expect(await found([claim(1, outcome), refund], 49)).toEqual([neither]);
    const of = `${entryIdOf(BUDGET, 1)}/0`;
    const moves: Move[] = [
      { type: 'adjust', postings: {}, of },
      { type: 'refund', postings: {} },
    ];
    expect(await found([claim(1, outcome), lapse(2, 1, { moves })], 49)).toEqual([neither]);
  });
});
