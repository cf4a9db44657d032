import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import type { NoticeChannel, Sending } from './channels/channel.ts';
import { wayOf } from './channels/choose-channel.ts';
import { PARKED } from './channels/next-contact.ts';
import type { Letter, Round } from './channels/way.ts';
import { ATTEMPTS_MAX, type Attempt, type Notice } from './notice.model.ts';
import { stopNotices } from './notice-stops.ts';
import { changeNotice, closeNotice } from './write-notice.ts';

/** A message is under way for so long at most; afterwards its process counts as dead. */
const UNDER_WAY_MS = 2 * 60_000;
/** How often what is parked is put there again: the KeyValue may have lost it. */
export const PARKED_CHECK_MS = 6 * 3_600_000;
const RETRY_MINUTES = [1, 5, 30, 120, 720];
/** The platform says that they do not follow: the unfollow itself was lost. */
const NOT_FOLLOWING: ReadonlySet<string> = new Set(['errcode 43004', 'errcode 50005']);

interface Tried {
  readonly notice: Notice;
  readonly sending: Sending;
}

/**
 * Tries the ways in their order until one of them settles the notice, and writes down what came of
 * it. Every attempt is written before it is sent. Null: another process was faster.
 */
export async function tryWays(
  ctx: Context,
  letter: Letter,
  { channels, round }: { readonly channels: readonly NoticeChannel[]; readonly round: Round },
): Promise<Notice | null> {
  let { notice } = letter;
  const refusals: Sending[] = [];
  for (const channel of channels) {
    const tried = await tryWay(ctx, { ...letter, notice }, { channel, round });
    if (!tried) return null;
    notice = tried.notice;
    const { outcome } = tried.sending;
    if (outcome !== 'not-this-way' && outcome !== 'failed') {
      return settled(ctx, { ...letter, notice }, { channel, sending: tried.sending });
    }
    refusals.push(tried.sending);
  }
  return givenUp(ctx, { ...letter, notice }, refusals);
}

interface OneWay {
  readonly channel: NoticeChannel;
  readonly round: Round;
}

async function tryWay(
  ctx: Context,
  letter: Letter,
  { channel, round }: OneWay,
): Promise<Tried | null> {
  const { notice } = letter;
  const prepared = await wayOf(channel).prepare(ctx, letter, round);
  if (!prepared.ready) return { notice, sending: prepared.sending };
  const attempt = { channel, startedAt: ctx.now, dedupeId: prepared.dedupeId };
  const attempts = [...(notice.attempts ?? []), attempt].slice(-ATTEMPTS_MAX);
  const dueAt = new Date(ctx.now.getTime() + UNDER_WAY_MS);
  const begun = await changeNotice(notice, { status: 'sending', dueAt, attempts });
  if (!begun) return null;
  const sending = await prepared.send();
  const written = { ...begun, attempts: withOutcome(attempts, sending) };
  if (sending.outcome !== 'failed' || !sending.stop) return { notice: written, sending };
  return { notice: written, sending: await stopWay(ctx, { notice, channel, round, sending }) };
}

interface Stopping extends OneWay {
  readonly notice: Notice;
  readonly sending: Extract<Sending, { outcome: 'failed' }>;
}

/** Nothing of this kind goes this way any more. A stop that ends by itself is waited for. */
async function stopWay(ctx: Context, { notice, channel, round, sending }: Stopping) {
  const { because } = sending;
  const stop = await stopNotices(ctx, { channel, kind: notice.kind, because });
  round.stops.push(stop);
  if (!stop.until) return sending;
  const waitMs = stop.until.getTime() - ctx.now.getTime();
  return { outcome: 'put-off', because, waitMs } as const;
}

function withOutcome(attempts: readonly Attempt[], sending: Sending): readonly Attempt[] {
  const { outcome } = sending;
  const because = 'because' in sending ? { because: sending.because } : {};
  return attempts.map((one, index) =>
    index === attempts.length - 1 ? { ...one, outcome, ...because } : one,
  );
}

interface Outcome {
  readonly channel: NoticeChannel;
  readonly sending: Sending;
}

async function settled(
  ctx: Context,
  letter: Letter,
  { channel, sending }: Outcome,
): Promise<Notice | null> {
  const { notice } = letter;
  const { attempts = [] } = notice;
  switch (sending.outcome) {
    case 'sent': {
      const { msgId } = sending;
      const templateMsgId = msgId === null ? {} : { templateMsgId: msgId };
      const sent = { status: 'sent', sentAt: ctx.now, attempts, ...templateMsgId } as const;
      return closeNotice(ctx, notice, sent);
    }
    case 'unreachable': {
      const { because } = sending;
      if (NOT_FOLLOWING.has(because)) await unfollowed(ctx, letter);
      return closeNotice(ctx, notice, { status: 'failed', because, attempts });
    }
    case 'unknown':
      return lost(ctx, notice, { channel, sending });
    default:
      return putOff(ctx, notice, sending);
  }
}

/** Their unfollow did not reach us. What came after this attempt began is newer than it. */
async function unfollowed(ctx: Context, { openId, notice }: Letter): Promise<void> {
  const at = notice.attempts?.at(-1)?.startedAt ?? ctx.now;
  ctx.log.warn({ noticeId: notice._id }, 'member does not follow any more');
  await members.leave(ctx, { openId, at });
}

/** The reply was lost: repeated while the platform still knows the id. */
function lost(ctx: Context, notice: Notice, { channel, sending }: Outcome) {
  if (wayOf(channel).repeatableMs > 0) return putOff(ctx, notice, sending);
  return neverKnown(ctx, notice, 'because' in sending ? sending.because : sending.outcome);
}

async function putOff(ctx: Context, notice: Notice, sending: Sending): Promise<Notice | null> {
  const because = 'because' in sending ? sending.because : sending.outcome;
  if (because === PARKED) return parked(ctx, notice);
  const { attempts = [], failures } = notice;
  const namedMs = sending.outcome === 'put-off' ? sending.waitMs : null;
  const minutes = RETRY_MINUTES[failures];
  if (namedMs === null && minutes === undefined) {
    if (sending.outcome === 'unknown') return neverKnown(ctx, notice, because);
    const change = { status: 'failed', because: 'tried too often', attempts } as const;
    return closeNotice(ctx, notice, change);
  }
  const dueAt = new Date(ctx.now.getTime() + (namedMs ?? (minutes ?? 0) * 60_000));
  ctx.log.warn({ noticeId: notice._id, because, dueAt }, 'notice put off');
  // A wait that the platform named is no failure of ours.
  const change = {
    status: 'waiting',
    dueAt,
    failures: failures + (namedMs === null ? 1 : 0),
  } as const;
  return changeNotice(notice, { ...change, attempts });
}

function parked(ctx: Context, notice: Notice): Promise<Notice | null> {
  const dueAt = new Date(ctx.now.getTime() + PARKED_CHECK_MS);
  const parkedAt = notice.parkedAt ?? ctx.now;
  const change = { status: 'parked', parkedAt, dueAt, attempts: notice.attempts ?? [] } as const;
  return closeNotice(ctx, notice, change);
}

/** No way is left. What was refused after an attempt without an answer may have been sent by that. */
function givenUp(ctx: Context, { notice, again }: Letter, refusals: readonly Sending[]) {
  const reasons = refusals.flatMap((one) => ('because' in one ? [one] : []));
  const failure = reasons.find(({ outcome }) => outcome === 'failed');
  const because = (failure ?? reasons[0])?.because ?? 'no-way';
  if (again) return neverKnown(ctx, notice, because);
  const { attempts = [] } = notice;
  const status = failure ? 'failed' : 'skipped';
  return closeNotice(ctx, notice, { status, because, attempts });
}

/** It may have been sent, or not, and is never sent again. It counts as if it had been. */
export function neverKnown(ctx: Context, notice: Notice, because: string): Promise<Notice | null> {
  const { attempts = [] } = notice;
  const sentAt = openAttempt(notice)?.startedAt ?? ctx.now;
  return closeNotice(ctx, notice, { status: 'unknown', because, sentAt, attempts });
}

/** The first attempt of which nobody knows what became of it. */
export function openAttempt({ attempts = [] }: Notice): Attempt | undefined {
  return attempts.find(({ outcome }) => outcome === undefined || outcome === 'unknown');
}
