import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import * as risk from '../risk/index.ts';
import type { Adjustment } from './adjustment.model.ts';
import { accountClosed, pointsInsufficient } from './errors.ts';

/**
 * Says early, before anything is written, what the books would refuse now.
 * @throws ACCOUNT_CLOSED, POINTS_INSUFFICIENT
 */
export async function mustBeTakeable(
  ctx: Context,
  { memberId, points }: Pick<Adjustment, 'memberId' | 'points'>,
): Promise<void> {
  if ((await risk.statusOf(ctx, memberId)) === 'closed') throw accountClosed(memberId);
  if (points > 0) return;
  const { available } = await ledger.balanceOf(ctx, memberId);
  if (available + points < 0) throw pointsInsufficient({ balance: available, needed: -points });
}
