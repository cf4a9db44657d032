import type { Context } from '../kernel/context.ts';
import { keyedHash } from '../platform/data-key.ts';
import type { Reply } from '../wechat/index.ts';
import type { LateReply } from './answer-once.ts';
import type { Store } from './patient-key-value.ts';

const KEPT_MS = 7 * 24 * 3_600_000;

/** Sends a text outside of a passive reply. @throws when it did not reach the follower */
export type LateMessage = (openId: string, text: string) => Promise<unknown>;

/** Brings results that came too late for the passive reply: now, or with the next contact. */
export interface LateResults {
  deliver(late: LateReply): Promise<void>;
  /** What could not be sent, once. */
  take(openId: string): Promise<string | null>;
}

export function lateResults(store: Store, lateMessage: LateMessage): LateResults {
  return {
    async deliver({ ctx, message, reply }) {
      if (reply.type !== 'text') return;
      const { openId } = message;
      if (await isSent(ctx, lateMessage(openId, reply.text))) return;
      await store.set(keyOf(openId), reply.text, { ttlMs: KEPT_MS });
    },
    async take(openId) {
      const found = await store.get(keyOf(openId));
      if (found === null) return null;
      await store.delete(keyOf(openId));
      return found;
    },
  };
}

/** The reply with another text under it. */
export function withLine(reply: Reply, line: string): Reply {
  if (reply.type === 'none') return { type: 'text', text: line };
  return reply.type === 'text' ? { ...reply, text: `${reply.text}\n${line}` } : reply;
}

async function isSent(ctx: Context, sending: Promise<unknown>): Promise<boolean> {
  try {
    await sending;
    return true;
  } catch (error) {
    ctx.log.warn({ err: error, cause: ctx.cause }, 'late result kept for the next contact');
    return false;
  }
}

function keyOf(openId: string): string {
  return `pending:${keyedHash(openId)}`;
}
