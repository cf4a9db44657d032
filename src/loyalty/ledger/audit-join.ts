import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import type { Account } from './account.model.ts';
import type { Books } from './audit-deliveries.ts';
import type { Finding, Law } from './audit-fold.ts';
import { type Delivery, type Entry, type EntryBody, toEntry } from './entry.model.ts';
import type { AccountId } from './points.ts';

/** Entries that a join is shown at once. */
const STRETCH = 500;
/** A delivery is tried every 15 minutes at least; clocks differ. */
const TRIED_AGAIN_MS = 3_600_000;

/**
 * What accounts must agree with outside the ledger: orders with the pieces they took, the counts of a
 * consumer with what it counted. The ledger knows nobody above it, so whoever does hands it in.
 */
export interface Join {
  /** Whose accounts: how their ids begin. */
  readonly accounts: 'mem_' | 'stock:' | 'prize:' | 'budget:' | 'pool:';
  /** Begins one account; again when it was written while it was read. */
  begin(ctx: Context, account: JoinedAccount): Joining;
}

/** One account that is being compared. */
export interface Joining {
  /** Takes the next stretch of its entries, in order; says what does not agree. */
  take(stretch: readonly Entry[]): Promise<readonly Mismatch[]>;
  /** Says what can only be told after the last entry. */
  finish(): Promise<readonly Mismatch[]>;
}

/** A law that does not hold between an account and something outside of it. */
export interface Mismatch {
  readonly code: Law;
  readonly entryId?: string;
  readonly message: string;
}

/** What a join may ask of the ledger; all of it is committed. */
export interface JoinedAccount {
  readonly accountId: AccountId;
  /** Sent and not answered yet. */
  readonly open: readonly Delivery[];
  /** Which of these keys this account knows, as an event or as a refusal on record. */
  happened(keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** To which of these receivers a delivery of any account is still on its way. */
  underWayTo(receivers: readonly string[]): Promise<ReadonlySet<string>>;
}

/** Shows the entries of one account to every join that is about it. */
export interface Joiner {
  take(entry: Entry): Promise<void>;
  finish(): Promise<readonly Finding[]>;
}

export interface JoinParts {
  readonly books: Books;
  readonly joins: readonly Join[];
  readonly account: Account;
}

export function joinerOf(ctx: Context, { books, joins, account }: JoinParts): Joiner {
  const { _id: accountId, outbox } = account;
  const own = joins.filter(({ accounts }) => accountId.startsWith(accounts));
  const joined = joinedAccount(ctx, books, account);
  const all = own.map((join) => join.begin(ctx, joined));
  // What waits in the outbox may lie in `entries` already, out of order: it is taken from the outbox.
  const waitingFrom = outbox[0]?.seq ?? account.seq + 1;
  const findings: Finding[] = [];
  let stretch: Entry[] = [];

  async function show(): Promise<void> {
    for (const join of all) keep(await join.take(stretch));
    stretch = [];
  }
  function keep(mismatches: readonly Mismatch[]): void {
    for (const mismatch of mismatches) findings.push({ ...mismatch, accountId });
  }
  return {
    async take(entry) {
      if (all.length === 0 || entry.seq >= waitingFrom) return;
      stretch.push(entry);
      if (stretch.length === STRETCH) await show();
    },
    async finish() {
      if (all.length === 0) return [];
      stretch.push(...outbox.map((body: EntryBody) => toEntry(accountId, body)));
      await show();
      for (const join of all) keep(await join.finish());
      return findings;
    },
  };
}

function joinedAccount(
  { now }: Context,
  books: Books,
  { _id: accountId, deliveries }: Account,
): JoinedAccount {
  return {
    accountId,
    open: deliveries,
    async happened(keys) {
      // The outbox first: what left it before it was read lies in `entries`.
      const keyOnly = { projection: { 'outbox.key': 1 } };
      const account = await books.accounts.findOne({ _id: accountId }, keyOnly);
      const among = { accountId, key: { $in: [...keys] } };
      const relayed = await books.entries.find(among, { projection: { key: 1 } }).toArray();
      const wanted = new Set(keys);
      const known = [...(account?.outbox ?? []), ...relayed].map(({ key }) => key);
      return new Set(known.filter((key) => wanted.has(key)));
    },
    async underWayTo(receivers) {
      // An open delivery is tried again soon, so that the index leaves out nearly all accounts.
      const soon = new Date(now.getTime() + TRIED_AGAIN_MS);
      const waiting = { dueAt: { $lte: soon }, 'deliveries.to': { $in: [...receivers] } };
      const found = books.accounts.find(waiting as mongo.Filter<Account>, {
        projection: { 'deliveries.to': 1 },
      });
      const wanted = new Set(receivers);
      const open = new Set<string>();
      for await (const account of found) {
        for (const { to } of account.deliveries) if (wanted.has(to)) open.add(to);
      }
      return open;
    },
  };
}
