import type { mongo } from 'mongoose';
import type { Context } from '../../kernel/context.ts';
import { type Aggregate, type Receive, relayDue } from '../../platform/outbox.ts';
import { type SanctionDecided, SanctionModel } from './sanction.model.ts';

/** Hands over what was decided and is not in the books: one bounded batch, each at least once. */
export function relayOutbox(
  ctx: Context,
  receive: Receive<SanctionDecided>,
): Promise<{ readonly done: number; readonly more: boolean }> {
  const collection = SanctionModel.collection as unknown as mongo.Collection<
    Aggregate<SanctionDecided>
  >;
  return relayDue(ctx, { collection, receive });
}
