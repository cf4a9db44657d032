import type { Context } from '../../kernel/context.ts';
import type { OrderId } from '../../kernel/ids.ts';
import { outboxItem } from '../../platform/outbox.ts';
import { orderCannotBecome, orderNotFound } from './errors.ts';
import { OrderModel } from './order.model.ts';
import { comesFrom } from './order-status.ts';

/**
 * Records that the member has what was owed.
 * @throws ORDER_NOT_FOUND, ORDER_STATUS_CONFLICT
 */
export async function completeOrder(
  ctx: Context,
  { orderId }: { readonly orderId: OrderId },
): Promise<void> {
  const { matchedCount } = await OrderModel.updateOne(
    { _id: orderId, status: { $in: comesFrom('completed') } },
    {
      $set: { status: 'completed', completedAt: ctx.now },
      $push: { outbox: outboxItem(ctx, { type: 'order.completed', orderId }) },
    },
  );
  if (matchedCount === 1) return;
  const exists = await OrderModel.exists({ _id: orderId });
  throw exists ? orderCannotBecome('completed', orderId) : orderNotFound(orderId);
}
