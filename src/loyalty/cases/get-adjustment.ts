import type { Context } from '../../kernel/context.ts';
import { type Adjustment, type AdjustmentId, AdjustmentModel, SEEN } from './adjustment.model.ts';
import { adjustmentNotFound } from './errors.ts';

/** One request. @throws ADJUSTMENT_NOT_FOUND */
export async function getAdjustment(_ctx: Context, requestId: AdjustmentId): Promise<Adjustment> {
  const found = await AdjustmentModel.findById(requestId).select(SEEN).lean<Adjustment>();
  if (!found) throw adjustmentNotFound(requestId);
  return found;
}
