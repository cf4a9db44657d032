import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import {
  type Adjustment,
  type AdjustmentId,
  AdjustmentModel,
  type AdjustmentStatus,
  SEEN,
} from './adjustment.model.ts';

const PAGE_MAX = 100;

/** Which requests, and which part of them. */
export interface AdjustmentPage {
  readonly status?: AdjustmentStatus;
  readonly memberId?: MemberId;
  /** From 1 to 100. */
  readonly limit: number;
  /** The last one of the page before. */
  readonly before?: AdjustmentId;
}

/** Requests, newest first. */
export function listAdjustments(
  _ctx: Context,
  { limit, before, ...where }: AdjustmentPage,
): Promise<readonly Adjustment[]> {
  return AdjustmentModel.find({ ...where, ...(before && { _id: { $lt: before } }) })
    .select(SEEN)
    .sort({ _id: -1 })
    .limit(Math.min(Math.max(limit, 1), PAGE_MAX))
    .lean<Adjustment[]>()
    .exec();
}
