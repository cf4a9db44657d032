import { isDuplicateKey } from '../../../platform/mongo.ts';
import { pageOfAudience, peopleOf, type Somebody } from '../audience.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchIdOf,
  type Exception,
} from '../broadcast-batch.model.ts';
import { sift } from '../sift.ts';
import type { Run } from './run.ts';

/** A batch that is ours to send, to those of its recipients whose fate is open. */
export interface Claimed {
  readonly batch: BroadcastBatch;
  readonly people: readonly Somebody[];
  /** What is decided already about others of its recipients. */
  readonly decided: readonly Exception[];
}

const PAGE_MAX = 500;
/** So many are looked at for a batch before it is content with what it has. */
const CONSIDERED_MAX = 2000;

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
  if (isOver || left < leastOf(leftOver[0])) return null;
  const before = leftOver.shift();
  if (before) return takeUp(run, before);
  const next = await nextBatch(run, left);
  return next && insert(run, next);
}

/** What was left behind is taken up whole. */
function leastOf(before: BroadcastBatch | undefined): number {
  return before ? (before.pending ?? before.recipients).length : 1;
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
  const { ctx, broadcast, way, frontier } = run;
  if ('platform' in broadcast.plan.audience) return platformBatch(run);
  const size = Math.min(way.sizeMax, left);
  const people: Somebody[] = [];
  const skipped: Record<string, number> = {};
  let { until } = frontier;
  let considered = 0;
  const room = () => size - people.length;
  while (room() > size / 10 && considered < Math.max(CONSIDERED_MAX, 2 * size)) {
    const limit = Math.min(PAGE_MAX, room());
    const page = await pageOfAudience(ctx, broadcast, { after: until, limit });
    const { recipients, out } = await sift(ctx, { broadcast, way, people: page });
    people.push(...recipients);
    for (const { because } of out) skipped[because] = (skipped[because] ?? 0) + 1;
    considered += page.length;
    until = page.at(-1)?._id ?? until;
    if (page.length === limit) continue;
    run.frontier = { ...run.frontier, ended: true };
    break;
  }
  if (considered === 0) return null;
  return { batch: batchOf(run, { until, considered, people, skipped }), people, decided: [] };
}

/** One batch is all there is: who is in it, the platform knows. */
function platformBatch(run: Run): Claimed | null {
  run.frontier = { ...run.frontier, ended: true };
  if (run.frontier.number > 0) return null;
  const nobody = { until: null, considered: 0, people: [], skipped: {} };
  return { batch: batchOf(run, nobody), people: [], decided: [] };
}

interface Found extends Pick<BroadcastBatch, 'until' | 'considered' | 'skipped'> {
  readonly people: readonly Somebody[];
}

function batchOf(run: Run, { people, ...found }: Found): BroadcastBatch {
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
  const { recipients, out } = await sift(ctx, { broadcast, way, people });
  const outcome = mayBeSent ? 'unknown' : 'skipped';
  const decided = out.map((one) => ({ ...one, outcome }) as const);
  run.throttle.take({ at: now, messages: recipients.length });
  return { batch, people: recipients, decided };
}
