import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { Delivery, EntryBody } from './entry.model.ts';
import type { AccountId, AccountStatus, Debt, Facets, Hold, Lot, SystemAccount } from './points.ts';

/** What expired in a month (`2026-02`) and was not revived. */
export interface MonthPoints {
  readonly month: string;
  readonly points: number;
}

/** How much of one move was refunded already, and from which day on no more can be. */
export interface RefundMark {
  readonly move: string;
  readonly points: number;
  readonly closesOn: BusinessDay;
}

export interface RecentKey {
  readonly key: string;
  readonly seq: number;
  readonly postedAt: Date;
}

/** One account: a member's points, or the pieces of a stock, prize, budget or pool. */
export interface Account {
  readonly _id: AccountId;
  readonly schemaVersion: number;
  /** The guard of every update: one more with every write. */
  readonly version: number;
  /** Entries so far. */
  readonly seq: number;
  /** Time of the newest entry; it never goes back within an account. */
  readonly lastPostedAt: Date;
  /** Hash of the newest entry. */
  readonly chainHead: string;
  readonly status: AccountStatus;
  /** Sorted by day, then kind; kind and day are unique. */
  readonly lots: readonly Lot[];
  readonly holds: readonly Hold[];
  /** At most one of each type. */
  readonly debts: readonly Debt[];
  readonly expiredByMonth: readonly MonthPoints[];
  readonly refundMarks: readonly RefundMark[];
  /** Sums of the system accounts over all entries of this account. */
  readonly totals: Readonly<Partial<Record<SystemAccount, number>>>;
  readonly facets: Facets;
  /** Sent and not answered yet. */
  readonly deliveries: readonly Delivery[];
  /** Entries that are not yet known to lie in `entries`, in order. */
  readonly outbox: readonly EntryBody[];
  /** Keys of the newest relayed entries. */
  readonly recentKeys: readonly RecentKey[];
  /** Every key posted after this instant is in `outbox` or in `recentKeys`. */
  readonly keysCompleteSince: Date;
  /** When `settleDue` must look at it, though nobody calls. */
  readonly dueAt: Date | null;
}

export const SCHEMA_VERSION = 1;

/** An account before its first entry. It is not stored; version 0 says so. */
export function newAccount(accountId: AccountId): Account {
  return {
    _id: accountId,
    schemaVersion: SCHEMA_VERSION,
    version: 0,
    seq: 0,
    lastPostedAt: new Date(0),
    chainHead: '',
    status: 'active',
    lots: [],
    holds: [],
    debts: [],
    expiredByMonth: [],
    refundMarks: [],
    totals: {},
    facets: {},
    deliveries: [],
    outbox: [],
    recentKeys: [],
    keysCompleteSince: new Date(0),
    dueAt: null,
  };
}

// The ledger reads and writes with the native driver; what lies inside lists is told by the interfaces.
const list = { type: [Schema.Types.Mixed], required: true };
const account = new Schema<Account>({
  _id: { type: String, required: true },
  schemaVersion: { type: Number, required: true },
  version: { type: Number, required: true },
  seq: { type: Number, required: true },
  lastPostedAt: { type: Date, required: true },
  chainHead: { type: String },
  status: { type: String, required: true, enum: ['active', 'frozen', 'closed'] },
  lots: list,
  holds: list,
  debts: list,
  expiredByMonth: list,
  refundMarks: list,
  totals: { type: Schema.Types.Mixed, required: true },
  facets: { type: Schema.Types.Mixed, required: true },
  deliveries: list,
  outbox: list,
  recentKeys: list,
  keysCompleteSince: { type: Date, required: true },
  dueAt: { type: Date, default: null },
});

// which accounts need attention now?
account.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $type: 'date' } } });

export const AccountModel = defineModel<Account>('accounts', account);
