import { closeWindow, takeFromWindow } from '../contact-windows.ts';
import { isOrderUpdate } from '../notice.model.ts';
import { type Sending, sendingOf } from './channel.ts';
import { notBefore, notThisWay, stopped, type Way } from './way.ts';

const DAY_QUOTA_USED_UP = 'errcode 45009';
const WINDOW_CLOSED: ReadonlySet<string> = new Set(['errcode 45015', 'errcode 45047']);

/**
 * Customer messages, while the follower's window is open (reference 5.5). They carry no id: an attempt
 * without an answer is never repeated.
 */
export const customerWay: Way = {
  repeatableMs: 0,

  async prepare(ctx, { notice, openId, content }, round) {
    const { sender, quota } = round;
    const closed = stopped(ctx, round, { channel: 'customer', kind: notice.kind });
    if (closed) return closed;
    if (!(await takeFromWindow(ctx, sender.keyValue, openId))) return notThisWay('no-window');
    const opensAt = await quota.take(ctx, 'customer', isOrderUpdate(notice.kind));
    if (opensAt) return notBefore(ctx, opensAt, 'quota');
    return {
      ready: true,
      dedupeId: null,
      async send() {
        const sending = await sender.api.customer
          .sendText(openId, content.text)
          .then(() => SENT, sendingOf);
        if (sending.outcome === 'not-this-way' && WINDOW_CLOSED.has(sending.because)) {
          await closeWindow(sender.keyValue, openId);
        }
        if (sending.outcome !== 'put-off' || sending.because !== DAY_QUOTA_USED_UP) return sending;
        const until = await quota.close(ctx, 'customer');
        return { ...sending, waitMs: until.getTime() - ctx.now.getTime() };
      },
    };
  },
};

const SENT: Sending = { outcome: 'sent', msgId: null };
