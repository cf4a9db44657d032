import type { Context } from '../../kernel/context.ts';
import type { Event } from '../events/index.ts';
import { postPurchase } from './post-purchase.ts';
import { type Purchase, PurchaseModel } from './purchase.model.ts';

/**
 * Credits a sale that was stored by a process that died before it could. Safe to repeat: where the
 * partner repeated the report meanwhile, it changes nothing.
 */
export async function payPurchase(
  ctx: Context,
  { recordId }: Extract<Event, { readonly type: 'purchase.recorded' }>,
): Promise<void> {
  const purchase = await PurchaseModel.findById(recordId).orFail().lean<Purchase>();
  await postPurchase(ctx, purchase);
}
