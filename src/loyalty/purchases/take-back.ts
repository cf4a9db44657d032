import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import type { Event } from '../events/index.ts';
import { postRefund } from './post-refund.ts';
import { type Purchase, PurchaseModel } from './purchase.model.ts';

/**
 * Takes the points of a refund that was stored by a process that died before it could. Safe to repeat:
 * where the partner repeated the report meanwhile, it changes nothing.
 */
export async function takeBack(
  ctx: Context,
  { recordId, refundId }: Extract<Event, { readonly type: 'purchase.refunded' }>,
): Promise<void> {
  const purchase = await PurchaseModel.findById(recordId).orFail().lean<Purchase>();
  const refund = purchase.refunds?.find((item) => item.refundId === refundId);
  assert(refund, `the sale ${recordId} knows its refund ${refundId}`);
  await postRefund(ctx, purchase, refund);
}
