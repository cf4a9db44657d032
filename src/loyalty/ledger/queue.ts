import { assert } from '../../kernel/assert.ts';
import { later } from '../../kernel/business-day.ts';
import { type Account, newAccount } from './account.model.ts';
import { type Command, type Decision, decideOn, type Found } from './decide.ts';
import { dueAtOf } from './due-at.ts';
import {
  type Answer,
  type Engine,
  type Queue,
  queueOf,
  type Upkeep,
  type Waiting,
} from './engine.ts';
import type { Entry } from './entry.model.ts';
import { ledgerBusy } from './errors.ts';
import { dropRelayed, needsLookUp } from './keys.ts';
import { limits } from './limits.ts';
import { patchOf } from './patch.ts';
import type { AccountId } from './points.ts';
import { relayOutbox } from './relay.ts';
import { settleOverdue } from './settle-overdue.ts';

/** Waits until a write of this account has taken the work along. What waits together is written together. */
export function enqueue(
  engine: Engine,
  accountId: AccountId,
  work: Command | Upkeep,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const queue = queueOf(engine, accountId);
    queue.waiting.push({ work, resolve, reject });
    queue.draining ??= drain(engine, accountId, queue);
  });
}

async function drain(engine: Engine, accountId: AccountId, queue: Queue): Promise<void> {
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.splice(0, limits.batchMax);
    try {
      await commit(engine, { accountId, queue, batch });
    } catch (error) {
      queue.state = null;
      for (const { reject } of batch) reject(error);
    }
    // Who was answered together comes again together, and then shares a write once more.
    if (batch.length > 1) await engine.store.turn();
  }
  queue.draining = null;
}

interface Batch {
  readonly accountId: AccountId;
  readonly queue: Queue;
  readonly batch: readonly Waiting[];
}

/** Decides a whole batch on one state, writes it by one update, and only then answers. */
async function commit(engine: Engine, { accountId, queue, batch }: Batch): Promise<void> {
  for (let attempt = 0; attempt < limits.attemptsMax; attempt++) {
    const kept = queue.state;
    const base = kept ?? (await engine.store.account(accountId)) ?? newAccount(accountId);
    await relayFirst(engine, base, batch);
    const { account, decisions } = decideAll(base, batch, await lookUp(engine, base, batch));
    const next = dropRelayed(account, queue.relayedSeq);
    if (next === base && kept) {
      // Nothing is answered from a state that nothing has confirmed.
      queue.state = null;
      continue;
    }
    const written = next === base ? base : await write(engine, queue, { base, next });
    if (written) {
      answerAll(batch, decisions, written);
      return;
    }
    queue.state = null;
    await engine.store.pause(attempt);
  }
  throw ledgerBusy(accountId);
}

function answerAll(
  batch: readonly Waiting[],
  decisions: readonly Decision[],
  state: Account,
): void {
  for (const [i, decision] of decisions.entries()) batch[i]?.resolve({ decision, state });
}

/** An outbox that could overflow in this write is emptied before it. */
async function relayFirst(engine: Engine, base: Account, batch: readonly Waiting[]): Promise<void> {
  const waiting = base.outbox.length;
  const [first] = batch;
  if (waiting === 0 || !first) return;
  // What time decided comes before: a hold each, an expiry and a loan.
  const after = waiting + batch.length + base.holds.length + 2;
  if (waiting < limits.outboxRelayFirst && after <= limits.outboxMax) return;
  await relayOutbox(engine, first.work.ctx, [base]);
}

function decideAll(
  base: Account,
  batch: readonly Waiting[],
  found: Found,
): { account: Account; decisions: Decision[] } {
  let account = base;
  const decisions: Decision[] = [];
  for (const { work } of batch) {
    if ('upkeep' in work) {
      account = keptUp(account, work);
      decisions.push({ kind: 'unchanged', outcome: {} });
      continue;
    }
    const decision = decideOn(account, work, found);
    if (decision.kind === 'written') account = decision.account;
    decisions.push(decision);
  }
  return { account, decisions };
}

/** Which keys of the batch only the collection `entries` can tell; one question for all of them. */
async function lookUp(engine: Engine, base: Account, batch: readonly Waiting[]): Promise<Found> {
  const found = new Map<string, Entry | null>();
  for (const { work } of batch) {
    if ('key' in work && needsLookUp(base, work.key)) found.set(work.key, null);
  }
  if (found.size === 0) return found;
  const entries = await engine.store.entriesByKey(base._id, [...found.keys()]);
  for (const entry of entries) found.set(entry.key, entry);
  return found;
}

interface Step {
  readonly base: Account;
  readonly next: Account;
}

/** The commit point. Null when another write was first. */
async function write(engine: Engine, queue: Queue, { base, next }: Step): Promise<Account | null> {
  assert(next.outbox.length <= limits.outboxMax, `the outbox of ${base._id} is full`);
  const version = base.version + 1;
  const written: Account = { ...next, version, dueAt: dueAtOf(next) };
  const isWritten =
    base.version === 0
      ? await engine.store.create(written)
      : await engine.store.compareAndSet({
          accountId: base._id,
          version: base.version,
          patch: patchOf(base, written),
        });
  if (!isWritten) return null;
  queue.state = written;
  if (written.seq > base.seq) engine.onCommitted(written);
  return written;
}

function keptUp(base: Account, { ctx, upkeep, deliveryId }: Upkeep): Account {
  const now = later(ctx.now, base.lastPostedAt);
  if (upkeep === 'settle') return settleOverdue(base, now);
  const open = base.deliveries.find((item) => item.deliveryId === deliveryId);
  if (!open) return base;
  const others = base.deliveries.filter((item) => item !== open);
  if (upkeep === 'close') return { ...base, deliveries: others };
  const waitMs = Math.min(limits.deliverAfterMs * 2 ** open.attempts, limits.deliverAtMostMs);
  const nextAttemptAt = new Date(now.getTime() + waitMs);
  const next = { ...open, attempts: open.attempts + 1, nextAttemptAt };
  return { ...base, deliveries: base.deliveries.map((item) => (item === open ? next : item)) };
}
