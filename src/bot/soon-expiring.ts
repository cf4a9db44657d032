import { addDays } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';

const AHEAD_DAYS = 30;

/** Points whose last day is one of the next 30, soonest first. */
export function soonExpiring(
  ctx: Context,
  memberId: MemberId,
): Promise<readonly ledger.Expiring[]> {
  // A lot is over on the day after its last one.
  return ledger.expiringOf(ctx, memberId, addDays(ctx.today, AHEAD_DAYS + 1));
}
