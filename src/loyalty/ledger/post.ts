import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import type { Command } from './decide.ts';
import type { Answer, Engine } from './engine.ts';
import { type EntryBody, type EntryId, entryIdOf } from './entry.model.ts';
import { limits } from './limits.ts';
import { spendableOf } from './lots.ts';
import type { AccountId } from './points.ts';
import { enqueue } from './queue.ts';
import { settleOverdue } from './settle-overdue.ts';
import { StoreError } from './store.ts';

/** What posting did. A repeat of the same key gets the first outcome again. */
export interface Posted<Outcome> {
  readonly outcome: Outcome;
  /** Null when `decide` changed nothing: then nothing was written, and the key is still unused. */
  readonly entry: { readonly _id: EntryId; readonly postedAt: Date; readonly cause: string } | null;
  /** What can be spent now. */
  readonly balance: number;
  /** True when this key had been posted before: nothing was changed this time. */
  readonly repeated: boolean;
}

/** Posts one fact. @throws OUTCOME_UNKNOWN when nobody knows whether it was written */
export async function post(
  engine: Engine,
  accountId: AccountId,
  command: Command,
): Promise<Posted<Facts>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await told(engine, command.ctx, await enqueue(engine, accountId, command));
    } catch (error) {
      // Unknown is neither success nor failure: the next attempt finds the key, or does it.
      if (!(error instanceof StoreError)) throw error;
      if (attempt >= limits.uncertainMax) throw error;
      await engine.store.pause(attempt);
    }
  }
}

async function told(
  engine: Engine,
  ctx: Context,
  { decision, state }: Answer,
): Promise<Posted<Facts>> {
  switch (decision.kind) {
    case 'thrown':
      throw decision.error;
    case 'unchanged': {
      const balance = balanceIn(state, ctx);
      return { outcome: decision.outcome, entry: null, balance, repeated: false };
    }
    case 'written': {
      const { outcome, balanceAfter: balance } = decision.entry;
      return { outcome, entry: namedOf(state._id, decision.entry), balance, repeated: false };
    }
    case 'repeated': {
      const first = decision.entry ?? (await relayedEntry(engine, state._id, decision.seq));
      const balance = balanceIn(state, ctx);
      return { outcome: first.outcome, entry: namedOf(state._id, first), balance, repeated: true };
    }
  }
}

/** What can be spent now, although nothing was written: what time decided counts. */
function balanceIn(state: Account, { now, today }: Context): number {
  return spendableOf(settleOverdue(state, later(now, state.lastPostedAt)).lots, today);
}

function namedOf(accountId: AccountId, { seq, postedAt, cause }: EntryBody) {
  return { _id: entryIdOf(accountId, seq), postedAt, cause };
}

async function relayedEntry(
  { store }: Engine,
  accountId: AccountId,
  seq: number,
): Promise<EntryBody> {
  const [entry] = await store.entriesById([entryIdOf(accountId, seq)]);
  if (!entry) throw new StoreError('an entry that was relayed is not visible yet');
  return entry;
}
