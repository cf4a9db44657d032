import { DAY_MS } from '../../kernel/business-day.ts';
import type { OrderId } from '../../kernel/ids.ts';
import * as orders from '../../loyalty/orders/index.ts';
import { dedupeIdOf } from './dedupe-id.ts';
import { notThisWay, type Way } from './way.ts';

/** A text message to the phone of an order's address, where a gateway is configured. */
export const textMessageWay: Way = {
  repeatableMs: DAY_MS,

  async prepare(ctx, { notice, content }, { sender: { sms } }) {
    if (!sms) return notThisWay('no-gateway');
    const address = await orders.addressOf(ctx, notice.about as OrderId);
    if (!address) return notThisWay('no-phone');
    const id = dedupeIdOf(notice);
    const message = { to: address.phone, text: content.phoneText ?? content.text, id };
    return { ready: true, dedupeId: id, send: () => sms.send(message) };
  },
};
