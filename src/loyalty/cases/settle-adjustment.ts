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
  if (request.status !== 'approved') return request;
  const { memberId, points, category, expiresOn, ruleVersion } = request;
  const key = `adjustment:${requestId}`;
  const { outcome } = await ledger.post<Facts>(ctx, memberId, key, (book) =>
    risk.orRefuse(book, () => {
      book.adjust({ points, ...(expiresOn && { expiresOn }) });
      return { points, category, ...(ruleVersion && { ruleVersion }) };
    }),
  );
  const isRefused = outcome.outcome === 'refused';
  await AdjustmentModel.updateOne(
    { _id: requestId, status: 'approved' },
    {
      $set: {
        status: isRefused ? 'refused' : 'booked',
        refusal: typeof outcome.code === 'string' ? outcome.code : null,
        outbox: [],
      },
      ...(isRefused && { $unset: { uniqueAs: 1 } }),
    },
  );
  return getAdjustment(ctx, requestId);
}
