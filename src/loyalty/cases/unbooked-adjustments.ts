import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import { type Adjustment, AdjustmentModel, SEEN } from './adjustment.model.ts';
import { keyOf } from './settle-adjustment.ts';

/**
 * Corrections that were booked and that the books do not have: a restore has cut their entries, and
 * `bookAdjustment` books them again. Ledger 14.1.
 */
export async function unbookedAdjustments(ctx: Context): Promise<readonly Adjustment[]> {
  const unbooked: Adjustment[] = [];
  const booked = AdjustmentModel.find({ status: 'booked' }).select(SEEN).sort({ _id: 1 });
  for await (const request of booked.lean<Adjustment[]>().cursor()) {
    const entry = await ledger.entryOf(ctx, request.memberId, keyOf(request));
    if (!entry) unbooked.push(request);
  }
  return unbooked;
}
