import type { Context } from '../../kernel/context.ts';
import type { OrderId, RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { stockOf } from './stock.ts';

/**
 * Takes one piece of a reward for an order. The answer is on record: every repeat gets the same one,
 * whatever the stock has become since. Ledger 7 (the redemption).
 */
export async function reserveStock(
  ctx: Context,
  { orderId, rewardId }: { readonly orderId: OrderId; readonly rewardId: RewardId },
): Promise<'reserved' | 'out-of-stock'> {
  const { outcome } = await ledger.post(ctx, stockOf(rewardId), `order:${orderId}`, (book) => {
    if (book.spendable('claim') < 1) return book.refuse('REWARD_OUT_OF_STOCK');
    book.spend({ points: 1, purpose: 'claim' });
    return { outcome: 'reserved' as const };
  });
  return outcome.outcome === 'reserved' ? 'reserved' : 'out-of-stock';
}
