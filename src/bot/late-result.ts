import type { Context } from '../kernel/context.ts';
import type { LateReply } from './answer-once.ts';
import type { Store } from './patient-key-value.ts';
import { pendingLines } from './pending-lines.ts';

const KEPT_MS = 7 * 24 * 3_600_000;

/** Sends a text outside of a passive reply. @throws when it did not reach the follower */
export type LateMessage = (openId: string, text: string) => Promise<unknown>;

/** Brings results that came too late for the passive reply: now, or with the next contact. */
export interface LateResults {
  deliver(late: LateReply): Promise<void>;
}

export function lateResults(store: Store, lateMessage: LateMessage): LateResults {
  return {
    async deliver({ ctx, message, reply }) {
      if (reply.type !== 'text') return;
      const { openId } = message;
      if (await isSent(ctx, lateMessage(openId, reply.text))) return;
      const untilMs = ctx.now.getTime() + KEPT_MS;
      const put = await pendingLines(store).put(openId, { id: null, text: reply.text, untilMs });
      if (put === 'full') ctx.log.warn({ cause: ctx.cause }, 'late result not kept');
    },
  };
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
