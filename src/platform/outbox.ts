import { randomUUID } from 'node:crypto';
import { type mongo, Schema } from 'mongoose';
import type { Context } from '../kernel/context.ts';
import { InvariantError } from '../kernel/errors.ts';

/** How long to wait after the first, second … failure; afterwards an hour. */
const RETRY_SECONDS = [5, 15, 60, 300, 900];
const BATCH = 64;

/** Something that must follow a change, kept in the document that changed until it has happened. */
export interface OutboxItem<Event> {
  readonly itemId: string;
  readonly event: Event;
  /** When the relay takes it up. */
  readonly dueAt: Date;
  /** How often it was tried in vain. */
  readonly failures: number;
}

/** A document that changes by one conditional update, and says in it what must follow. */
export interface Aggregate<Event> {
  readonly _id: string;
  readonly outbox: readonly OutboxItem<Event>[];
}

/** May be called again for the same event, and then changes nothing. */
export type Receive<Event> = (ctx: Context, event: Event) => Promise<unknown>;

/** The schema field `outbox` of an aggregate. */
export const outboxField = {
  type: [
    {
      _id: false,
      itemId: { type: String, required: true },
      event: { type: Schema.Types.Mixed, required: true },
      dueAt: { type: Date, required: true },
      failures: { type: Number, required: true },
    },
  ],
  default: [],
};

/** For `$push: { outbox: outboxItem(ctx, event) }`, in the update that makes the event true. */
export function outboxItem<Event>(ctx: Context, event: Event): OutboxItem<Event> {
  return { itemId: randomUUID(), event, dueAt: ctx.now, failures: 0 };
}

export interface Relay<Event> {
  readonly collection: mongo.Collection<Aggregate<Event>>;
  readonly receive: Receive<Event>;
}

/** Hands over what is due, at least once, and forgets an item only when it has been received. */
export async function relayDue<Event>(
  ctx: Context,
  { collection, receive }: Relay<Event>,
): Promise<{ done: number; more: boolean }> {
  const due = { 'outbox.dueAt': { $lte: ctx.now } } as mongo.Filter<Aggregate<Event>>;
  const documents = await collection.find(due).limit(BATCH).toArray();
  for (const { _id, outbox } of documents) {
    for (const item of outbox.filter(({ dueAt }) => dueAt <= ctx.now)) {
      const settle = await receive(ctx, item.event).then(
        () => ({ $pull: { outbox: { itemId: item.itemId } } }),
        (error: unknown) => putOff(ctx, item, error),
      );
      const filter = { _id, 'outbox.itemId': item.itemId } as mongo.Filter<Aggregate<Event>>;
      await collection.updateOne(filter, settle as mongo.UpdateFilter<Aggregate<Event>>);
    }
  }
  return { done: documents.length, more: documents.length === BATCH };
}

function putOff(ctx: Context, { itemId, failures }: OutboxItem<unknown>, error: unknown) {
  // A broken law is a bug that somebody must look at; everything else may pass by itself.
  const level = error instanceof InvariantError ? 'error' : 'warn';
  ctx.log[level]({ err: error, itemId, failures: failures + 1 }, 'delivery put off');
  const waitMs = 1000 * (RETRY_SECONDS[failures] ?? 3600);
  const $set = { 'outbox.$.dueAt': new Date(ctx.now.getTime() + waitMs) };
  return { $set, $inc: { 'outbox.$.failures': 1 } };
}
