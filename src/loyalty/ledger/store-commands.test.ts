import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import { type Account, newAccount } from './account.model.ts';
import { type Entry, entryIdOf } from './entry.model.ts';
import { mongoStore } from './mongo-store.ts';
import type { AccountId } from './points.ts';
import { type LedgerStore, StoreError } from './store.ts';

const { uri } = useDatabase();
const NOW = new Date('2026-01-31T08:00:00+08:00');
const client = new mongo.MongoClient(uri, { monitorCommands: true });
const sent: mongo.Document[] = [];
client.on('commandStarted', ({ command }) => void sent.push(command));

beforeAll(async () => {
  await client.connect();
});
afterAll(() => client.close());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});
beforeEach(async () => {
  for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
  sent.length = 0;
});

function store({ standalone = false } = {}): LedgerStore {
  return mongoStore(client.db(), { standalone });
}

function account(accountId: AccountId, more: Partial<Account> = {}): Account {
  return { ...newAccount(accountId), version: 1, ...more };
}

function entry(accountId: AccountId, seq: number, key = `k${seq}`): Entry {
  return {
    _id: entryIdOf(accountId, seq),
    accountId,
    seq,
    key,
    reason: 'k',
    postedAt: NOW,
    actor: { type: 'system', id: 'test' },
    cause: 'test',
    moves: [],
    outcome: {},
    balanceAfter: 0,
    hash: `${seq}`,
  };
}

const change = (accountId: AccountId, version: number, more: Record<string, unknown> = {}) => ({
  accountId,
  version,
  patch: { $set: { version: version + 1, ...more } },
});

/** The last command of this name that was sent. */
function command(name: string): mongo.Document | undefined {
  return sent.findLast((one) => name in one);
}

describe('what is told to the server', () => {
  it('accounts and entries are read as a majority has them', async () => {
    const one = store();
    await one.account('mem_1');
    expect(command('find')).toMatchObject({ find: 'accounts', readConcern: { level: 'majority' } });
    for (const read of [
      one.entriesById([entryIdOf('mem_1', 1)]),
      one.entriesBetween('mem_1', 1, 2),
      one.unseen('a', 1),
    ]) {
      await read;
      const found = sent.pop();
      expect(found).toMatchObject({ find: 'entries', readConcern: { level: 'majority' } });
    }
    await one.due(NOW, 1);
    expect(command('find')).toMatchObject({ find: 'accounts', readConcern: { level: 'majority' } });
  });

  it('old keys are looked up linearizable, within a time; where that is not there, local', async () => {
    const look = async (standalone: boolean) => {
      await store({ standalone })
        .entriesByKey('mem_1', ['k1'])
        .catch(() => undefined);
      return command('find');
    };
    const bound = { find: 'entries', maxTimeMS: 2000 };
    expect(await look(false)).toMatchObject({ ...bound, readConcern: { level: 'linearizable' } });
    expect(await look(true)).toMatchObject({ ...bound, readConcern: { level: 'local' } });
  });

  it('every write waits until a majority has it in its journal', async () => {
    const one = store();
    const durable = { writeConcern: { w: 'majority', j: true } };
    await one.create(account('mem_1'));
    expect(command('insert')).toMatchObject({ insert: 'accounts', ...durable });
    await one.compareAndSet(change('mem_1', 1));
    expect(command('update')).toMatchObject({ update: 'accounts', ...durable });
    await one.compareAndSetMany([change('mem_1', 2), change('mem_2', 1)]);
    expect(command('update')).toMatchObject({ update: 'accounts', ordered: false, ...durable });
    await one.insertEntries([entry('mem_1', 1)]);
    expect(command('insert')).toMatchObject({ insert: 'entries', ordered: false, ...durable });
    await one.markUnseen('a', [entryIdOf('mem_1', 1)]);
    expect(command('update')).toMatchObject({ update: 'entries', ...durable });
    await one.markSeen('a', [entryIdOf('mem_1', 1)]);
    expect(command('update')).toMatchObject({ update: 'entries', ...durable });
  });
});

describe('accounts', () => {
  it('are read, created once, and changed only at the version that is named', async () => {
    const one = store();
    expect(await one.account('mem_1')).toBeNull();
    expect(await one.create(account('mem_1'))).toBe(true);
    expect(await one.create(account('mem_1'))).toBe(false);
    expect(await one.account('mem_1')).toEqual(account('mem_1'));
    expect(await one.compareAndSet(change('mem_1', 2))).toBe(false);
    expect(await one.compareAndSet(change('mem_2', 1))).toBe(false);
    expect(await one.compareAndSet(change('mem_1', 1, { seq: 9 }))).toBe(true);
    expect(await one.account('mem_1')).toMatchObject({ version: 2, seq: 9 });
  });

  it('are changed together, each that matches, and all is told only of all', async () => {
    const one = store();
    for (const id of ['mem_1', 'mem_2'] as const) await one.create(account(id));
    expect(await one.compareAndSetMany([change('mem_1', 1), change('mem_2', 1)])).toBe(true);
    expect(await one.compareAndSetMany([change('mem_1', 1), change('mem_2', 2)])).toBe(false);
    expect(await one.account('mem_1')).toMatchObject({ version: 2 });
    expect(await one.account('mem_2')).toMatchObject({ version: 3 });
  });

  it('of a form that is not known are not touched', async () => {
    const one = store();
    await one.create(account('mem_1', { schemaVersion: 2 }));
    await expect(one.account('mem_1')).rejects.toThrow(
      'account mem_1 has a form that this version does not know',
    );
  });

  it('are due when their time has come, longest overdue first', async () => {
    const one = store();
    const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
    await one.create(account('mem_1', { dueAt: at(0) }));
    await one.create(account('mem_2', { dueAt: at(-2) }));
    await one.create(account('mem_3', { dueAt: at(-1) }));
    await one.create(account('mem_4', { dueAt: at(1) }));
    await one.create(account('mem_5', { dueAt: null }));
    expect(await one.due(NOW, 9)).toEqual(['mem_2', 'mem_3', 'mem_1']);
    expect(await one.due(NOW, 2)).toEqual(['mem_2', 'mem_3']);
  });
});

describe('entries', () => {
  it('are inserted, or were there: each is told for itself', async () => {
    const one = store();
    expect(await one.insertEntries([entry('mem_1', 1), entry('mem_2', 1)])).toEqual([
      'inserted',
      'inserted',
    ]);
    const again = [
      entry('mem_1', 2),
      entry('mem_1', 1),
      entry('mem_1', 3, 'k2'),
      entry('mem_2', 2),
    ];
    expect(await one.insertEntries(again)).toEqual(['inserted', 'there', 'there', 'inserted']);
  });

  it('are found by ids, by keys and by numbers, each of its own account', async () => {
    const one = store();
    const all = [1, 2, 3, 10].map((seq) => entry('mem_1', seq));
    await one.insertEntries([...all.toReversed(), entry('mem_2', 2)]);
    const ids = [entryIdOf('mem_1', 3), entryIdOf('mem_2', 2), entryIdOf('mem_2', 9)];
    const found = (await one.entriesById(ids)).map(({ _id }) => _id);
    expect(found.toSorted()).toEqual(ids.slice(0, 2));
    const keyed = await store({ standalone: true }).entriesByKey('mem_1', ['k2', 'k10', 'k9']);
    expect(keyed.map(({ key }) => key).toSorted()).toEqual(['k10', 'k2']);
    expect((await one.entriesBetween('mem_1', 2, 10)).map(({ seq }) => seq)).toEqual([2, 3, 10]);
    expect(await one.entriesBetween('mem_2', 3, 9)).toEqual([]);
  });

  it('are marked for a consumer, found again, and let go', async () => {
    const one = store();
    await one.insertEntries([1, 2, 3].map((seq) => entry('mem_1', seq)));
    const ids = [1, 2].map((seq) => entryIdOf('mem_1', seq));
    await one.markUnseen('a', ids);
    await one.markUnseen('a', ids);
    await one.markUnseen('b', ids.slice(0, 1));
    const unseen = async (name: string) => (await one.unseen(name, 9)).map(({ seq }) => seq);
    expect((await unseen('a')).toSorted()).toEqual([1, 2]);
    expect(await unseen('b')).toEqual([1]);
    expect(await one.unseen('a', 1)).toHaveLength(1);
    await one.markSeen('a', ids);
    expect(await unseen('a')).toEqual([]);
    expect(await unseen('b')).toEqual([1]);
  });
});

describe('an answer that the server did not give', () => {
  /** What the driver throws for a bulk of inserts. */
  function bulkError(code: number, { index = 0, inserted = 0, isUnsure = false } = {}) {
    const error = new mongo.MongoBulkWriteError(
      { message: 'bulk', code, writeErrors: [{ code, index }] as never },
      { insertedCount: inserted, getWriteConcernError: () => (isUnsure ? {} : undefined) } as never,
    );
    return error;
  }

  function inserting(error: Error, count = 2) {
    vi.spyOn(mongo.Collection.prototype, 'insertMany').mockRejectedValueOnce(error);
    return store().insertEntries(Array.from({ length: count }, (_, n) => entry('mem_1', n + 1)));
  }

  it('is an unknown outcome, with the error of the driver as its cause', async () => {
    const cause = new mongo.MongoNetworkError('gone');
    vi.spyOn(mongo.Collection.prototype, 'updateOne').mockRejectedValueOnce(cause);
    const changing = store().compareAndSet(change('mem_1', 1));
    await expect(changing).rejects.toThrow(StoreError);
    await expect(changing).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause });
  });

  it('is told as it is when it does not come from the driver', async () => {
    const error = new TypeError('a mistake');
    vi.spyOn(mongo.Collection.prototype, 'updateOne').mockRejectedValueOnce(error);
    await expect(store().compareAndSet(change('mem_1', 1))).rejects.toBe(error);
    vi.spyOn(mongo.Collection.prototype, 'insertOne').mockRejectedValueOnce(error);
    await expect(store().create(account('mem_1'))).rejects.toBe(error);
  });

  it('is no proof of a duplicate, unless every failure is one', async () => {
    expect(await inserting(bulkError(11_000, { index: 1, inserted: 1 }))).toEqual([
      'inserted',
      'there',
    ]);
    await expect(inserting(bulkError(8000, { inserted: 1 }))).rejects.toThrow(StoreError);
    await expect(inserting(new mongo.MongoNetworkError('gone'))).rejects.toThrow(StoreError);
    const mixed = bulkError(11_000);
    Object.assign(mixed, {
      writeErrors: [
        { code: 11_000, index: 0 },
        { code: 8000, index: 1 },
      ],
    });
    await expect(inserting(mixed)).rejects.toThrow(StoreError);
  });

  it('is not taken for success where the connection was lost on the way', async () => {
    await expect(inserting(bulkError(11_000), 3)).rejects.toThrow(StoreError);
  });

  it('is not taken for success without the word of a majority', async () => {
    const unsure = bulkError(11_000, { index: 1, inserted: 1, isUnsure: true });
    await expect(inserting(unsure)).rejects.toThrow(StoreError);
  });
});

it('a pause grows with the attempts, up to 60 ms, and is never the same', async () => {
  vi.useFakeTimers();
  const waits = vi.spyOn(globalThis, 'setTimeout');
  const random = vi.spyOn(Math, 'random');
  const { pause } = store();
  for (const [attempt, part, ms] of [
    [0, 1, 2],
    [0, 0.5, 1],
    [1, 1, 3.2],
    [7, 1, 53.687],
    [8, 1, 60],
    [50, 0.25, 15],
  ] as const) {
    random.mockReturnValue(part);
    const done = pause(attempt);
    expect(waits.mock.lastCall?.[1]).toBeCloseTo(ms, 2);
    await vi.runAllTimersAsync();
    await done;
  }
});
