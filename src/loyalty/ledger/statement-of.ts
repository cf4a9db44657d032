import { assert } from '../../kernel/assert.ts';
import type { Engine } from './engine.ts';
import { type Entry, toEntry } from './entry.model.ts';
import type { AccountId } from './points.ts';
import { StoreError } from './store.ts';

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
  { store }: Engine,
  accountId: AccountId,
  { before, limit }: StatementPage,
): Promise<Statement> {
  assert(Number.isSafeInteger(limit) && limit > 0, 'a page has at least one entry');
  const account = await store.account(accountId);
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
