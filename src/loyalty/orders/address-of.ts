import type { Context } from '../../kernel/context.ts';
import type { OrderId } from '../../kernel/ids.ts';
import * as members from '../members/index.ts';
import { orderNotFound } from './errors.ts';
import { OrderModel, type StoredOrder } from './order.model.ts';

/**
 * Where an order goes, as the member's address was when it was placed; null for what is not sent by
 * parcel, or when the address had been removed by then. For those who pack it: personal data.
 * @throws ORDER_NOT_FOUND
 */
export async function addressOf(_ctx: Context, orderId: OrderId): Promise<members.Address | null> {
  const order = await OrderModel.findById(orderId)
    .select({ address: 1 })
    .lean<Pick<StoredOrder, 'address'>>();
  if (!order) throw orderNotFound(orderId);
  return order.address === null ? null : members.openAddress(order.address);
}
