import type { Context } from '../../kernel/context.ts';
import type { Member } from '../../loyalty/members/index.ts';
import type { DayQuota } from '../day-quota.ts';
import type { Notice } from '../notice.model.ts';
import type { NoticeContent } from '../notice-facts.ts';
import type { NoticeSender } from '../notice-sender.ts';
import type { NoticeStop } from '../notice-stop.model.ts';
import type { Sending } from './channel.ts';

/** A notice with all that any way needs to send it. */
export interface Letter {
  readonly notice: Notice;
  readonly member: Member;
  readonly openId: string;
  readonly content: NoticeContent;
  /** The same was sent before on this way, and nobody knows what came of it. */
  readonly again: boolean;
}

/** What all notices of one batch share. */
export interface Round {
  readonly sender: NoticeSender;
  readonly quota: DayQuota;
  /** Grows while the batch is sent: what the platform stops is stopped at once. */
  readonly stops: NoticeStop[];
}

/** A message that can be sent now, or why there is none on this way. */
export type Prepared =
  | {
      readonly ready: true;
      readonly dedupeId: string | null;
      readonly send: () => Promise<Sending>;
    }
  | { readonly ready: false; readonly sending: Sending };

/** One way on which notices reach members. */
export interface Way {
  /** For so long the same id sends a message once, and an attempt that got no answer may be repeated. */
  readonly repeatableMs: number;
  /** Looks whether it can be sent now. What it takes for that is given back when sending fails. */
  readonly prepare: (ctx: Context, letter: Letter, round: Round) => Promise<Prepared>;
}

/** This way does not reach the member. */
export function notThisWay(because: string): Prepared {
  return { ready: false, sending: { outcome: 'not-this-way', because } };
}

/** What would be sent is wrong and stays wrong. */
export function wrong(because: string): Prepared {
  return { ready: false, sending: { outcome: 'failed', because, stop: false } };
}

/**
 * What a way that the platform has stopped for this kind answers: another way while an operator has to
 * act, and later where the way is asked again by itself. Null for one that is open.
 */
export function stopped(
  ctx: Context,
  { stops }: Round,
  { channel, kind }: Pick<NoticeStop, 'channel' | 'kind'>,
): Prepared | null {
  const stop = stops.find((one) => one.channel === channel && one.kind === kind);
  if (!stop) return null;
  return stop.until ? notBefore(ctx, stop.until, stop.because) : notThisWay(STOPPED);
}

/** Why a notice was skipped whose only way is stopped; it waits again when it is open. */
export const STOPPED = 'stopped';

/** Not before an instant. */
export function notBefore(ctx: Context, instant: Date, because: string): Prepared {
  const waitMs = Math.max(0, instant.getTime() - ctx.now.getTime());
  return { ready: false, sending: { outcome: 'put-off', because, waitMs } };
}
