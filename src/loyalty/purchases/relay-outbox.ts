import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import { type Aggregate, type Receive, relayDue } from '../../platform/outbox.ts';
import type { Event } from '../events/index.ts';
import { PurchaseModel } from './purchase.model.ts';

/** Hands over what follows sales and was not done at once: one bounded batch, at least once each. */
export async function relayOutbox(
  ctx: Context,
  receive: Receive<Event>,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const collection = PurchaseModel.collection as unknown as mongo.Collection<Aggregate<Event>>;
  return relayDue(ctx, { collection, receive });
}
