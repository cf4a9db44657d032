import type { Context } from '../kernel/context.ts';
import type { Event } from '../loyalty/events/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { outsideQuietHours } from './quiet-hours.ts';
import { isOldNews, keepNew, waiting } from './see-entries.ts';

type Shipped = Extract<Event, { type: 'order.shipped' }>;

/** Sees to it that a member hears that their parcel left. Called again it changes nothing. */
export async function tellShipped(ctx: Context, { orderId }: Shipped): Promise<void> {
  const { memberId, shipment } = await orders.getOrder(ctx, orderId);
  if (!shipment || isOldNews(ctx, shipment.shippedAt)) return;
  const dueAt = outsideQuietHours(ctx.now, await settings.read(ctx, 'quiet'));
  const _id = `order-shipped:${orderId}`;
  await keepNew([waiting({ _id, kind: 'order-shipped', memberId, about: orderId, dueAt })]);
}
