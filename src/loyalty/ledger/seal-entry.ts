import { assert } from '../../kernel/assert.ts';
import type { Actor } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import { chainHash } from './chain.ts';
import type { Draft } from './draft.ts';
import type { EntryBody } from './entry.model.ts';
import { sumOf } from './lots.ts';

export interface EntryHead {
  readonly key: string;
  readonly actor: Actor;
  readonly cause: string;
  readonly outcome: Facts;
}

/** Turns a draft into the next state: its entry and the hash. The books are proved here, always. */
export function sealEntry(draft: Draft, { key, actor, cause, outcome }: EntryHead): Account {
  const { account } = draft;
  const body: Omit<EntryBody, 'hash'> = {
    seq: account.seq + 1,
    key,
    reason: key.split(':', 1)[0] ?? key,
    postedAt: draft.now,
    actor,
    cause,
    moves: draft.moves,
    ...(draft.facets && { facets: draft.facets }),
    ...(draft.sent.length > 0 && { deliveries: draft.sent }),
    ...(draft.answered && { answered: draft.answered }),
    ...(draft.statusChanged && { status: account.status }),
    outcome,
    balanceAfter: draft.balance,
  };
  const hash = chainHash(account.chainHead, body);
  const next: Account = {
    ...account,
    seq: body.seq,
    lastPostedAt: draft.now,
    chainHead: hash,
    outbox: [...account.outbox, { ...body, hash }],
  };
  mustBalance(next);
  return next;
}

/** Law L7. */
function mustBalance({ _id, lots, holds, debts, totals }: Account): void {
  let books = sumOf(lots) + sumOf(holds) - sumOf(debts);
  for (const points of Object.values(totals)) books += points;
  assert(books === 0, `the books of ${_id} do not balance: ${books}`);
  // Past this the sums would be rounded, and could add up by chance.
  assert(
    Object.values(totals).every(Number.isSafeInteger),
    `the totals of ${_id} are no safe integers`,
  );
}
