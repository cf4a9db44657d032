import type { Context } from '../../kernel/context.ts';
import type { OrderId } from '../../kernel/ids.ts';
import { orderNotFound } from './errors.ts';
import { type Order, OrderModel, SEEN } from './order.model.ts';
import { orderNumberOf } from './order-number.ts';

/** One order. @throws ORDER_NOT_FOUND */
export async function getOrder(_ctx: Context, orderId: OrderId): Promise<Order> {
  const order = await OrderModel.findById(orderId).select(SEEN).lean<Order>();
  if (!order) throw orderNotFound(orderId);
  return order;
}

/** The order of a number as people type it; null when there is none. Whose it is, the caller checks. */
export function findOrder(
  _ctx: Context,
  { number }: { readonly number: string },
): Promise<Order | null> {
  return OrderModel.findOne({ number: orderNumberOf(number) })
    .select(SEEN)
    .lean<Order>()
    .exec();
}
