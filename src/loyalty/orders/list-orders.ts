import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { type Order, OrderModel, SEEN } from './order.model.ts';

const PAGE_MAX = 100;

/** Which part of a member's orders. */
export interface OrderPage {
  /** From 1 to 100. */
  readonly limit: number;
  /** The last order of the page before. */
  readonly before?: Pick<Order, '_id' | 'placedAt'>;
}

/** A member's orders, newest first. */
export function listOrders(
  _ctx: Context,
  memberId: MemberId,
  { limit, before }: OrderPage,
): Promise<readonly Order[]> {
  const older = before && [
    { placedAt: { $lt: before.placedAt } },
    { placedAt: before.placedAt, _id: { $lt: before._id } },
  ];
  return OrderModel.find({ memberId, ...(older && { $or: older }) })
    .select(SEEN)
    .sort({ placedAt: -1, _id: -1 })
    .limit(Math.min(Math.max(limit, 1), PAGE_MAX))
    .lean<Order[]>()
    .exec();
}

/**
 * The newest order that a member placed at `since` or later; null when there is none. Placing it once
 * more with its own id and price gives its first outcome again.
 */
export function recentOrderOf(
  _ctx: Context,
  memberId: MemberId,
  since: Date,
): Promise<Order | null> {
  return OrderModel.findOne({ memberId, placedAt: { $gte: since } })
    .select(SEEN)
    .sort({ placedAt: -1, _id: -1 })
    .lean<Order>()
    .exec();
}
