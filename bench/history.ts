/** Members with a long past, put into the database as if every fact had been posted and relayed. */
import type { mongo } from 'mongoose';
import { type Account, AccountModel, newAccount } from '../src/loyalty/ledger/account.model.ts';
import { dueAtOf } from '../src/loyalty/ledger/due-at.ts';
import { type Entry, EntryModel, toEntry } from '../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../src/loyalty/ledger/keys.ts';
import type { AccountId } from '../src/loyalty/ledger/points.ts';
import { database } from '../src/platform/mongo.ts';
import { type Act, decided } from './decided.ts';
import type { Place } from './places.ts';

const BATCH = 1000;

/** One fact: the account after it, and the entries that it and the time before it led to. */
export interface Step {
  readonly account: Account;
  readonly entries: readonly Entry[];
}

/** Fact by fact; what was written is relayed and forgotten before the next. */
export function* history(accountId: AccountId, acts: Iterable<Act>): Generator<Step> {
  let account = newAccount(accountId);
  for (const act of acts) {
    const { account: next } = decided(account, act);
    const written = next.outbox.map((entry) => toEntry(accountId, entry));
    account = dropRelayed(next, next.seq);
    yield { account: { ...account, dueAt: dueAtOf(account) }, entries: written };
  }
}

/** Inserts an account and all of its entries. */
export async function insertHistory(
  { filling }: Place,
  accountId: AccountId,
  acts: Iterable<Act>,
): Promise<void> {
  const entries = filling.collection<Entry>(EntryModel.collection.name);
  let account = newAccount(accountId);
  let batch: Entry[] = [];
  for (const step of history(accountId, acts)) {
    account = step.account;
    batch.push(...step.entries);
    if (batch.length < BATCH) continue;
    await entries.insertMany(batch);
    batch = [];
  }
  if (batch.length > 0) await entries.insertMany(batch);
  await filling.collection<Account>(AccountModel.collection.name).insertOne(account);
}

export function entries(): mongo.Collection<Entry> {
  return database().collection(EntryModel.collection.name);
}
