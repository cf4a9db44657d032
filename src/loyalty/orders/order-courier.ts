import { z } from 'zod';
import type { Context } from '../../kernel/context.ts';
import type { MemberId, OrderId } from '../../kernel/ids.ts';
import { outboxItem } from '../../platform/outbox.ts';
import type * as ledger from '../ledger/index.ts';
import * as mall from '../mall/index.ts';
import * as members from '../members/index.ts';
import { insertOrder } from './insert-order.ts';
import type { StoredOrder } from './order.model.ts';

/** What a member was promised for the points; it travels with the delivery. */
const Promised = z.object({
  rewardId: z.templateLiteral(['rwd_', z.string()]),
  rewardName: z.string(),
  unit: z.string(),
  pricePoints: z.number(),
  fulfilment: z.enum(['code', 'shipment']),
});
export type Promised = z.infer<typeof Promised>;

const OUT_OF_STOCK = { outcome: 'refused', code: 'REWARD_OUT_OF_STOCK', facts: {} } as const;

/**
 * What follows a payment: stock, then the code of a code reward, then the order. Each of them knows its
 * order, so all can be repeated. Once a piece is reserved nothing here refuses any more. Ledger 5.8, 7.
 */
export const orderCourier: ledger.Courier = {
  type: 'order',

  async carry(ctx, { to, payload, sentAt }, from) {
    const orderId = to as OrderId;
    const memberId = from as MemberId;
    const promised = Promised.parse(payload);
    const { rewardId } = promised;
    const stock = await mall.reserveStock(ctx, { orderId, rewardId });
    if (stock === 'out-of-stock') return OUT_OF_STOCK;
    const order = { _id: orderId, memberId, ...promised, placedAt: sentAt };
    await (promised.fulfilment === 'code' ? keepIssued(ctx, order) : keepToShip(ctx, order));
    return { outcome: 'accepted', facts: { orderId } };
  },

  onRefused(book, delivery) {
    book.takeBack(delivery);
    mall.uncountRedemption(book, Promised.parse(delivery.payload).rewardId);
    return {};
  },
};

type Begun = Promised & Pick<StoredOrder, '_id' | 'memberId' | 'placedAt'>;

/** A code is all that is owed: the order is complete with it. */
async function keepIssued(ctx: Context, order: Begun): Promise<void> {
  const { _id: orderId, rewardId, placedAt } = order;
  const { expiresOn } = await mall.issueCode(ctx, { orderId, rewardId });
  const completed = { type: 'order.completed', orderId } as const;
  // Who waits for the answer hears of the code in it; whoever got none is told by an event.
  const outbox = ctx.now > placedAt ? [outboxItem(ctx, completed)] : [];
  await insertOrder({
    ...order,
    status: 'completed',
    completedAt: ctx.now,
    codeExpiresOn: expiresOn,
    address: null,
    outbox,
  });
}

/**
 * The parcel goes to where the member lives now, whatever is changed later. An address that was removed
 * between payment and order is asked for by the staff: the piece is reserved, so the order stands.
 */
async function keepToShip(ctx: Context, order: Begun): Promise<void> {
  const { address } = await members.getMember(ctx, order.memberId);
  await insertOrder({
    ...order,
    status: 'placed',
    completedAt: null,
    codeExpiresOn: null,
    address,
    outbox: [],
  });
}
