import { Schema } from 'mongoose';
import { assert } from '../../kernel/assert.ts';
import type { Actor } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import { defineModel } from '../../platform/mongo.ts';
import type {
  AccountId,
  AccountStatus,
  Debt,
  Facets,
  Hold,
  Lot,
  Purpose,
  SystemAccount,
} from './points.ts';

export type EntryId = `${AccountId}.${string}`;
/** Where a posting is booked: what can be spent, what is set aside, what is owed, or the other side. */
export type Leg = 'spendable' | 'held' | 'debt' | SystemAccount;
export type Postings = Readonly<Partial<Record<Leg, number>>>;
export type MoveType =
  | 'earn'
  | 'mature'
  | 'spend'
  | 'hold'
  | 'capture'
  | 'release'
  | 'refund'
  | 'clawback'
  | 'borrow'
  | 'repay'
  | 'expire'
  | 'revive'
  | 'send'
  | 'receive'
  | 'return'
  | 'adjust'
  | 'forfeit'
  | 'close'
  | 'compact';

/** One balanced step of an entry: its postings add up to zero. */
export interface Move {
  readonly type: MoveType;
  readonly postings: Postings;
  /** Lots out of the spendable side, and into it. */
  readonly taken?: readonly Lot[];
  readonly given?: readonly Lot[];
  /** Lots that a capture spent out of its hold. */
  readonly captured?: readonly Lot[];
  /** What was added to a hold, and what was taken out of holds. */
  readonly held?: Hold;
  readonly unheld?: readonly Hold[];
  readonly owed?: readonly Debt[];
  readonly repaid?: readonly Repayment[];
  readonly purpose?: Purpose;
  /** Why so many: the parts add up to what was earned. */
  readonly sources?: readonly { readonly source: string; readonly points: number }[];
  readonly ruleVersion?: string;
  /** The move, or the delivery, that this one undoes or receives. */
  readonly of?: string;
}

export interface Repayment {
  readonly debtId: string;
  readonly points: number;
}

/** A message from this account to another aggregate; kept until the receiver has answered. */
export interface Delivery {
  /** `<entryId>#<n>`: unique for ever. */
  readonly deliveryId: string;
  readonly type: string;
  readonly to: string;
  readonly payload: Facts;
  /** Points that travel, or that come back when the receiver refuses. */
  readonly lots: readonly Lot[];
  /** Where these points are booked meanwhile. */
  readonly contra: SystemAccount;
  readonly sentAt: Date;
  readonly attempts: number;
  readonly nextAttemptAt: Date;
}

/** An entry as it lies in the account's outbox. */
export interface EntryBody {
  readonly seq: number;
  /** Names the fact, once per account. */
  readonly key: string;
  /** The first word of the key. */
  readonly reason: string;
  readonly postedAt: Date;
  readonly actor: Actor;
  /** What this answered: a message's dedupe key, a request id, a job's name. */
  readonly cause: string;
  readonly moves: readonly Move[];
  /** New values of the facets that this entry changed. */
  readonly facets?: Facets;
  readonly deliveries?: readonly Delivery[];
  /** The delivery that this entry answers. */
  readonly answered?: string;
  /** The new status, when it changed. */
  readonly status?: AccountStatus;
  /** What a repeat of the key is told. */
  readonly outcome: Facts;
  /** What could be spent after this entry. */
  readonly balanceAfter: number;
  /** 22 characters of SHA-256 over the hash before and this entry. */
  readonly hash: string;
}

/** One fact of one account, as it lies in `entries` for ever. */
export interface Entry extends EntryBody {
  readonly _id: EntryId;
  readonly accountId: AccountId;
  /** Consumers that failed to see it; no part of the fact, absent when all have seen it. */
  readonly unseenBy?: readonly string[];
}

/** A move as it is read back: it knows its place and its time. */
export interface PostedMove extends Move {
  readonly moveId: string;
  readonly postedAt: Date;
}

const SEQ_DIGITS = 9;

export function entryIdOf(accountId: AccountId, seq: number): EntryId {
  return `${accountId}.${String(seq).padStart(SEQ_DIGITS, '0')}`;
}

export function toEntry(accountId: AccountId, body: EntryBody): Entry {
  return { _id: entryIdOf(accountId, body.seq), accountId, ...body };
}

/** A move of an entry, the first unless `n` says which, as `refund`, `mature` and `clawback` want it. */
export function moveOf(entry: Entry, n = 0): PostedMove {
  const move = entry.moves[n];
  assert(move, `${entry._id} has no move ${n}`);
  return { ...move, moveId: `${entry._id}/${n}`, postedAt: entry.postedAt };
}

// Untyped: the types of a schema do not follow JSON into its own depth.
const entry: Schema = new Schema({
  _id: { type: String, required: true },
  accountId: { type: String, required: true },
  seq: { type: Number, required: true },
  key: { type: String, required: true },
  reason: { type: String, required: true },
  postedAt: { type: Date, required: true },
  actor: { type: Schema.Types.Mixed, required: true },
  cause: { type: String, required: true },
  moves: { type: [Schema.Types.Mixed], required: true },
  facets: { type: Schema.Types.Mixed },
  deliveries: { type: [Schema.Types.Mixed], default: undefined },
  answered: { type: String },
  status: { type: String },
  outcome: { type: Schema.Types.Mixed, required: true },
  balanceAfter: { type: Number, required: true },
  hash: { type: String, required: true },
  unseenBy: { type: [String], default: undefined },
});

// did this fact happen before?
entry.index({ accountId: 1, key: 1 }, { unique: true });
// which entries has a consumer still to see?
entry.index({ unseenBy: 1 }, { partialFilterExpression: { unseenBy: { $exists: true } } });
// what happened on this day? (reports, exports)
entry.index({ postedAt: 1 });

export const EntryModel = defineModel('entries', entry);
