import { randomUUID } from 'node:crypto';
import { Schema } from 'mongoose';
import type { Context } from '../kernel/context.ts';
import { defineModel, isDuplicateKey } from './mongo.ts';

/** Who alone may do something, and until when. */
interface Lease {
  /** What it is for: a job's name. */
  readonly _id: string;
  readonly holder: string;
  readonly until: Date;
}

const LeaseModel = defineModel<Lease>(
  'leases',
  new Schema<Lease>({
    _id: { type: String, required: true },
    holder: { type: String, required: true },
    until: { type: Date, required: true },
  }),
);

/** What to hold, and for how long at most: a holder that dies is in nobody's way for longer. */
export interface Hold {
  readonly name: string;
  readonly holdMs: number;
}

/** What came of it: `held` says that another holds the lease, and nothing was run. */
export type Leased<Value> =
  | { readonly outcome: 'done'; readonly value: Value }
  | { readonly outcome: 'held' };

/** Runs something unless another instance is at it. What runs longer than it holds may run twice. */
export async function withLease<Value>(
  ctx: Context,
  { name, holdMs }: Hold,
  run: () => Promise<Value>,
): Promise<Leased<Value>> {
  const holder = randomUUID();
  const until = new Date(ctx.now.getTime() + holdMs);
  if (!(await take({ _id: name, holder, until }, ctx.now))) return { outcome: 'held' };
  try {
    return { outcome: 'done', value: await run() };
  } finally {
    await LeaseModel.deleteOne({ _id: name, holder });
  }
}

/** Takes a lease that nobody holds any more; one that is held makes the upsert a duplicate. */
async function take({ _id, holder, until }: Lease, now: Date): Promise<boolean> {
  const free = { _id, until: { $lte: now } };
  try {
    await LeaseModel.updateOne(free, { $set: { holder, until } }, { upsert: true });
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}
