import { startOfDay, startOfMonth } from '../../../kernel/business-day.ts';
import { nextPlatformMidnight } from '../../account-midnight.ts';
import type { Sending } from '../../channels/channel.ts';
import type { Somebody } from '../audience.ts';
import type { Exception } from '../broadcast-batch.model.ts';
import { TOO_MANY_FAILURES } from '../broadcast-metrics.ts';
import { usableNumber } from '../receipts.ts';
import type { Run } from './run.ts';
import type { Sendout } from './sendout.ts';

export interface Noted {
  readonly sendout: Sendout;
  readonly people: readonly Somebody[];
  readonly sending: Sending;
}

/** How long it waits by itself where the platform names no time. */
const WAIT_MS = 60_000;
/** A refused token has been refreshed once already: that is for a person to look at (reference 4.5). */
const TOKEN = new Set(['errcode 40001', 'errcode 40014', 'errcode 42001']);

/** Keeps what came of a parcel, and says halt where nothing more may go out. */
export function noteSending(run: Run, noted: Noted): void {
  const { sending } = noted;
  switch (sending.outcome) {
    case 'sent':
      noteSent(run, noted, sending.msgId);
      settle(run, noted, null);
      break;
    case 'not-this-way':
    case 'unreachable':
      settle(run, noted, 'skipped');
      break;
    case 'put-off':
      pause(run, sending.because, untilOf(run, sending));
      break;
    case 'failed':
      noteFailed(run, noted, sending);
      break;
    case 'unknown':
      if (run.way.unit === 'each') settle(run, noted, 'unknown');
      else askLater(run, noted, sending.because);
  }
}

function noteSent(
  run: Run,
  { sendout, people }: Pick<Noted, 'sendout' | 'people'>,
  msgId: string | null,
): void {
  run.hasSent = true;
  for (const { _id } of people) sendout.sent.push(_id);
  if (run.way.unit === 'batch') {
    sendout.massMsgId = msgId;
    return;
  }
  const number = msgId === null ? null : usableNumber(msgId);
  if (number !== null) for (const { _id } of people) sendout.msgIds.set(_id, number);
}

function noteFailed(
  run: Run,
  noted: Noted,
  { because, stop }: Extract<Sending, { outcome: 'failed' }>,
): void {
  if (stop) {
    pause(run, because, null);
    return;
  }
  if ('platform' in run.broadcast.plan.audience) run.halt ??= { why: 'fail', because };
  settle(run, noted, 'failed');
}

/** The whole batch is asked again, when the platform is ready to hear the same id (45066). */
function askLater(run: Run, { sendout }: Noted, because: string): void {
  sendout.isOpen = true;
  pause(run, because, new Date(run.now().getTime() + WAIT_MS));
}

/** The fate of these people is known from now on. */
function settle(
  run: Run,
  { sendout, people, sending }: Noted,
  outcome: Exception['outcome'] | null,
): void {
  sendout.isUnsent = false;
  for (const { _id } of people) sendout.rest.delete(_id);
  if (outcome && 'because' in sending) {
    const { because } = sending;
    sendout.exceptions.push(...people.map(({ _id: memberId }) => ({ memberId, outcome, because })));
  }
  const failed = outcome === 'failed' || outcome === 'unknown';
  run.breaker.note({ failed, times: people.length });
  if (failed && run.breaker.isTripped()) pause(run, TOO_MANY_FAILURES, null);
}

function pause(run: Run, because: string, until: Date | null): void {
  run.halt ??= { why: 'pause', because, until };
}

function untilOf(
  run: Run,
  { because, waitMs }: Extract<Sending, { outcome: 'put-off' }>,
): Date | null {
  if (TOKEN.has(because)) return null;
  if (because === 'errcode 45009') return nextPlatformMidnight(run.now());
  if (because === 'errcode 45028') return startOfDay(startOfMonth(run.ctx.today, 1));
  return new Date(run.now().getTime() + (waitMs ?? WAIT_MS));
}
