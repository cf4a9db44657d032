import type { Id, OrderId } from '../../kernel/ids.ts';

/**
 * Everything an outbox may hold: what happened to an aggregate, told to whoever follows it. An event
 * carries ids only; its receiver reads what it needs, as it is then.
 */
export type Event =
  | { readonly type: 'order.shipped'; readonly orderId: OrderId }
  | { readonly type: 'order.completed'; readonly orderId: OrderId }
  | { readonly type: 'purchase.recorded'; readonly recordId: Id<'pur'> }
  | {
      readonly type: 'purchase.refunded';
      readonly recordId: Id<'pur'>;
      readonly refundId: string;
    }
  | { readonly type: 'sanction.decided'; readonly sanctionId: Id<'san'> }
  | { readonly type: 'adjustment.approved'; readonly requestId: Id<'adj'> };
