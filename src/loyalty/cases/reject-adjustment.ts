import type { Context } from '../../kernel/context.ts';
import * as risk from '../risk/index.ts';
import { type Adjustment, AdjustmentModel } from './adjustment.model.ts';
import type { Decider } from './approve-adjustment.ts';
import { alreadyDecided } from './errors.ts';
import { getAdjustment } from './get-adjustment.ts';

/**
 * Ends a request; nothing is booked. Who asked for it may take it back so. Safe to repeat by the same
 * person. The same may be asked for again afterwards.
 * @throws ADJUSTMENT_NOT_FOUND, ADJUSTMENT_STATUS_CONFLICT, NAME_INVALID
 */
export async function rejectAdjustment(
  ctx: Context,
  { requestId, by }: Decider,
): Promise<Adjustment> {
  const decidedBy = risk.checkedName(by);
  await AdjustmentModel.updateOne(
    { _id: requestId, status: 'requested' },
    { $set: { status: 'rejected', decidedBy, decidedAt: ctx.now }, $unset: { uniqueAs: 1 } },
  );
  const request = await getAdjustment(ctx, requestId);
  const isOurs = risk.isSamePerson(request.decidedBy ?? '', decidedBy);
  if (request.status !== 'rejected' || !isOurs) throw alreadyDecided(requestId, request.status);
  return request;
}
