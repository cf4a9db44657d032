import { addDays } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { wayOf, waysOf } from './channels/choose-channel.ts';
import { PARKED_MS } from './channels/next-contact.ts';
import type { Letter, Round } from './channels/way.ts';
import { maySend } from './may-send.ts';
import { type Attempt, isPush, type Notice } from './notice.model.ts';
import { contentOf, type NoticeContent } from './notice-facts.ts';
import { givePushesBack, takePushes } from './push-caps.ts';
import { outsideQuietHours, timeOn } from './quiet-hours.ts';
import { neverKnown, openAttempt, PARKED_CHECK_MS, tryWays } from './try-ways.ts';
import { changeNotice, closeNotice } from './write-notice.ts';

/** A result that was asked for so lately is awaited, and does not wait for the morning. */
const AWAITED_MS = 10 * 60_000;

/** Looks at one notice that is due, and does what it needs next. Null: another process was faster. */
export function settleNotice(ctx: Context, notice: Notice, round: Round): Promise<Notice | null> {
  if (notice.status === 'parked') return settleParked(ctx, notice, round);
  const open = openAttempt(notice);
  return open ? settleOpen(ctx, notice, { open, round }) : settleWaiting(ctx, notice, round);
}

async function settleWaiting(ctx: Context, notice: Notice, round: Round): Promise<Notice | null> {
  const allowedAt = await outsideQuiet(ctx, notice);
  if (allowedAt > ctx.now) return changeNotice(notice, { dueAt: allowedAt });
  const member = await members.findMember(ctx, { memberId: notice.memberId });
  const verdict = await maySend(ctx, notice, member);
  if (!verdict.may) return skip(ctx, notice, verdict.because);
  const letter = member && (await letterFor(ctx, { notice, member, round }));
  if (!letter) return skip(ctx, notice, 'no-longer-true');
  const ways = { channels: waysOf(notice.kind, verdict.within), round };
  return isPush(notice.kind) ? push(ctx, letter, ways) : tryWays(ctx, letter, ways);
}

/** Takes a place within the limits of pushes first; what does not go out as one gives it back. */
async function push(ctx: Context, letter: Letter, ways: Parameters<typeof tryWays>[2]) {
  const { notice } = letter;
  const { _id, memberId } = notice;
  const taken = await takePushes(ctx, [memberId], _id);
  if (!taken.has(memberId)) {
    const { end } = await settings.read(ctx, 'quiet');
    return changeNotice(notice, { dueAt: timeOn(addDays(ctx.today, 1), end) });
  }
  const settled = await tryWays(ctx, letter, ways);
  const isOut = settled === null || settled.sentAt || openAttempt(settled);
  if (!isOut) await givePushesBack(ctx, [memberId], _id);
  return settled;
}

interface Open {
  readonly open: Attempt;
  readonly round: Round;
}

/**
 * An attempt whose reply was lost, or whose process died: it is repeated on its own way while the
 * platform still knows its id, and as long as it may go out at all. Otherwise nobody will ever know.
 */
async function settleOpen(
  ctx: Context,
  notice: Notice,
  { open, round }: Open,
): Promise<Notice | null> {
  const because = open.because ?? 'died while sending';
  const { channel, startedAt } = open;
  const isKnown = ctx.now.getTime() - startedAt.getTime() < wayOf(channel).repeatableMs;
  if (!isKnown || (await outsideQuiet(ctx, notice)) > ctx.now) {
    return neverKnown(ctx, notice, because);
  }
  const member = await members.findMember(ctx, { memberId: notice.memberId });
  const verdict = await maySend(ctx, notice, member);
  const letter = member && verdict.may && (await letterFor(ctx, { notice, member, round }));
  if (!letter) return neverKnown(ctx, notice, because);
  return tryWays(ctx, { ...letter, again: true }, { channels: [channel], round });
}

/** What waits for its follower is put there again, as long as it is true and wanted. */
async function settleParked(ctx: Context, notice: Notice, round: Round): Promise<Notice | null> {
  const { parkedAt = ctx.now } = notice;
  const member = await members.findMember(ctx, { memberId: notice.memberId });
  const verdict = await maySend(ctx, notice, member);
  if (!verdict.may) return skip(ctx, notice, verdict.because);
  // Who left and came back is told nothing of the time before.
  if (member && member.followedAt > parkedAt) return skip(ctx, notice, 'not-following');
  const isOver = ctx.now.getTime() - parkedAt.getTime() >= PARKED_MS;
  const letter = member && !isOver && (await letterFor(ctx, { notice, member, round }));
  if (!letter) return closeNotice(ctx, notice, { status: 'expired', because: 'no-contact' });
  const prepared = await wayOf('next-contact').prepare(ctx, letter, round);
  if (prepared.ready) await prepared.send();
  return changeNotice(notice, { dueAt: new Date(ctx.now.getTime() + PARKED_CHECK_MS) });
}

interface Addressed {
  readonly notice: Notice;
  readonly member: members.Member;
  readonly round: Round;
}

async function letterFor(
  ctx: Context,
  { notice, member, round: { sender } }: Addressed,
): Promise<Letter | null> {
  const { openId, language } = member;
  const words = { say: sender.say, sayText: sender.sayIn(language) };
  const content: NoticeContent | null = await contentOf(ctx, notice, words);
  return openId && content ? { notice, member, openId, content, again: false } : null;
}

async function outsideQuiet(ctx: Context, { askedAt }: Notice): Promise<Date> {
  if (askedAt && ctx.now.getTime() - askedAt.getTime() < AWAITED_MS) return ctx.now;
  return outsideQuietHours(ctx.now, await settings.read(ctx, 'quiet'));
}

function skip(ctx: Context, notice: Notice, because: string): Promise<Notice | null> {
  return closeNotice(ctx, notice, { status: 'skipped', because });
}
