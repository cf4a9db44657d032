import type { Context } from '../../kernel/context.ts';
import * as members from '../../loyalty/members/index.ts';
import type { BroadcastId } from './broadcast.model.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchesBehind,
  type Exception,
} from './broadcast-batch.model.ts';
import { csvLine } from './csv-line.ts';
import { receiptsOf } from './receipts.ts';

const HEADER = ['member_no', 'member_id', 'outcome', 'cause', 'at'];

type Told = Pick<BroadcastBatch, 'recipients' | 'exceptions' | 'msgIds' | 'receipts' | 'settledAt'>;

/**
 * Everybody whom a broadcast was to reach and did not, or perhaps did not, as lines of CSV: in the
 * order of the audience, in flat memory. Who was not delivered to, as the platform reported, is among
 * them; those who were left out before are only counted.
 */
export async function* failuresOf(
  ctx: Context,
  broadcastId: BroadcastId,
): AsyncGenerator<string, void> {
  yield csvLine(HEADER);
  const withSome = {
    ...batchesBehind(broadcastId, 0),
    $or: [{ 'exceptions.0': { $exists: true } }, { receipts: { $nin: [null, {}] } }],
  };
  const cursor = BroadcastBatchModel.find(withSome)
    .sort({ _id: 1 })
    .select({ recipients: 1, exceptions: 1, msgIds: 1, receipts: 1, settledAt: 1 })
    .lean<Told[]>()
    .cursor({ batchSize: 10 });
  for await (const batch of cursor) {
    const failures = failuresIn(batch);
    const ids = failures.map(({ memberId }) => memberId);
    const found = await members.membersOf(ctx, ids);
    const numbers = new Map(found.map(({ _id, memberNo }) => [_id, memberNo]));
    const at = batch.settledAt?.toISOString() ?? '';
    for (const { memberId, outcome, because } of failures) {
      yield csvLine([numbers.get(memberId) ?? '', memberId, outcome, because, at]);
    }
  }
}

type Failure = Pick<Exception, 'memberId' | 'because'> & { readonly outcome: string };

/** What is known by a report is not unknown any more. */
function failuresIn(batch: Told): readonly Failure[] {
  const receipts = receiptsOf(batch);
  const reported = new Set(receipts.map(({ memberId }) => memberId));
  return [
    ...batch.exceptions.filter(({ memberId }) => !reported.has(memberId)),
    ...receipts.filter(({ outcome }) => outcome !== 'delivered'),
  ];
}
