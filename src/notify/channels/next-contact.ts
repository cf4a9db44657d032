import { DAY_MS } from '../../kernel/business-day.ts';
import type { Sending } from './channel.ts';
import type { Way } from './way.ts';

/** For so long a line waits for the follower's next message. */
export const PARKED_MS = 7 * DAY_MS;

/**
 * A line that waits for the follower's next message. It is told in an answer, so it is no push. What is
 * put there counts as sent only when the bot says that it was told.
 */
export const nextContactWay: Way = {
  repeatableMs: Number.POSITIVE_INFINITY,

  async prepare(ctx, { notice, openId, content }, { sender }) {
    const until = content.until ?? after(notice.parkedAt ?? ctx.now);
    const line = { id: notice._id, text: content.text, until };
    return {
      ready: true,
      dedupeId: notice._id,
      send: () => sender.nextContact.put(openId, line).then(sendingOfPut),
    };
  },
};

/** What is kept waits until it is told. */
function sendingOfPut(put: 'kept' | 'full'): Sending {
  return { outcome: 'put-off', because: put === 'kept' ? PARKED : 'full', waitMs: null };
}

/** It waits for the follower. */
export const PARKED = 'parked';

function after(instant: Date): Date {
  return new Date(instant.getTime() + PARKED_MS);
}
