import { businessDayOf } from '../../kernel/business-day.ts';
import * as mall from '../../loyalty/mall/index.ts';
import type * as orders from '../../loyalty/orders/index.ts';
import type { Reply } from '../../wechat/index.ts';
import type { Turn } from '../turn.ts';

/** One order as a row of the list. The code is never in it. */
export function orderRow({ ctx, words }: Turn, order: orders.Order, n: number): string {
  const { rewardName: name, shipment, codeExpiresOn } = order;
  if (order.status === 'shipped' && shipment) {
    const { carrier, trackingNumber: tracking } = shipment;
    return words('orders.row.shipped', {
      n,
      name,
      status: words('status.order.shipped'),
      carrier,
      tracking,
    });
  }
  if (!isCodeGiven(order))
    return words('orders.row', { n, name, status: statusWords(words, order) });
  if (codeExpiresOn === null) {
    return words('orders.row', { n, name, status: words('status.order.usable') });
  }
  const isOver = codeExpiresOn <= ctx.today;
  const status = words(isOver ? 'status.order.expired' : 'status.order.usable');
  return isOver
    ? words('orders.row', { n, name, status })
    : words('orders.row.code', { n, name, status, lastDay: codeExpiresOn });
}

/** One order in detail, to its owner, who asked for it: with its code, or where the parcel is. */
export async function orderDetail(turn: Turn, order: orders.Order): Promise<Reply> {
  const { ctx, say } = turn;
  const { rewardName: name, number, pricePoints: points, shipment } = order;
  if (isCodeGiven(order) && !isOver(turn, order)) return codeAgain(turn, order);
  switch (order.status) {
    case 'placed':
    case 'completed': {
      const placedOn = businessDayOf(order.placedAt);
      if (isCodeGiven(order)) return say('order.detail.expired', { name, number });
      return say(`order.detail.${order.status}`, { name, number, placedOn, points });
    }
    case 'shipped': {
      const { carrier = '', trackingNumber: tracking = '', shippedAt = ctx.now } = shipment ?? {};
      const shippedOn = businessDayOf(shippedAt);
      return say('order.shipping', { name, number, carrier, tracking, shippedOn, shippedAt });
    }
    case 'refunded':
      return say('order.detail.refunded', { name, number, points });
    case 'cancelled':
    case 'expired':
      return say(`order.detail.${order.status}`, { name, number });
  }
}

async function codeAgain({ ctx, say }: Turn, order: orders.Order): Promise<Reply> {
  const { rewardName: name, number, codeExpiresOn } = order;
  const issued = await mall.codeOf(ctx, order._id);
  if (!issued) return say('order.code.pending', { name, number });
  const { code } = issued;
  return codeExpiresOn === null
    ? say('order.code.open', { name, number, code })
    : say('order.code', { name, number, code, lastDay: codeExpiresOn });
}

function isCodeGiven({ fulfilment, status }: orders.Order): boolean {
  return fulfilment === 'code' && status === 'completed';
}

function isOver({ ctx }: Turn, { codeExpiresOn }: orders.Order): boolean {
  return codeExpiresOn !== null && codeExpiresOn <= ctx.today;
}

function statusWords(words: Turn['words'], { fulfilment, status }: orders.Order): string {
  return fulfilment === 'code' && status === 'placed'
    ? words('status.order.issuing')
    : words(`status.order.${status}`);
}
