import { randomUUID } from 'node:crypto';
import type { Context } from '../../../kernel/context.ts';
import type { MemberId } from '../../../kernel/ids.ts';
import type { Broadcast } from '../broadcast.model.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchesBehind,
} from '../broadcast-batch.model.ts';
import type { Way } from '../ways/way.ts';
import { type Breaker, breaker } from './breaker.ts';
import { type Throttle, throttle } from './throttle.ts';

/** Why nothing more goes out, also of what is written down already. */
export type Halt =
  /** Somebody paused or stopped it, or another run is at it. */
  | { readonly why: 'not-ours' }
  /** The platform is slow, and this run has had its time and more. */
  | { readonly why: 'later' }
  | { readonly why: 'pause'; readonly because: string; readonly until: Date | null }
  /** The platform refused all of it. */
  | { readonly why: 'fail'; readonly because: string };

/** One run of the job over one broadcast. */
export interface Run {
  readonly ctx: Context;
  readonly broadcast: Broadcast;
  readonly way: Way;
  /** Unlike that of any other run: only one run at a time settles a batch. */
  readonly id: string;
  /** The time by now: the run begins at `ctx.now`. */
  readonly now: () => Date;
  /** After so long no batch is begun, and a little later nothing goes out any more. */
  readonly runMs: number;
  readonly throttle: Throttle;
  readonly breaker: Breaker;
  /** Batches that a run before left behind, oldest first. */
  readonly leftOver: BroadcastBatch[];
  /** Batches that are done and not counted yet, by number. */
  readonly uncounted: Map<number, BroadcastBatch>;
  halt: Halt | null;
  /** Whether anything of it was sent. */
  hasSent: boolean;
  /** What went wrong: thrown when what is under way has ended. */
  error: { readonly thrown: unknown } | null;
  /** The last batch there is, and the last member it is about. */
  frontier: { readonly number: number; readonly until: MemberId | null; readonly ended: boolean };
  /** The batches up to this number are counted in the broadcast. */
  settled: number;
}

const LOOKED_BACK_ON = 2000;

/** Finds out where the run before ended, whatever ended it. */
export async function openRun(
  ctx: Context,
  { broadcast, way, runMs }: Pick<Run, 'broadcast' | 'way' | 'runMs'>,
): Promise<Run> {
  const { _id, settled, watchedFrom, plan } = broadcast;
  const begunAt = performance.now();
  const behind = await BroadcastBatchModel.find(batchesBehind(_id, settled))
    .sort({ _id: 1 })
    .lean<BroadcastBatch[]>();
  const past = await pastOf(broadcast, ctx.now);
  const watch = breaker();
  for (const { number, messages, failures } of past) {
    if (number < watchedFrom) continue;
    watch.note({ failed: true, times: failures });
    watch.note({ failed: false, times: messages - failures });
  }
  const last = behind.at(-1);
  const done = behind.filter(({ status }) => status === 'done');
  return {
    ctx,
    broadcast,
    way,
    id: randomUUID(),
    now: () => new Date(ctx.now.getTime() + performance.now() - begunAt),
    runMs,
    throttle: throttle(plan.ratePerMinute, past),
    breaker: watch,
    leftOver: behind.filter(({ status }) => status !== 'done'),
    uncounted: new Map(done.map((batch) => [batch.number, batch])),
    halt: null,
    hasSent: false,
    error: null,
    frontier: {
      number: last?.number ?? settled,
      until: last?.until ?? broadcast.cursor,
      ended: false,
    },
    settled,
  };
}

interface Past {
  readonly number: number;
  readonly at: Date;
  readonly messages: number;
  readonly failures: number;
}

/** The batches of the last minute, and those in which the last results are; oldest first. */
async function pastOf({ _id }: Broadcast, now: Date): Promise<readonly Past[]> {
  const failures = {
    $filter: { input: '$exceptions', cond: { $in: ['$$this.outcome', ['failed', 'unknown']] } },
  };
  const cursor = BroadcastBatchModel.aggregate<Past>([
    { $match: batchesBehind(_id, 0) },
    { $sort: { _id: -1 } },
    { $limit: LOOKED_BACK_ON },
    {
      $project: {
        number: 1,
        at: '$claimedAt',
        messages: {
          $subtract: [{ $size: '$recipients' }, { $size: { $ifNull: ['$pending', []] } }],
        },
        failures: { $size: failures },
      },
    },
  ]).cursor();
  const past: Past[] = [];
  let messages = 0;
  for await (const one of cursor) {
    const isLate = now.getTime() - one.at.getTime() > 60_000;
    if (isLate && messages >= 500) break;
    messages += one.messages;
    past.push(one);
  }
  await cursor.close();
  return past.toReversed();
}
