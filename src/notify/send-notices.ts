import type { Context } from '../kernel/context.ts';
import { isUnavailable } from '../platform/failures.ts';
import type { KeyValue } from '../platform/key-value.ts';
import type { Round } from './channels/way.ts';
import { dayQuota } from './day-quota.ts';
import { inParallel } from './in-parallel.ts';
import { type Notice, NoticeModel } from './notice.model.ts';
import type { NoticeSender } from './notice-sender.ts';
import { stoppedNotices } from './notice-stops.ts';
import { settleNotice } from './settle-notice.ts';
import { openAttempt } from './try-ways.ts';
import { changeNotice } from './write-notice.ts';

const BATCH = 200;
/** So many members at once; the notices of one follow one another, so that limits hold. */
const PARALLEL = 16;
const BROKEN_WAIT_MS = 3_600_000;
/** After a lost reply nothing is sent for so long, and then one notice to see whether it is better. */
const PAUSE_MS = 30_000;
const PAUSED = 'notices:paused';

/**
 * Sends one bounded batch of what is due. A crash between sending and writing down sends again under
 * the same id while the platform knows it (reference 5.3, ten minutes); later, and on ways without
 * ids, the notice ends as `unknown`. While the platform does not answer, one notice every half minute
 * finds out, and the others wait. Points never depend on any of it.
 * @throws when the database cannot be reached; what was begun is found again
 */
export async function sendNotices(
  ctx: Context,
  sender: NoticeSender,
): Promise<{ done: number; more: boolean }> {
  const due = await dueNotices(ctx);
  if (due.length === 0 || (await sender.keyValue.get(PAUSED))) return { done: 0, more: false };
  const stops = await stoppedNotices(ctx);
  const round: Round = { sender, stops: [...stops], quota: dayQuota(sender.keyValue) };
  const course = { isTroubled: false, isLost: false };
  const settle = async (notices: readonly Notice[]) => {
    for (const notice of notices) {
      if (course.isLost) return;
      const settled = await settledOrLeft(ctx, notice, round);
      course.isTroubled ||= settled !== null && settled.failures > notice.failures;
      course.isLost ||= settled !== null && isReplyLost(notice, settled);
    }
  };
  const [first = [], ...rest] = byMember(due);
  await settle(first);
  await inParallel(rest, PARALLEL, settle);
  if (course.isLost) await pause(sender.keyValue);
  // Whoever is in trouble is left alone until the next tick, which also has a newer `now`.
  const isQuiet = !course.isTroubled && !course.isLost;
  return { done: due.length, more: due.length === BATCH && isQuiet };
}

async function dueNotices(ctx: Context): Promise<readonly Notice[]> {
  return NoticeModel.find({
    status: { $in: ['waiting', 'sending', 'parked'] },
    dueAt: { $lte: ctx.now },
  })
    .sort({ dueAt: 1 })
    .limit(BATCH)
    .lean<Notice[]>();
}

/** Groups by member; whose reply was lost before come first, for their time is short. */
function byMember(due: readonly Notice[]): readonly (readonly Notice[])[] {
  const groups = new Map<string, Notice[]>();
  const open = due.filter((notice) => openAttempt(notice));
  const others = due.filter((notice) => !openAttempt(notice));
  for (const notice of [...open, ...others]) {
    const group = groups.get(notice.memberId);
    if (group) group.push(notice);
    else groups.set(notice.memberId, [notice]);
  }
  return [...groups.values()];
}

/** A notice that breaks our own code is in nobody's way: it is looked at again in an hour. */
async function settledOrLeft(ctx: Context, notice: Notice, round: Round): Promise<Notice | null> {
  try {
    return await settleNotice(ctx, notice, round);
  } catch (error) {
    if (isUnavailable(error)) throw error;
    ctx.log.error({ err: error, noticeId: notice._id }, 'notice broken');
    const dueAt = new Date(ctx.now.getTime() + BROKEN_WAIT_MS);
    return changeNotice(notice, { dueAt });
  }
}

/** Whether it was sent just now, and nobody knows what came of it. */
function isReplyLost({ attempts: before = [] }: Notice, { attempts = [] }: Notice): boolean {
  return attempts.length > before.length && attempts.at(-1)?.outcome === 'unknown';
}

async function pause(keyValue: KeyValue): Promise<void> {
  await keyValue.set(PAUSED, 'lost', { ttlMs: PAUSE_MS });
}
