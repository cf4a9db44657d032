import type { Context } from '../kernel/context.ts';
import type { Event } from '../loyalty/events/index.ts';
import * as mall from '../loyalty/mall/index.ts';
import * as members from '../loyalty/members/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as wechat from '../wechat/index.ts';
import type { NoticeSender } from './send-notices.ts';

type Completed = Extract<Event, { type: 'order.completed' }>;

/**
 * Brings a code that came later than its payment, as a customer message. When no window is open the
 * member finds it under 订单. A crash after sending may say it twice; that spends nothing.
 * @throws when the platform may take it later
 */
export async function tellCode(
  ctx: Context,
  { orderId }: Completed,
  { api, say }: NoticeSender,
): Promise<void> {
  const order = await orders.getOrder(ctx, orderId);
  if (order.fulfilment !== 'code') return;
  const issued = await mall.codeOf(ctx, orderId);
  const member = await members.findMember(ctx, { memberId: order.memberId });
  if (!issued || member?.status !== 'following' || !member.openId) return;
  const { code, expiresOn } = issued;
  const text = expiresOn
    ? say('redeem.code', { code, lastDay: expiresOn })
    : say('redeem.code.open', { code });
  await api.customer.sendText(member.openId, text).catch((error: unknown) => {
    if (!(error instanceof wechat.WechatError) || wechat.mayPass(error)) throw error;
    ctx.log.warn({ orderId, errcode: error.errcode }, 'code not sent');
  });
}
