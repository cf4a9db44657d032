import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import { type Aggregate, type Receive, relayDue } from '../../platform/outbox.ts';
import type * as events from '../events/index.ts';
import { OrderModel } from './order.model.ts';

/** Hands over what follows from orders: one bounded batch, each event at least once. */
export function relayOutbox(
  ctx: Context,
  receive: Receive<events.Event>,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const collection = OrderModel.collection as unknown as mongo.Collection<Aggregate<events.Event>>;
  return relayDue(ctx, { collection, receive });
}
