import { nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { type CustomerMessage, customerMessageJson } from './customer-message.ts';

export interface CustomerOptions {
  /** Who of the desk is shown as the sender, `name@account`. */
  readonly account?: string;
  /** Marks words that a model wrote; the mark is not in the platform's documents. */
  readonly byModel?: boolean;
}

/**
 * Customer messages: what the account says on its own, only inside the windows that followers open
 * (reference 5.5). None is tried again by itself, because the platform would send it twice.
 */
export interface CustomerMessages {
  /** @throws WechatError with advice `window` outside of one; DomainError CUSTOMER_MESSAGE_INVALID */
  send(openId: string, message: CustomerMessage, options?: CustomerOptions): Promise<void>;
  /** Sends a text, cut at 2,048 bytes. @throws as `send` */
  sendText(openId: string, text: string): Promise<void>;
  /** Shows or hides that somebody is typing, up to 30 s after the follower wrote. */
  typing(openId: string, is: 'typing' | 'idle'): Promise<void>;
}

export function customer(caller: Caller): CustomerMessages {
  async function send(
    openId: string,
    message: CustomerMessage,
    { account, byModel = false }: CustomerOptions = {},
  ): Promise<void> {
    const json = {
      touser: openId,
      ...customerMessageJson(message),
      ...(account === undefined ? {} : { customservice: { kf_account: account } }),
      ...(byModel ? { aimsgcontext: { is_ai_msg: 1 } } : {}),
    };
    await caller.call({ path: 'cgi-bin/message/custom/send', json, answer: nothing });
  }

  return {
    send,
    sendText: (openId, text) => send(openId, { type: 'text', text }),
    async typing(openId, is) {
      const json = { touser: openId, command: is === 'typing' ? 'Typing' : 'CancelTyping' };
      await caller.call({ path: 'cgi-bin/message/custom/typing', json, answer: nothing });
    },
  };
}
