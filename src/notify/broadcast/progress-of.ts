import type { Context } from '../../kernel/context.ts';
import type { Broadcast, Counts } from './broadcast.model.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchesBehind,
} from './broadcast-batch.model.ts';
import { withBatches } from './counts.ts';
import { type MassResult, MassResultModel } from './mass-result.model.ts';
import { receiptsOf } from './receipts.ts';

const MINUTE_MS = 60_000;
/** Batches of the last minute, at any rate that one account has. */
const LATELY_MAX = 3000;
const BATCHES_AT_ONCE = 200;

/** How far a broadcast is. */
export interface Progress extends Counts {
  readonly total: number;
  /** Who has not been looked at yet. */
  readonly left: number;
  /** Messages of the last minute. */
  readonly perMinute: number;
  /** When it will be through at this rate; null while nothing goes out. */
  readonly finishesAt: Date | null;
  /** What the platform reported of mass messages so far; null for other ways. */
  readonly delivered: Pick<MassResult, 'sentCount' | 'errorCount'> | null;
  /** What it reported of messages to one member each; null for other ways. */
  readonly reported: Reported | null;
}

/** Of how many messages the platform reported what. */
export interface Reported {
  readonly delivered: number;
  readonly blocked: number;
  readonly failed: number;
}

/**
 * Counts what is sent, also what the broadcast does not count yet. Who was `unknown` and reported
 * afterwards counts as sent.
 */
export async function progressOf(ctx: Context, broadcast: Broadcast): Promise<Progress> {
  const { _id, settled, counts, total, plan } = broadcast;
  const behind = await BroadcastBatchModel.find(batchesBehind(_id, settled)).lean<
    BroadcastBatch[]
  >();
  const sum = withBatches(counts, behind);
  const { wereUnknown, ...reported } = await reportedOf(broadcast);
  const left = Math.max(0, (total ?? 0) - sum.considered);
  const perMinute = await messagesOfLate(ctx, broadcast);
  const isMoving = broadcast.status === 'sending' && perMinute > 0;
  const finishesAt = isMoving ? new Date(ctx.now.getTime() + (left / perMinute) * MINUTE_MS) : null;
  const delivered = plan.channel === 'mass' ? await deliveredOf(broadcast) : null;
  return {
    ...sum,
    sent: sum.sent + wereUnknown,
    unknown: sum.unknown - wereUnknown,
    total: total ?? 0,
    left,
    perMinute,
    finishesAt,
    delivered,
    reported: isReported(broadcast) ? reported : null,
  };
}

async function messagesOfLate({ now }: Context, { _id }: Broadcast): Promise<number> {
  const since = new Date(now.getTime() - MINUTE_MS);
  const [found] = await BroadcastBatchModel.aggregate<{ messages: number }>([
    { $match: batchesBehind(_id, 0) },
    { $sort: { _id: -1 } },
    { $limit: LATELY_MAX },
    { $match: { claimedAt: { $gt: since } } },
    { $group: { _id: null, messages: { $sum: { $size: '$recipients' } } } },
  ]);
  return found?.messages ?? 0;
}

async function deliveredOf({ _id }: Broadcast): Promise<Progress['delivered']> {
  const batches = await BroadcastBatchModel.find({
    ...batchesBehind(_id, 0),
    massMsgId: { $ne: null },
  })
    .select({ massMsgId: 1 })
    .lean<Pick<BroadcastBatch, 'massMsgId'>[]>();
  const ids = batches.flatMap(({ massMsgId }) => massMsgId ?? []);
  const results = await MassResultModel.find({ _id: { $in: ids } }).lean<MassResult[]>();
  const sum = { sentCount: 0, errorCount: 0 };
  for (const { sentCount, errorCount } of results) {
    sum.sentCount += sentCount;
    sum.errorCount += errorCount;
  }
  return sum;
}

function isReported({ plan: { channel } }: Broadcast): boolean {
  return channel === 'template' || channel === 'subscription';
}

/** Batch by batch, in flat memory: a report is written into its batch and nowhere else. */
async function reportedOf(broadcast: Broadcast): Promise<Reported & { wereUnknown: number }> {
  const sum = { delivered: 0, blocked: 0, failed: 0, wereUnknown: 0 };
  if (!isReported(broadcast)) return sum;
  const some = { ...batchesBehind(broadcast._id, 0), receipts: { $nin: [null, {}] } };
  const cursor = BroadcastBatchModel.find(some)
    .select({ recipients: 1, exceptions: 1, msgIds: 1, receipts: 1 })
    .lean<BroadcastBatch[]>()
    .cursor({ batchSize: BATCHES_AT_ONCE });
  for await (const batch of cursor) {
    for (const { outcome, wasUnknown } of receiptsOf(batch)) {
      sum[outcome] += 1;
      if (wasUnknown) sum.wereUnknown += 1;
    }
  }
  return sum;
}
