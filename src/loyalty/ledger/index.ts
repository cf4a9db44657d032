import { assert } from '../../kernel/assert.ts';
import type { BusinessDay } from '../../kernel/business-day.ts';
import { type Clock, type Context, contextAt, type Log } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import { database } from '../../platform/mongo.ts';
import { type Audit, type AuditOf, auditAccounts } from './audit.ts';
import type { Join } from './audit-join.ts';
import { auditNightly as auditTonight } from './audit-nightly.ts';
import type { Balance } from './balance-of.ts';
import type { Book, Facet } from './book.ts';
import type { Consumer, Courier, Receipt } from './engine.ts';
import type { Entry } from './entry.model.ts';
import type { Expiring } from './expiring-of.ts';
import {
  availableOfMany,
  type PostedSince,
  postedAmong,
  postedSinceAmong,
} from './many-accounts.ts';
import { mongoStore } from './mongo-store.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import type { Posted } from './post.ts';
import { type RelayLoop, relayLoop } from './relay-loop.ts';
import type { Settled } from './settle-due.ts';
import type { Statement, StatementPage } from './statement-of.ts';

export type { Audit, AuditOf } from './audit.ts';
export type { Finding } from './audit-fold.ts';
export type { Join, JoinedAccount, Mismatch } from './audit-join.ts';
export type { Balance } from './balance-of.ts';
export type { Book, Earning, Facet, Refused } from './book.ts';
/** Defines a facet of the calling module: a small state that changes with the points. Ledger 6. */
export { defineFacet } from './book.ts';
export type { Consumer, Courier, Receipt } from './engine.ts';
export type { Delivery, Entry, EntryId, Move, PostedMove } from './entry.model.ts';
/** A move of an entry, the first unless `n` says which, as `refund`, `mature` and `clawback` want it. */
export { moveOf } from './entry.model.ts';
export type { Expiring } from './expiring-of.ts';
export type { AccountId, Kind, Purpose } from './points.ts';
export type { Posted } from './post.ts';
export type { CutBack, FollowedAmong } from './restoring.ts';
/**
 * What a restore asks, in this order, of a database that nobody else uses: complete `entries`, cut what
 * its counterpart does not know of, open again what nobody followed. Nothing else may call them: they
 * drop entries. Ledger 14.1.
 */
export { completeEntries, cutBack, cutUnsent, reopen, withLookUps } from './restoring.ts';
export type { Settled } from './settle-due.ts';
export type { Statement, StatementPage } from './statement-of.ts';

/** What the ledger of a process is made of. */
export interface Parts {
  /** Who carries deliveries, one per type. */
  readonly couriers: readonly Courier[];
  /** Who is shown every entry. */
  readonly consumers: readonly Consumer[];
  /** As `connectMongo` found: old keys are looked up `local` there instead of linearizable. */
  readonly standalone: boolean;
  /** The time of what the ledger does by itself. */
  readonly clock: Clock;
  readonly log: Log;
}

let opened: { readonly ledger: Ledger; readonly relays: RelayLoop } | null = null;

/**
 * Opens the one ledger of this process, once, when the database is connected and before anything is
 * posted. Ledger 3.3.
 */
export function open({ couriers, consumers, standalone, clock, log }: Parts): void {
  assert(opened === null, 'the ledger of a process is opened once');
  const context = (): Context =>
    contextAt({ now: clock(), actor: { type: 'system', id: 'relay' }, cause: 'relay', log });
  const relays: RelayLoop = relayLoop(() => ledger.engine, context);
  const ledger = openLedger({
    store: mongoStore(database(), { standalone }),
    couriers: () => couriers,
    consumers,
    onCommitted: (account) => relays.add(account),
  });
  opened = { ledger, relays };
}

/** Lets what is under way finish, relays once more, stops. It may be opened again afterwards. */
export async function close(): Promise<void> {
  if (!opened) return;
  const { ledger, relays } = opened;
  await ledger.rest();
  try {
    await relays.flush();
  } finally {
    relays.stop();
    opened = null;
  }
}

/**
 * Brings every entry that this process wrote to the collection `entries` and to the consumers, now
 * instead of within 200 ms: for tests, and before a process that only wrote ends.
 * @throws the driver's error when the database cannot be reached
 */
export async function relayNow(ctx: Context): Promise<void> {
  const { ledger, relays } = current();
  await ledger.rest();
  await relays.flush(ctx);
}

/**
 * The only way to change an account: runs `decide` on a draft of it and writes all of it or nothing.
 * `key` names the business fact within the account, so that it happens once. `decide` is pure and may
 * run several times; what it returns (plain JSON, at most 1 KiB, no dates) is stored in the entry and
 * told again to every repeat. Ledger 3.1.
 * @throws what `decide` throws, KEY_INVALID, FACT_FROM_THE_FUTURE, LEDGER_BUSY (nothing is written then);
 * OUTCOME_UNKNOWN, with the driver's error as its cause: the same key may be posted again at any time
 */
// biome-ignore lint/complexity/useMaxParams: who, which fact and what changes are read as one line
export async function post<Outcome extends Facts>(
  ctx: Context,
  accountId: AccountId,
  key: string,
  decide: (book: Book) => Outcome,
): Promise<Posted<Outcome>> {
  return current().ledger.post(ctx, { accountId, key, decide });
}

/**
 * Carries a delivery now. Any number of times, from anywhere: the receipt never changes. Facts are
 * kept in it when the courier books the answer (`onRefused`, `onAccepted`), and are empty otherwise.
 * Ledger 5.8.
 * @throws what the courier throws; `settleDue` tries again
 */
export async function carry(
  ctx: Context,
  accountId: AccountId,
  deliveryId: string,
): Promise<Receipt> {
  return current().ledger.carry(ctx, { accountId, deliveryId });
}

/** What an account has at `ctx.now`, in points. An account that was never posted to has nothing. */
export async function balanceOf(ctx: Context, accountId: AccountId): Promise<Balance> {
  return current().ledger.balanceOf(ctx, accountId);
}

/** What expires on days up to `until`, itself included, soonest first; points that are held do not. */
export async function expiringOf(
  ctx: Context,
  accountId: AccountId,
  until: BusinessDay,
): Promise<readonly Expiring[]> {
  return current().ledger.expiringOf(ctx, { accountId, until });
}

/** What many members have to spend, by one read; a few hundred at once. Who never had any is not in it. */
export async function availableOf(
  ctx: Context,
  accountIds: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, number>> {
  return availableOfMany(ctx, accountIds);
}

/** To which of some hundred accounts the fact with this key was posted. */
export async function havePosted(
  _ctx: Context,
  accountIds: readonly AccountId[],
  key: string,
): Promise<ReadonlySet<AccountId>> {
  return postedAmong(accountIds, key);
}

/** To which of some hundred accounts something was posted since an instant, for one of these reasons. */
export async function havePostedSince(
  _ctx: Context,
  accountIds: readonly AccountId[],
  what: PostedSince,
): Promise<ReadonlySet<AccountId>> {
  return postedSinceAmong(accountIds, what);
}

/** The state of a facet for display. Decisions read it on the book instead. */
export async function facetOf<State extends object>(
  _ctx: Context,
  accountId: AccountId,
  facet: Facet<State>,
): Promise<State> {
  return current().ledger.facetOf(accountId, facet);
}

/**
 * A page of entries, newest first, those included that are not relayed yet, and what time has decided
 * by `ctx.now`: that is booked before it is read. `cursor` is the seq before which the next page
 * begins, null after the last.
 */
export async function statementOf(
  ctx: Context,
  accountId: AccountId,
  page: StatementPage,
): Promise<Statement> {
  return current().ledger.statementOf(ctx, { accountId, ...page });
}

/** The entry of a key, to refund it or to answer "why"; null when the fact did not happen. */
export async function entryOf(
  _ctx: Context,
  accountId: AccountId,
  key: string,
): Promise<Entry | null> {
  return current().ledger.entryOf(accountId, key);
}

/**
 * One bounded batch of what must happen though nobody calls: entries to relay, deliveries to carry,
 * days that have come, consumers that missed something. May run in several processes. Ledger 5.7.
 */
export async function settleDue(ctx: Context, limit: number): Promise<Settled> {
  return current().ledger.settleDue(ctx, limit);
}

/**
 * Proves accounts from their entries, one after another by id, in flat memory: all of them, one, or
 * `limit` behind `after`. It never repairs. `joins` compare them with what lies outside the ledger: L13.
 * Ledger 8.
 */
export async function audit(ctx: Context, what: AuditOf): Promise<Audit> {
  return auditAccounts(ctx, what);
}

/**
 * One bounded batch of the nightly audit: what changed since the night before and a fortieth of all
 * accounts; in the first night all of them. From 2:00 of a business day until that is done, then
 * nothing until the next. Freezes an account that breaks a law (key `audit:<day>`), unless work is
 * only late (L9, L10); sets `jifenwu_audit_findings`. Ledger 8.
 * @throws the driver's error when the database does not answer; the batch is done again then
 */
export async function auditNightly(
  ctx: Context,
  { joins = [] }: { readonly joins?: readonly Join[] } = {},
): Promise<Settled> {
  return auditTonight(ctx, { ledger: current().ledger, joins });
}

function current(): NonNullable<typeof opened> {
  assert(opened, 'the ledger is opened before it is used');
  return opened;
}
