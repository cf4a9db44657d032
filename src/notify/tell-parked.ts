import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import { isOrderUpdate, type Notice, NoticeModel } from './notice.model.ts';
import { countNotice } from './notice-metrics.ts';

/**
 * Which of these parked notices may be told in the answer that is being given; each of them counts as
 * told with this call, and is given to one caller only. Who switched notices off hears of orders only.
 */
export async function tellParked(
  ctx: Context,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const parked = await NoticeModel.find({ _id: { $in: [...ids] }, status: 'parked' }).lean<
    Notice[]
  >();
  const told = new Set<string>();
  for (const { _id, kind, memberId } of parked) {
    const member = await members.findMember(ctx, { memberId });
    if (member?.notices === 'off' && !isOrderUpdate(kind)) continue;
    const { matchedCount } = await NoticeModel.updateOne(
      { _id, status: 'parked' },
      { $set: { status: 'sent', sentAt: ctx.now } },
    );
    if (matchedCount === 0) continue;
    countNotice({ kind, outcome: 'sent', channel: 'next-contact' });
    told.add(_id);
  }
  return told;
}
