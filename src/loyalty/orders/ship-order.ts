import type { Context } from '../../kernel/context.ts';
import type { OrderId } from '../../kernel/ids.ts';
import { outboxItem } from '../../platform/outbox.ts';
import { orderCannotBecome, orderNotFound } from './errors.ts';
import { OrderModel } from './order.model.ts';
import { comesFrom } from './order-status.ts';

/** The parcel of an order. */
export interface ShipOrderInput {
  readonly orderId: OrderId;
  readonly carrier: string;
  readonly trackingNumber: string;
}

/**
 * Records that an order left the warehouse; the member is told.
 * @throws ORDER_NOT_FOUND, ORDER_STATUS_CONFLICT
 */
export async function shipOrder(
  ctx: Context,
  { orderId, carrier, trackingNumber }: ShipOrderInput,
): Promise<void> {
  const shipment = { carrier, trackingNumber, shippedAt: ctx.now };
  const { matchedCount } = await OrderModel.updateOne(
    { _id: orderId, fulfilment: 'shipment', status: { $in: comesFrom('shipped') } },
    {
      $set: { status: 'shipped', shipment },
      $push: { outbox: outboxItem(ctx, { type: 'order.shipped', orderId }) },
    },
  );
  if (matchedCount === 1) return;
  const exists = await OrderModel.exists({ _id: orderId });
  throw exists ? orderCannotBecome('shipped', orderId) : orderNotFound(orderId);
}
