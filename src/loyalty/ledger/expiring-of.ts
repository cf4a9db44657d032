import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { settledAccount } from './balance-of.ts';
import type { Engine } from './engine.ts';
import type { AccountId } from './points.ts';

export interface Expiring {
  /** The first business day on which these points are no longer valid. */
  readonly expiresOn: BusinessDay;
  readonly points: number;
}

export interface ExpiringOf {
  readonly accountId: AccountId;
  /** The last day that counts, itself included. */
  readonly until: BusinessDay;
}

export async function expiringOf(
  engine: Engine,
  ctx: Context,
  { accountId, until }: ExpiringOf,
): Promise<readonly Expiring[]> {
  const { lots } = await settledAccount(engine, ctx, accountId);
  const byDay = new Map<BusinessDay, number>();
  for (const { expiresOn, points } of lots) {
    if (expiresOn <= ctx.today || expiresOn > until) continue;
    byDay.set(expiresOn, (byDay.get(expiresOn) ?? 0) + points);
  }
  return [...byDay].map(([expiresOn, points]) => ({ expiresOn, points }));
}
