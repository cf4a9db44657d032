import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import * as ledger from '../ledger/index.ts';
import * as risk from '../risk/index.ts';
import { type Adjustment, type AdjustmentApproved, AdjustmentModel } from './adjustment.model.ts';
import { getAdjustment } from './get-adjustment.ts';

/**
 * Books what was approved, and notes what became of it. Safe to repeat, by anybody at any time: the
 * ledger keeps its first answer, a refusal too. Nothing happens to a request that is not approved.
 * @throws ADJUSTMENT_NOT_FOUND
 */
export async function settleAdjustment(
  ctx: Context,
  { requestId }: Pick<AdjustmentApproved, 'requestId'>,
): Promise<Adjustment> {
  const request = await getAdjustment(ctx, requestId);
  return request.status === 'approved' ? bookAdjustment(ctx, request) : request;
}

/** The key under which the books have a correction. */
export function keyOf({ _id }: Pick<Adjustment, '_id'>): string {
  return `adjustment:${_id}`;
}

/** Books a correction as the ledger does under its key: once. Notes it, unless somebody did meanwhile. */
export async function bookAdjustment(ctx: Context, request: Adjustment): Promise<Adjustment> {
  const { _id, memberId, points, category, expiresOn, ruleVersion, status } = request;
  const { outcome } = await ledger.post<Facts>(ctx, memberId, keyOf(request), (book) =>
    risk.orRefuse(book, () => {
      book.adjust({ points, ...(expiresOn && { expiresOn }) });
      return { points, category, ...(ruleVersion && { ruleVersion }) };
    }),
  );
  const isRefused = outcome.outcome === 'refused';
  await AdjustmentModel.updateOne(
    { _id, status },
    {
      $set: {
        status: isRefused ? 'refused' : 'booked',
        refusal: typeof outcome.code === 'string' ? outcome.code : null,
        outbox: [],
      },
      ...(isRefused && { $unset: { uniqueAs: 1 } }),
    },
  );
  return getAdjustment(ctx, _id);
}
