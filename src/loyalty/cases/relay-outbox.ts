import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import { type Aggregate, type Receive, relayDue } from '../../platform/outbox.ts';
import { type AdjustmentApproved, AdjustmentModel } from './adjustment.model.ts';

/** Hands over what was approved and is not in the books: one bounded batch, each at least once. */
export function relayOutbox(
  ctx: Context,
  receive: Receive<AdjustmentApproved>,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const collection = AdjustmentModel.collection as unknown as mongo.Collection<
    Aggregate<AdjustmentApproved>
  >;
  return relayDue(ctx, { collection, receive });
}
