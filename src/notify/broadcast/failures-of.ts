import type { Context } from '../../kernel/context.ts';
import * as members from '../../loyalty/members/index.ts';
import type { BroadcastId } from './broadcast.model.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchesBehind,
} from './broadcast-batch.model.ts';
import { csvLine } from './csv-line.ts';

const HEADER = ['member_no', 'member_id', 'outcome', 'cause', 'at'];

/**
 * Everybody whom a broadcast was to reach and did not, or perhaps did not, as lines of CSV: in the
 * order of the audience, in flat memory. Those who were left out before are only counted.
 */
export async function* failuresOf(
  ctx: Context,
  broadcastId: BroadcastId,
): AsyncGenerator<string, void> {
  yield csvLine(HEADER);
  const withSome = { ...batchesBehind(broadcastId, 0), 'exceptions.0': { $exists: true } };
  const cursor = BroadcastBatchModel.find(withSome)
    .sort({ _id: 1 })
    .select({ exceptions: 1, settledAt: 1 })
    .lean<Pick<BroadcastBatch, 'exceptions' | 'settledAt'>[]>()
    .cursor({ batchSize: 10 });
  for await (const { exceptions, settledAt } of cursor) {
    const ids = exceptions.map(({ memberId }) => memberId);
    const found = await members.membersOf(ctx, ids);
    const numbers = new Map(found.map(({ _id, memberNo }) => [_id, memberNo]));
    const at = settledAt?.toISOString() ?? '';
    for (const { memberId, outcome, because } of exceptions) {
      yield csvLine([numbers.get(memberId) ?? '', memberId, outcome, because, at]);
    }
  }
}
