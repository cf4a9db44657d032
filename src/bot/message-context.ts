import { type Context, contextAt } from '../kernel/context.ts';
import { keyedHash } from '../platform/data-key.ts';
import type { InboundMessage } from '../wechat/index.ts';

const TRUSTED_MS = 5 * 60_000;

/**
 * The context of a message: it happens when it was sent, as far as that is near this service's
 * clock, so that every redelivery falls on the same business day.
 */
export function contextOf(message: InboundMessage, base: Context): Context {
  const apartMs = Math.abs(message.sentAt.getTime() - base.now.getTime());
  const now = apartMs <= TRUSTED_MS ? message.sentAt : base.now;
  return contextAt({ now, actor: base.actor, cause: causeOf(message), log: base.log });
}

/**
 * Names the message in what it causes. An event's dedupe key has the open id in it, and a ledger entry
 * is for ever: only its hash goes there.
 */
function causeOf({ msgId, dedupeKey }: InboundMessage): string {
  return msgId === null ? `event:${keyedHash(dedupeKey)}` : `msg:${msgId}`;
}
