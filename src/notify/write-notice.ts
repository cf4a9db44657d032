import type { Context } from '../kernel/context.ts';
import type { NoticeChannel } from './channels/channel.ts';
import { type Notice, NoticeModel } from './notice.model.ts';
import { countNotice } from './notice-metrics.ts';

/** What is written down about a notice that was looked at. */
export type NoticeChange = Partial<Omit<Notice, '_id' | 'kind' | 'memberId' | 'about'>>;

/**
 * Changes a notice, unless it is no longer as it was read: then another process is at it, and null is
 * the answer. A change always moves `dueAt` or `status`, so that one of two wins.
 */
export async function changeNotice(notice: Notice, change: NoticeChange): Promise<Notice | null> {
  const { _id, status, dueAt } = notice;
  const { matchedCount } = await NoticeModel.updateOne({ _id, status, dueAt }, { $set: change });
  return matchedCount === 1 ? { ...notice, ...change } : null;
}

/** Brings a notice to rest: counted, and in the log when somebody may want to look. */
export async function closeNotice(
  ctx: Context,
  notice: Notice,
  change: NoticeChange & Pick<Notice, 'status'>,
): Promise<Notice | null> {
  const closed = await changeNotice(notice, change);
  if (!closed) return null;
  const { _id: noticeId, kind, status, because } = closed;
  const channel: NoticeChannel | 'none' = closed.attempts?.at(-1)?.channel ?? 'none';
  countNotice({ kind, outcome: status, channel });
  if (status === 'failed') ctx.log.error({ noticeId, because, channel }, 'notice failed');
  if (status === 'unknown') ctx.log.warn({ noticeId, because, channel }, 'notice may be sent');
  return closed;
}
