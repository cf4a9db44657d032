import { mongo } from 'mongoose';
import { assert } from '../../kernel/assert.ts';
import { isUnavailable } from '../../platform/failures.ts';
import { duplicatesAmong, isDuplicateKey } from '../../platform/mongo.ts';
import { type Account, AccountModel, SCHEMA_VERSION } from './account.model.ts';
import { type Entry, type EntryId, EntryModel, entryIdOf } from './entry.model.ts';
import type { AccountId } from './points.ts';
import { type Change, type LedgerStore, StoreError } from './store.ts';

type Accounts = mongo.Collection<Account>;
type Entries = mongo.Collection<Entry>;
type Update<Document> = mongo.UpdateFilter<Document>;

/** Written out, so that a connection with weaker defaults cannot weaken the ledger. */
const COMMITTED = { readConcern: { level: 'majority' }, readPreference: 'primary' } as const;
const PRIMARY = { readPreference: 'primary' } as const;
const READ_ONE = {
  find: AccountModel.collection.name,
  limit: 1,
  singleBatch: true,
  readConcern: COMMITTED.readConcern,
} as const;
const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;
const LOOK_UP_MS = 2000;
const PAUSE_MS = { first: 2, growth: 1.6, most: 60 };

export interface MongoStoreOptions {
  /** A server without a replica set has no linearizable reads. */
  readonly standalone: boolean;
}

/** The ledger's store on MongoDB: the native driver, explicit concerns, no transaction. */
export function mongoStore(db: mongo.Db, { standalone }: MongoStoreOptions): LedgerStore {
  const accounts: Accounts = db.collection(AccountModel.collection.name, COMMITTED);
  const entries: Entries = db.collection(EntryModel.collection.name, COMMITTED);
  const level = standalone ? 'local' : 'linearizable';
  const lookUp = { readConcern: { level }, maxTimeMS: LOOK_UP_MS } as const;
  return {
    ...accountCalls(accounts),
    account: (accountId) => told(readOne(db, accountId)),
    ...entryCalls(entries),
    ...markCalls(entries),
    entriesByKey: (accountId, keys) =>
      told(entries.find({ accountId, key: { $in: [...keys] } }, lookUp).toArray()),
    pause,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/**
 * Reads one account by the bare command: the cursor that `findOne` makes costs the client a third of
 * the whole read. A read that failed is tried once more, as the driver itself does it for a cursor;
 * where no server was found there is nobody to ask again.
 */
async function readOne(db: mongo.Db, accountId: AccountId): Promise<Account | null> {
  const read = () => db.command({ ...READ_ONE, filter: { _id: accountId } }, PRIMARY);
  const { cursor } = await read().catch((error: unknown) => {
    if (isWorthAnother(error)) return read();
    throw error;
  });
  return known(cursor.firstBatch[0] ?? null);
}

function isWorthAnother(error: unknown): boolean {
  return error instanceof mongo.MongoError && !(error instanceof mongo.MongoServerSelectionError);
}

type AccountCalls = 'create' | 'compareAndSet' | 'compareAndSetMany' | 'due';
function accountCalls(accounts: Accounts): Pick<LedgerStore, AccountCalls> {
  return {
    create: (account) => told(accounts.insertOne(account, DURABLE).then(isDone, falseIfThere)),
    compareAndSet: ({ accountId, version, patch }) =>
      told(
        accounts
          .updateOne({ _id: accountId, version }, patch as Update<Account>, DURABLE)
          .then(({ matchedCount }) => matchedCount === 1),
      ),
    compareAndSetMany: (changes) =>
      told(
        accounts
          .bulkWrite(changes.map(updateOf), { ...DURABLE, ordered: false })
          .then(({ matchedCount }) => matchedCount === changes.length),
      ),
    due: (now, limit) =>
      told(
        accounts
          .find({ dueAt: { $lte: now } }, { projection: { _id: 1 } })
          .sort({ dueAt: 1 })
          .limit(limit)
          .map(({ _id }): AccountId => _id)
          .toArray(),
      ),
  };
}

type EntryCalls = 'insertEntries' | 'entriesById' | 'entriesBetween';
function entryCalls(entries: Entries): Pick<LedgerStore, EntryCalls> {
  return {
    insertEntries: (list) => told(insertAll(entries, list)),
    entriesById: (ids) =>
      told(entries.find({ accountId: { $in: accountsOf(ids) }, _id: { $in: [...ids] } }).toArray()),
    entriesBetween: (accountId, from, to) => {
      const range = { $gte: entryIdOf(accountId, from), $lte: entryIdOf(accountId, to) };
      return told(entries.find({ accountId, _id: range }).sort({ _id: 1 }).toArray());
    },
  };
}

type MarkCalls = 'markUnseen' | 'unseen' | 'markSeen';
function markCalls(entries: Entries): Pick<LedgerStore, MarkCalls> {
  const mark = async (ids: readonly EntryId[], update: Update<Entry>): Promise<void> => {
    const filter = { accountId: { $in: accountsOf(ids) }, _id: { $in: [...ids] } };
    await told(entries.updateMany(filter, update, DURABLE));
  };
  return {
    markUnseen: (name, ids) => mark(ids, { $addToSet: { unseenBy: name } } as Update<Entry>),
    unseen: (name, limit) => told(entries.find({ unseenBy: name }).limit(limit).toArray()),
    markSeen: (name, ids) => mark(ids, { $pull: { unseenBy: name } } as Update<Entry>),
  };
}

async function insertAll(
  entries: Entries,
  list: readonly Entry[],
): Promise<readonly ('inserted' | 'there')[]> {
  try {
    await entries.insertMany([...list], { ...DURABLE, ordered: false });
    return list.map(() => 'inserted');
  } catch (error) {
    const there = duplicatesAmong(list.length, error);
    return list.map((_, i) => (there.has(i) ? 'there' : 'inserted'));
  }
}

function updateOf({ accountId, version, patch }: Change): mongo.AnyBulkWriteOperation<Account> {
  const update = patch as Update<Account>;
  return { updateOne: { filter: { _id: accountId, version }, update } };
}

function known(account: Account | null): Account | null {
  const isKnown = !account || account.schemaVersion === SCHEMA_VERSION;
  assert(isKnown, `account ${account?._id} has a form that this version does not know`);
  return account;
}

function accountsOf(ids: readonly EntryId[]): AccountId[] {
  return [...new Set(ids.map((id) => id.slice(0, id.lastIndexOf('.')) as AccountId))];
}

function isDone(): true {
  return true;
}

function falseIfThere(error: unknown): false {
  if (isDuplicateKey(error)) return false;
  throw error;
}

/** Whatever the driver could not tell us becomes one error: the outcome is unknown. */
async function told<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const isUnknown = error instanceof mongo.MongoError || isUnavailable(error);
    throw isUnknown ? new StoreError(String(error), { cause: error }) : error;
  }
}

function pause(attempt: number): Promise<void> {
  const mostMs = Math.min(PAUSE_MS.first * PAUSE_MS.growth ** attempt, PAUSE_MS.most);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * mostMs));
}
