import { isDuplicateKey } from '../../../platform/mongo.ts';
import { peopleOf, type Somebody } from '../audience.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchIdOf,
  type Exception,
} from '../broadcast-batch.model.ts';
import { sift } from '../sift.ts';
import { type Filled, fillBatch } from './fill-batch.ts';
import type { Run } from './run.ts';

/** A batch that is ours to send, to those of its recipients whose fate is open. */
export interface Claimed {
  readonly batch: BroadcastBatch;
  readonly people: readonly Somebody[];
  /** What is decided already about others of its recipients. */
  readonly decided: readonly Exception[];
  /** A run before may have sent it to these people. */
  readonly mayBeSent?: boolean;
}

/**
 * Writes down the next batch before anything of it is sent, or takes up one that was left behind.
 * Null when nothing more is to be begun now.
 */
export async function claimBatch(run: Run): Promise<Claimed | null> {
  const { halt, frontier, leftOver, ctx } = run;
  if (halt || (frontier.ended && leftOver.length === 0)) return null;
  const now = run.now();
  const left = run.throttle.left(now);
  const isOver = now.getTime() - ctx.now.getTime() >= run.runMs;
  if (isOver || left < leastOf(run, leftOver[0])) return null;
  const before = leftOver.shift();
  if (before) return takeUp(run, before);
  const next = await nextBatch(run, left);
  return next && insert(run, next);
}

/** What was left behind is taken up whole; a new batch has room for one who would be left alone. */
function leastOf({ way, broadcast }: Run, before: BroadcastBatch | undefined): number {
  if (before) return (before.pending ?? before.recipients).length;
  return way.sizeMin === 1 ? 1 : Math.min(way.sizeMin + 1, broadcast.plan.ratePerMinute);
}

/** Another run is at it. */
function notOurs(run: Run): null {
  run.halt ??= { why: 'not-ours' };
  return null;
}

/** Whoever is first writes the batch of a number; the other run stops. */
async function insert(run: Run, claimed: Claimed): Promise<Claimed | null> {
  const { batch } = claimed;
  try {
    await BroadcastBatchModel.collection.insertOne(batch as never);
  } catch (error) {
    if (isDuplicateKey(error)) return notOurs(run);
    throw error;
  }
  const { number, until } = batch;
  run.frontier = { ...run.frontier, number, until };
  run.throttle.take({ at: batch.claimedAt, messages: batch.recipients.length });
  return claimed;
}

/** The members behind the last batch, as many as may be sent it now. */
async function nextBatch(run: Run, left: number): Promise<Claimed | null> {
  const { broadcast, way } = run;
  if ('platform' in broadcast.plan.audience) return platformBatch(run);
  const filled = await fillBatch(run, Math.min(way.sizeMax, left));
  if (filled.considered === 0) return null;
  return { batch: batchOf(run, filled), people: filled.people, decided: [] };
}

/** One batch is all there is: who is in it, the platform knows. */
function platformBatch(run: Run): Claimed | null {
  run.frontier = { ...run.frontier, ended: true };
  if (run.frontier.number > 0) return null;
  const nobody = { until: null, considered: 0, people: [], skipped: {} };
  return { batch: batchOf(run, nobody), people: [], decided: [] };
}

function batchOf(run: Run, { people, ...found }: Filled): BroadcastBatch {
  const { broadcast, frontier } = run;
  const number = frontier.number + 1;
  return {
    _id: batchIdOf(broadcast._id, number),
    broadcastId: broadcast._id,
    number,
    status: 'open',
    run: run.id,
    claimedAt: run.now(),
    settledAt: null,
    ...found,
    recipients: people.map(({ _id }) => _id),
    pending: null,
    exceptions: [],
    massMsgId: null,
    msgIds: [],
    receipts: {},
  };
}

/**
 * Goes on with a batch of a run before. What certainly was not sent is decided on anew. What may have
 * been sent goes out again under the same ids while the platform knows them, else it is unknown.
 */
async function takeUp(run: Run, before: BroadcastBatch): Promise<Claimed | null> {
  const { ctx, broadcast, way } = run;
  const { _id, status } = before;
  const mayBeSent = status === 'open';
  const now = run.now();
  const claimedAt = mayBeSent ? before.claimedAt : now;
  const { matchedCount } = await BroadcastBatchModel.updateOne(
    { _id, status, run: before.run },
    { $set: { status: 'open', run: run.id, claimedAt } },
  );
  if (matchedCount === 0) return notOurs(run);
  const batch = { ...before, status: 'open', run: run.id, claimedAt } as const;
  const open = before.pending ?? before.recipients;
  if (mayBeSent && now.getTime() - claimedAt.getTime() >= way.knownForMs) {
    const because = 'interrupted';
    if ('platform' in broadcast.plan.audience) run.halt ??= { why: 'fail', because };
    const decided = open.map((memberId) => ({ memberId, outcome: 'unknown', because }) as const);
    return { batch, people: [], decided };
  }
  const people = await peopleOf(ctx, broadcast, open);
  const { recipients, out } = await sift(ctx, { broadcast, way, people, isAgain: mayBeSent });
  const outcome = mayBeSent ? 'unknown' : 'skipped';
  const decided = out.map((one) => ({ ...one, outcome }) as const);
  run.throttle.take({ at: now, messages: recipients.length });
  return { batch, people: recipients, decided, mayBeSent };
}
