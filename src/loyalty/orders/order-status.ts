/** The states of an order, in the order in which they are usually passed. */
export const ORDER_STATUSES = [
  'placed',
  'shipped',
  'completed',
  'cancelled',
  'refunded',
  'expired',
] as const;
/** Where an order stands. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Where an order may go from where it is. What is not listed cannot happen. */
const NEXT: Record<OrderStatus, readonly OrderStatus[]> = {
  placed: ['shipped', 'completed', 'cancelled'],
  shipped: ['completed', 'refunded'],
  completed: ['refunded', 'expired'],
  cancelled: [],
  refunded: [],
  expired: [],
};

/** The statuses from which an order may become `status`. */
export function comesFrom(status: OrderStatus): OrderStatus[] {
  return ORDER_STATUSES.filter((from) => NEXT[from].includes(status));
}
