import { assert } from '../../kernel/assert.ts';
import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { Account } from './account.model.ts';
import type { Engine } from './engine.ts';
import { type Entry, toEntry } from './entry.model.ts';
import type { AccountId } from './points.ts';
import { enqueue } from './queue.ts';
import { settleOverdue } from './settle-overdue.ts';
import { StoreError } from './store.ts';

export interface StatementOf extends StatementPage {
  readonly accountId: AccountId;
}

export interface StatementPage {
  /** The cursor of the page before. */
  readonly before?: number;
  readonly limit: number;
}

/** Entries, newest first. */
export interface Statement {
  readonly entries: readonly Entry[];
  /** The seq before which the next page begins, null after the last. */
  readonly cursor: number | null;
}

export async function statementOf(
  engine: Engine,
  ctx: Context,
  { accountId, before, limit }: StatementOf,
): Promise<Statement> {
  assert(Number.isSafeInteger(limit) && limit > 0, 'a page has at least one entry');
  const { store } = engine;
  const account = await bookedAccount(engine, ctx, accountId);
  if (!account) return { entries: [], cursor: null };
  const to = Math.min((before ?? account.seq + 1) - 1, account.seq);
  const from = Math.max(1, to - limit + 1);
  const waiting = account.outbox.filter(({ seq }) => seq >= from && seq <= to);
  const newest = waiting.map((entry) => toEntry(accountId, entry));
  const relayedTo = (newest[0]?.seq ?? to + 1) - 1;
  const older = relayedTo >= from ? await store.entriesBetween(accountId, from, relayedTo) : [];
  const entries = [...older, ...newest].reverse();
  if (entries.length !== Math.max(0, to - from + 1)) {
    throw new StoreError('entries that were relayed are not visible yet');
  }
  return { entries, cursor: from > 1 ? from : null };
}

/**
 * The account with everything booked that time has decided: whoever sees a balance fall at midnight
 * looks here for the reason, and its booking may be planned for later in the day (ledger 5.7).
 */
async function bookedAccount(
  engine: Engine,
  ctx: Context,
  accountId: AccountId,
): Promise<Account | null> {
  const account = await engine.store.account(accountId);
  if (!account) return null;
  if (settleOverdue(account, later(ctx.now, account.lastPostedAt)) === account) return account;
  try {
    await enqueue(engine, accountId, { ctx, upkeep: 'settle' });
  } catch (error) {
    // What is there can be shown all the same; `settleDue` books it.
    ctx.log.warn({ err: error, accountId }, 'settling put off');
    return account;
  }
  return engine.store.account(accountId);
}
