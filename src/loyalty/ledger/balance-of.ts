import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { type Account, newAccount } from './account.model.ts';
import type { Engine } from './engine.ts';
import { spendableOf, sumOf } from './lots.ts';
import type { AccountId } from './points.ts';
import { settleOverdue } from './settle-overdue.ts';

/** Points of one account at one instant. */
export interface Balance {
  readonly available: number;
  /** Set aside in holds. */
  readonly held: number;
  /** Earned, not usable yet. */
  readonly pending: number;
  readonly debt: number;
}

export async function balanceOf(
  engine: Engine,
  ctx: Context,
  accountId: AccountId,
): Promise<Balance> {
  const { lots, holds, debts } = await settledAccount(engine, ctx, accountId);
  return {
    available: spendableOf(lots, ctx.today),
    held: sumOf(holds.filter(({ pending }) => !pending)),
    pending: sumOf(holds.filter(({ pending }) => pending)),
    debt: sumOf(debts),
  };
}

/** The account as it is at this instant: what time decided is booked in memory only. */
export async function settledAccount(
  { store }: Engine,
  { now }: Context,
  accountId: AccountId,
): Promise<Account> {
  const account = await store.account(accountId);
  if (!account) return newAccount(accountId);
  return settleOverdue(account, later(now, account.lastPostedAt));
}
