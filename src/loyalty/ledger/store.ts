import { DomainError } from '../../kernel/errors.ts';
import { OUTCOME_UNKNOWN } from '../../platform/failures.ts';
import type { Account } from './account.model.ts';
import type { Entry, EntryId } from './entry.model.ts';
import type { Patch } from './patch.ts';
import type { AccountId } from './points.ts';

/** A storage call failed, and nobody knows whether it had an effect. Its `cause` is the driver's error. */
export class StoreError extends DomainError {
  constructor(message: string, options?: ErrorOptions) {
    super({ kind: 'unavailable', code: OUTCOME_UNKNOWN, message }, options);
    this.name = 'StoreError';
  }
}

/** One guarded update. */
export interface Change {
  readonly accountId: AccountId;
  readonly version: number;
  readonly patch: Patch;
}

/** All that the ledger asks of a database. */
export interface LedgerStore {
  /** Committed state. It may be a moment old: every decision is guarded by `version`. */
  account(accountId: AccountId): Promise<Account | null>;
  /** Inserts the first version; false when the account exists. */
  create(account: Account): Promise<boolean>;
  /** One guarded update; true exactly when it matched. */
  compareAndSet(change: Change): Promise<boolean>;
  /** The same for many accounts in one command; true exactly when all matched. */
  compareAndSetMany(changes: readonly Change[]): Promise<boolean>;
  /** Unordered. Per entry: inserted by this call and committed, or something was there already. */
  insertEntries(entries: readonly Entry[]): Promise<readonly ('inserted' | 'there')[]>;
  /** Committed entries. */
  entriesById(ids: readonly EntryId[]): Promise<readonly Entry[]>;
  /** Sees every entry that was committed before the call began. */
  entriesByKey(accountId: AccountId, keys: readonly string[]): Promise<readonly Entry[]>;
  /** Committed entries of one account with seq in [from, to], ascending. */
  entriesBetween(accountId: AccountId, from: number, to: number): Promise<readonly Entry[]>;
  /** Accounts whose `dueAt` has come, longest overdue first. */
  due(now: Date, limit: number): Promise<readonly AccountId[]>;
  /** Marks entries that a consumer failed to see, finds them again, takes the mark off. */
  markUnseen(consumer: string, ids: readonly EntryId[]): Promise<void>;
  unseen(consumer: string, limit: number): Promise<readonly Entry[]>;
  markSeen(consumer: string, ids: readonly EntryId[]): Promise<void>;
  /** A moment of waiting, longer with each attempt, with jitter. */
  pause(attempt: number): Promise<void>;
  /** Lets all that has arrived by now go first. */
  turn(): Promise<void>;
}
