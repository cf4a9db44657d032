import { z } from 'zod';
import { RemoteError } from '../../platform/remote.ts';
import type { RemoteAnswer } from '../../platform/remote-answer.ts';
import type { Sending } from './channel.ts';

const WAIT_MAX_MS = 24 * 3_600_000;
/** Statuses that say the gateway is asked too soon; the others of 4xx are refusals. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429]);
/** Key, signature, address or method is wrong: every other message would be refused as well. */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 403, 404, 405]);

const accepted = z.object({ messageId: z.string().min(1).max(128) });
const refused = z.object({ code: z.string().regex(/^[\w.-]{1,60}$/) });

/**
 * What an answer of the gateway means. It sends one id once, so what was not answered, or not with
 * sense, is put off and posted again.
 */
export function sendingOfAnswer(answer: RemoteAnswer | RemoteError, now: Date): Sending {
  if (answer instanceof RemoteError) return putOff(answer.reason);
  const { status, headers, json } = answer;
  if (status >= 200 && status <= 299) {
    const { data } = accepted.safeParse(json);
    return data ? { outcome: 'sent', msgId: data.messageId } : putOff('unexpected');
  }
  if (status < 400 || status >= 500 || BUSY.has(status)) {
    return putOff(`status ${status}`, waitMsOf(headers['retry-after'], now));
  }
  const { data } = refused.safeParse(json);
  const because = data ? `status ${status} ${data.code}` : `status ${status}`;
  return { outcome: 'failed', because, stop: MISCONFIGURED.has(status) };
}

function putOff(because: string, waitMs: number | null = null): Sending {
  return { outcome: 'put-off', because, waitMs };
}

/** `Retry-After` is seconds or a date; a day at most is waited for. */
function waitMsOf(retryAfter: string | undefined, now: Date): number | null {
  if (retryAfter === undefined) return null;
  const isSeconds = /^\d{1,9}$/.test(retryAfter);
  const waitMs = isSeconds ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now.getTime();
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), WAIT_MAX_MS) : null;
}
