import type { Context } from '../kernel/context.ts';
import type { Event } from '../loyalty/events/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import { keepNew, waiting } from './see-entries.ts';

type Completed = Extract<Event, { type: 'order.completed' }>;

/**
 * Sees to it that a member hears of a code that came later than its payment: at once while a window is
 * open, else with the next answer. Called again it changes nothing.
 */
export async function tellCode(ctx: Context, { orderId }: Completed): Promise<void> {
  const { fulfilment, memberId, placedAt } = await orders.getOrder(ctx, orderId);
  if (fulfilment !== 'code') return;
  const _id = `order-code:${orderId}`;
  const notice = { _id, kind: 'order-code', memberId, about: orderId } as const;
  await keepNew([waiting({ ...notice, askedAt: placedAt, dueAt: ctx.now })]);
}
