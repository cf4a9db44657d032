import { assert } from '../../kernel/assert.ts';
import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import { AccountBook } from './account-book.ts';
import { canonical } from './chain.ts';
import { Draft } from './draft.ts';
import type { Entry, EntryBody } from './entry.model.ts';
import { factFromTheFuture, keyInvalid } from './errors.ts';
import { isCertainlyNew, isKey, keyTimeMs } from './keys.ts';
import { limits } from './limits.ts';
import { mustBeFacts } from './plain.ts';
import { sealEntry } from './seal-entry.ts';
import { settleOverdue } from './settle-overdue.ts';

/** One fact to be posted to one account. */
export interface Command {
  readonly ctx: Context;
  readonly key: string;
  readonly decide: (book: AccountBook) => Facts;
  /** Answers this delivery; nothing happens when it is answered already. */
  readonly answers?: string;
}

export type Decision =
  | {
      readonly kind: 'written';
      readonly account: Account;
      readonly entry: EntryBody;
    }
  | { readonly kind: 'unchanged'; readonly outcome: Facts }
  | { readonly kind: 'repeated'; readonly seq: number; readonly entry?: EntryBody }
  | { readonly kind: 'thrown'; readonly error: unknown };

/** What the collection `entries` said about keys: the entry, or that there is none. */
export type Found = ReadonlyMap<string, Entry | null>;

/** Decides one command on one state: pure, and run again on a newer state when the update missed. */
export function decideOn(base: Account, command: Command, found: Found): Decision {
  const { key, ctx, answers } = command;
  if (!isKey(key)) return { kind: 'thrown', error: keyInvalid() };
  const before = repeatOf(base, key, found);
  if (before) return before;
  assert(found.has(key) || isCertainlyNew(base, key), 'a key that nobody remembers was looked up');
  const since = keyTimeMs(key) ?? 0;
  if (since - limits.clockToleranceMs > ctx.now.getTime()) {
    return { kind: 'thrown', error: factFromTheFuture(key) };
  }
  const isOpen = base.deliveries.some(({ deliveryId }) => deliveryId === answers);
  if (answers && !isOpen) return { kind: 'unchanged', outcome: {} };
  try {
    return written(settleOverdue(base, later(ctx.now, base.lastPostedAt)), command);
  } catch (error) {
    return { kind: 'thrown', error };
  }
}

function repeatOf(base: Account, key: string, found: Found): Decision | null {
  const waiting = base.outbox.find((entry) => entry.key === key);
  if (waiting) return { kind: 'repeated', seq: waiting.seq, entry: waiting };
  const relayed = base.recentKeys.find((item) => item.key === key);
  if (relayed) return { kind: 'repeated', seq: relayed.seq };
  const old = found.get(key);
  return old ? { kind: 'repeated', seq: old.seq, entry: old } : null;
}

function written(settled: Account, command: Command): Decision {
  const { key, ctx } = command;
  const { draft, outcome } = drafted(settled, command, later(ctx.now, settled.lastPostedAt));
  if (!draft.changed && !draft.refused) return { kind: 'unchanged', outcome };
  mustBeFacts(outcome, `the outcome of ${key}`);
  const account = sealEntry(draft, { key, actor: ctx.actor, cause: ctx.cause, outcome });
  const entry = account.outbox.at(-1);
  assert(entry, 'an entry was written');
  return { kind: 'written', account, entry };
}

interface Drafted {
  readonly draft: Draft;
  readonly outcome: Facts;
}

function drafted(settled: Account, command: Command, now: Date): Drafted {
  const draft = draftFor(settled, command, now);
  const outcome = command.decide(new AccountBook(draft));
  if (limits.checkPurity) mustBePure(settled, command, { draft, outcome });
  if (!draft.refused) return { draft, outcome };
  // A refusal is on record, and nothing else that the decision did.
  const refusal = draftFor(settled, command, now);
  return { draft: refusal, outcome: refusal.refuse(draft.refused.code, draft.refused.facts) };
}

function draftFor(settled: Account, { answers }: Command, now: Date): Draft {
  const draft = new Draft(settled, now);
  if (answers) draft.answer(answers);
  return draft;
}

function mustBePure(settled: Account, command: Command, first: Drafted): void {
  const draft = draftFor(settled, command, first.draft.now);
  const outcome = command.decide(new AccountBook(draft));
  const isSame = textOf({ draft, outcome }) === textOf(first);
  assert(isSame, `the decision of ${command.key} is not pure`);
}

function textOf({ draft, outcome }: Drafted): string {
  return canonical([outcome, draft.moves, draft.facets, draft.sent]);
}
