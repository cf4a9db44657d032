import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { InvariantError } from '../../kernel/errors.ts';
import { carryOpen } from './carry.ts';
import type { Engine } from './engine.ts';
import type { Delivery } from './entry.model.ts';
import { limits } from './limits.ts';
import type { AccountId } from './points.ts';
import { enqueue } from './queue.ts';
import { relayOutbox, showUnseen } from './relay.ts';
import { settleOverdue } from './settle-overdue.ts';

export interface Settled {
  readonly done: number;
  readonly more: boolean;
}

/** Settles up to `limit` accounts whose time has come, longest overdue first. */
export async function settleDue(engine: Engine, ctx: Context, limit: number): Promise<Settled> {
  // The first run of a process takes along what the one before it may have left.
  const aheadMs = engine.hasSettled ? 0 : limits.relayAfterMs;
  const due = await engine.store.due(new Date(ctx.now.getTime() + aheadMs), limit);
  engine.hasSettled = true;
  const left = due.values();
  let done = 0;
  const settleNext = async (): Promise<void> => {
    for (const accountId of left) if (await isSettled(engine, ctx, accountId)) done++;
  };
  await Promise.all(Array.from({ length: limits.settledAtOnce }, settleNext));
  await showUnseen(engine, ctx, limits.shownAgainMax).catch((error: unknown) => {
    if (error instanceof InvariantError) throw error;
    ctx.log.warn({ err: error }, 'entries still not seen');
  });
  return { done, more: done > 0 && due.length === limit };
}

/** One account that fails does not hold up the others; it stays due. */
async function isSettled(engine: Engine, ctx: Context, accountId: AccountId): Promise<boolean> {
  try {
    await settle(engine, ctx, accountId);
    return true;
  } catch (error) {
    if (error instanceof InvariantError) ctx.log.error({ err: error, accountId }, 'law broken');
    else ctx.log.warn({ err: error, accountId }, 'settling put off');
    return false;
  }
}

/** Relays, carries and books what one account has due. */
export async function settle(engine: Engine, ctx: Context, accountId: AccountId): Promise<void> {
  const account = await engine.store.account(accountId);
  if (!account) return;
  if (account.outbox.length > 0) await relayOutbox(engine, ctx, [account]);
  for (const delivery of account.deliveries) {
    if (delivery.nextAttemptAt <= ctx.now) await attempt(engine, ctx, { accountId, delivery });
  }
  const isOverdue = settleOverdue(account, later(ctx.now, account.lastPostedAt)) !== account;
  await enqueue(engine, accountId, { ctx, upkeep: isOverdue ? 'settle' : 'drop' });
}

interface Attempt {
  readonly accountId: AccountId;
  readonly delivery: Delivery;
}

async function attempt(engine: Engine, ctx: Context, it: Attempt): Promise<void> {
  const { deliveryId, attempts } = it.delivery;
  try {
    await carryOpen(engine, ctx, it);
  } catch (error) {
    const facts = { err: error, accountId: it.accountId, deliveryId, attempts: attempts + 1 };
    if (attempts + 1 < limits.attemptsExpected) ctx.log.warn(facts, 'delivery put off');
    else ctx.log.error(facts, 'delivery keeps failing');
    await enqueue(engine, it.accountId, { ctx, upkeep: 'postpone', deliveryId });
    if (error instanceof InvariantError) throw error;
  }
}
