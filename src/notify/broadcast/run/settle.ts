import type { MemberId } from '../../../kernel/ids.ts';
import { givePushesBack } from '../../push-caps.ts';
import { BroadcastModel } from '../broadcast.model.ts';
import { type BroadcastBatch, BroadcastBatchModel } from '../broadcast-batch.model.ts';
import { countRecipients } from '../broadcast-metrics.ts';
import { shareOf } from '../counts.ts';
import type { Run } from './run.ts';

/** What is written down of a batch when no more of it is under way. */
export interface Settled extends Pick<BroadcastBatch, 'status' | 'exceptions' | 'massMsgId'> {
  readonly msgIds: readonly (string | null)[];
  /** Whose fate is open. */
  readonly rest: readonly MemberId[];
  /** Who was sent it by this run. */
  readonly sent: readonly MemberId[];
}

/** Writes down what became of a batch, and counts it in the broadcast. Both can be repeated. */
export async function settleBatch(
  run: Run,
  before: BroadcastBatch,
  { exceptions, massMsgId, msgIds, rest, status, sent }: Settled,
): Promise<void> {
  const changed = {
    status,
    pending: rest,
    exceptions,
    massMsgId,
    msgIds,
    settledAt: run.now(),
  };
  const { matchedCount } = await BroadcastBatchModel.collection.updateOne(
    { _id: before._id as never, status: 'open', run: run.id },
    { $set: changed },
  );
  if (matchedCount === 0) {
    run.halt ??= { why: 'not-ours' };
    return;
  }
  const batch = { ...before, ...changed };
  const { ctx, way } = run;
  if (way.onSent && sent.length > 0) await way.onSent(ctx, sent);
  const spared = exceptions.filter(({ outcome }) => outcome !== 'unknown');
  if (way.isPush && spared.length > 0) {
    const ids = spared.map(({ memberId }) => memberId);
    await givePushesBack(ctx, ids, run.broadcast._id);
  }
  if (status === 'done') run.uncounted.set(batch.number, batch);
  await countBatches(run);
}

/** Counts what is done, in the order of the numbers: each batch once, whoever does it. */
export async function countBatches(run: Run): Promise<void> {
  const { _id } = run.broadcast;
  for (;;) {
    const batch = run.uncounted.get(run.settled + 1);
    if (!batch) return;
    const { number, until } = batch;
    const share = shareOf(batch);
    const found = await BroadcastModel.collection.findOneAndUpdate(
      { _id: _id as never, settled: number - 1 },
      { $set: { settled: number, ...(until && { cursor: until }) }, $inc: share },
      { returnDocument: 'after', projection: { status: 1 } },
    );
    if (found) countRecipients(run.broadcast, share);
    run.settled = number;
    run.uncounted.delete(number);
    if (found?.status !== 'sending') run.halt ??= { why: 'not-ours' };
  }
}
