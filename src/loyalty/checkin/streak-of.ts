import { addDays } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { streakFacet } from './streak.facet.ts';

/** Where a member's streak stands today: its days, 0 once a day was missed, and whether today is in it. */
export async function streakOf(
  ctx: Context,
  memberId: MemberId,
): Promise<{ readonly days: number; readonly checkedInToday: boolean }> {
  const { lastDay, days } = await ledger.facetOf(ctx, memberId, streakFacet);
  const checkedInToday = lastDay === ctx.today;
  const alive = checkedInToday || lastDay === addDays(ctx.today, -1);
  return { days: alive ? days : 0, checkedInToday };
}
