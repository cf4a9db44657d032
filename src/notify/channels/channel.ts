import { DomainError } from '../../kernel/errors.ts';
import { RemoteError } from '../../platform/remote.ts';
import * as wechat from '../../wechat/index.ts';

/** The ways on which a message reaches somebody. */
export type ChannelName =
  | 'template'
  | 'subscription'
  | 'customer'
  | 'next-contact'
  | 'sms'
  | 'mail'
  | 'mass';

/** The ways of single notices; mails and mass messages belong to broadcasts. */
export type NoticeChannel = Exclude<ChannelName, 'mail' | 'mass'>;

/** What came of one attempt. */
export type Sending =
  | { readonly outcome: 'sent'; readonly msgId: string | null }
  /** Not now: the quota, a busy platform, no answer before the request was out. May pass by itself. */
  | { readonly outcome: 'put-off'; readonly because: string; readonly waitMs: number | null }
  /** This way does not reach this member (no open window, no consent, not bound): try the next one. */
  | { readonly outcome: 'not-this-way'; readonly because: string }
  /** This member cannot be reached at all (unfollowed, blocked): never again. */
  | { readonly outcome: 'unreachable'; readonly because: string }
  /**
   * What was sent is wrong and stays wrong, or an operator has to act. `stop`: stop sending this kind
   * at once.
   */
  | { readonly outcome: 'failed'; readonly because: string; readonly stop: boolean }
  /** The reply was lost: it may have been sent, or not. */
  | { readonly outcome: 'unknown'; readonly because: string };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long the platform wants to be left alone, where it says so (reference 4.5). */
const WAITS = new Map([
  [45_011, MINUTE_MS],
  [45_066, MINUTE_MS],
  [89_503, HOUR_MS],
  [89_506, 24 * HOUR_MS],
  [89_507, HOUR_MS],
]);
/** Codes of `recipient` that speak of this one way only: nothing left of a consent, a minor. */
const THIS_WAY_ONLY: ReadonlySet<number> = new Set([43_101, 70_000]);

/**
 * What an error of the API or of the line means for a message that was being sent. `because` is
 * `errcode <code>` where the platform said one; 45009 waits until the account's midnight, which its
 * caller knows. @throws the error itself when it is neither of the platform nor of the line
 */
export function sendingOf(error: unknown): Sending {
  if (error instanceof wechat.WechatError) return sendingOfCode(error);
  if (error instanceof RemoteError) {
    const { reason, status, isUnsent } = error;
    const because = status > 0 ? `${reason} ${status}` : reason;
    return isUnsent
      ? { outcome: 'put-off', because, waitMs: null }
      : { outcome: 'unknown', because };
  }
  if (!(error instanceof DomainError)) throw error;
  // Refused before anything went out.
  const { code: because } = error;
  if (error.kind === 'unavailable') return { outcome: 'put-off', because, waitMs: null };
  return { outcome: 'failed', because, stop: false };
}

function sendingOfCode(error: wechat.WechatError): Sending {
  const { errcode, advice } = error;
  const because = `errcode ${errcode}`;
  switch (advice) {
    case 'retry':
    case 'token':
    case 'wait':
      return { outcome: 'put-off', because, waitMs: WAITS.get(errcode) ?? null };
    case 'recipient':
      return { outcome: THIS_WAY_ONLY.has(errcode) ? 'not-this-way' : 'unreachable', because };
    case 'window':
      return { outcome: 'not-this-way', because };
    case 'stop':
    case 'operator':
      return { outcome: 'failed', because, stop: true };
    case 'done':
      return { outcome: 'sent', msgId: msgIdOf(error) };
    default:
      return { outcome: 'failed', because, stop: false };
  }
}

function msgIdOf({ answer }: wechat.WechatError): string | null {
  const isObject = typeof answer === 'object' && answer !== null;
  if (!isObject || !('msg_id' in answer)) return null;
  return String(answer.msg_id);
}
