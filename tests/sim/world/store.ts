import type { Account } from '../../../src/loyalty/ledger/account.model.ts';
import { type Entry, type EntryId, entryIdOf } from '../../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../../src/loyalty/ledger/points.ts';
import type { Change, LedgerStore } from '../../../src/loyalty/ledger/store.ts';
import { applyPatch } from './apply-patch.ts';
import type { Documents, LogRecord, Shard } from './shard.ts';
import type { Process, World } from './world.ts';

/** Ways in which a store could be wrong; the simulation must notice each. */
export interface StoreFlaws {
  /** Updates that do not ask for the version. */
  readonly unguarded?: boolean;
  /** Accounts read as the primary has them, committed or not. */
  readonly localReads?: boolean;
  /** Keys looked up where a deposed primary may answer. */
  readonly lookUpsMayBeOld?: boolean;
}

interface Server {
  readonly world: World;
  readonly process: Process;
  readonly flaws: StoreFlaws;
}

/** The database as one process sees it, through all the faults of the world. */
export function storeOf(world: World, process: Process, flaws: StoreFlaws = {}): LedgerStore {
  const server = { world, process, flaws };
  return {
    ...accountCalls(server),
    ...entryCalls(server),
    ...markCalls(server),
    pause: async (attempt) => {
      if (attempt > 1) await world.point(process);
    },
    turn: () => world.point(process),
  };
}

export function accountKey(accountId: AccountId): string {
  return `account/${accountId}`;
}

export function entryKey(entryId: EntryId): string {
  return `entry/${entryId}`;
}

type AccountCalls = 'account' | 'create' | 'compareAndSet' | 'compareAndSetMany' | 'due';
function accountCalls({ world, process, flaws }: Server): Pick<LedgerStore, AccountCalls> {
  const stored = (documents: Documents, id: AccountId) =>
    documents.get(accountKey(id)) as Account | undefined;

  function changed(shard: Shard, { accountId, version, patch }: Change): LogRecord | undefined {
    const current = stored(shard.local, accountId);
    if (current && (current.version === version || flaws.unguarded)) {
      return shard.put([accountKey(accountId), applyPatch(current, patch)]);
    }
    world.count('missedUpdates');
    return undefined;
  }
  /** One command per shard. */
  function changeAll(mine: readonly Change[]): Promise<boolean> {
    const act = (shard: Shard) => {
      const records = mine.map((change) => changed(shard, change));
      const result = records.every((record) => record !== undefined);
      return { result, record: records.findLast((record) => record !== undefined) };
    };
    const partly = (shard: Shard) => {
      for (const change of mine) if (world.chance.is(0.5)) changed(shard, change);
    };
    return world.write(process, { key: accountKey(mine[0]?.accountId ?? 'stock:'), act, partly });
  }
  return {
    account: (id) =>
      world.read(process, {
        key: accountKey(id),
        view: (documents) => stored(documents, id) ?? null,
        ...(flaws.localReads && { level: 'local' }),
      }),
    create: (account) => {
      const key = accountKey(account._id);
      const act = (shard: Shard) =>
        shard.local.has(key)
          ? { result: false }
          : { result: true, record: shard.put([key, account]) };
      return world.write(process, { key, act });
    },
    compareAndSet: (change) => {
      const act = (shard: Shard) => {
        const record = changed(shard, change);
        return { result: record !== undefined, record };
      };
      return world.write(process, { key: accountKey(change.accountId), act });
    },
    compareAndSetMany: async (changes) => {
      const parts = byShard(world, changes, ({ accountId }) => accountKey(accountId));
      const results = await Promise.all(parts.map(changeAll));
      return results.every(Boolean);
    },
    due: async (now, limit) => {
      const accounts = await world.readUnder<Account>(process, 'account/');
      const due = accounts.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
      const longest = due.toSorted((a, b) => Number(a.dueAt) - Number(b.dueAt));
      return longest.slice(0, limit).map(({ _id }) => _id);
    },
  };
}

type EntryCalls = 'insertEntries' | 'entriesById' | 'entriesByKey' | 'entriesBetween';
function entryCalls({ world, process, flaws }: Server): Pick<LedgerStore, EntryCalls> {
  function insertPart(mine: readonly Entry[], inserted: Set<EntryId>): Promise<void> {
    // Unordered: the server takes them as it likes.
    const shuffled = mine
      .map((entry) => ({ entry, place: world.chance.next() }))
      .sort((a, b) => a.place - b.place);
    const act = (shard: Shard) => {
      let record: LogRecord | undefined;
      for (const { entry } of shuffled) {
        const own = insertOne(shard, entry);
        if (own) inserted.add(entry._id);
        record = own ?? record;
      }
      return { result: undefined, record };
    };
    const partly = (shard: Shard) => {
      for (const { entry } of shuffled) if (world.chance.is(0.5)) insertOne(shard, entry);
    };
    const [first] = mine;
    return world.write(process, { key: first ? entryKey(first._id) : '', act, partly });
  }
  return {
    insertEntries: async (entries) => {
      const inserted = new Set<EntryId>();
      const parts = byShard(world, entries, ({ _id }) => entryKey(_id));
      await Promise.all(parts.map((part) => insertPart(part, inserted)));
      return entries.map(({ _id }) => (inserted.has(_id) ? 'inserted' : 'there'));
    },
    entriesById: async (ids) => {
      const parts = byShard(world, ids, entryKey);
      const found = parts.map((mine) =>
        world.read(process, {
          key: entryKey(mine[0] as EntryId),
          view: (documents) => mine.flatMap((id) => entryIn(documents, id)),
        }),
      );
      return (await Promise.all(found)).flat();
    },
    entriesByKey: (accountId, keys) =>
      world.read(process, {
        key: entryKey(`${accountId}.`),
        view: (documents) =>
          keys.flatMap((key) => {
            const id = documents.get(factKey(accountId, key));
            return id ? entryIn(documents, id as EntryId) : [];
          }),
        level: flaws.lookUpsMayBeOld ? 'majority' : 'linearizable',
      }),
    entriesBetween: (accountId, from, to) =>
      world.read(process, {
        key: entryKey(`${accountId}.`),
        view: (documents) => {
          const ids = Array.from({ length: Math.max(0, to - from + 1) }, (_, n) =>
            entryIdOf(accountId, from + n),
          );
          return ids.flatMap((id) => entryIn(documents, id));
        },
      }),
  };
}

/** The entry, and with it the index that makes its key unique in its account. */
function insertOne(shard: Shard, entry: Entry): LogRecord | undefined {
  const [id, fact] = [entryKey(entry._id), factKey(entry.accountId, entry.key)];
  if (shard.local.has(id) || shard.local.has(fact)) return undefined;
  return shard.put([id, entry], [fact, entry._id]);
}

type MarkCalls = 'markUnseen' | 'unseen' | 'markSeen';
function markCalls({ world, process }: Server): Pick<LedgerStore, MarkCalls> {
  async function mark(ids: readonly EntryId[], change: (entry: Entry) => Entry): Promise<void> {
    const parts = byShard(world, ids, entryKey).map((mine) => {
      const act = (shard: Shard) => {
        const records = mine.flatMap((id) =>
          entryIn(shard.local, id).map((entry) => shard.put([entryKey(id), change(entry)])),
        );
        return { result: undefined, record: records.at(-1) };
      };
      return world.write(process, { key: entryKey(mine[0] as EntryId), act });
    });
    await Promise.all(parts);
  }
  return {
    markUnseen: (name, ids) =>
      mark(ids, (entry) => ({
        ...entry,
        unseenBy: [...new Set([...(entry.unseenBy ?? []), name])],
      })),
    markSeen: (name, ids) =>
      mark(ids, ({ unseenBy = [], ...entry }) => ({
        ...entry,
        unseenBy: unseenBy.filter((other) => other !== name),
      })),
    unseen: async (name, limit) => {
      const entries = await world.readUnder<Entry>(process, 'entry/');
      return entries.filter(({ unseenBy }) => unseenBy?.includes(name)).slice(0, limit);
    },
  };
}

function entryIn(documents: Documents, id: EntryId): readonly Entry[] {
  const entry = documents.get(entryKey(id)) as Entry | undefined;
  return entry ? [entry] : [];
}

function factKey(accountId: AccountId, key: string): string {
  return `key/${accountId}/${key}`;
}

/** What one command to several shards becomes. */
function byShard<Item>(
  world: World,
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly (readonly Item[])[] {
  const parts = world.shards.map((shard) =>
    items.filter((item) => world.shardOf(keyOf(item)) === shard),
  );
  return parts.filter((part) => part.length > 0);
}
