import type { Context } from '../../../src/kernel/context.ts';
import { DomainError } from '../../../src/kernel/errors.ts';
import type { Facts } from '../../../src/kernel/facts.ts';
import type { MemberId, OrderId, RewardId } from '../../../src/kernel/ids.ts';
import type { Courier } from '../../../src/loyalty/ledger/engine.ts';
import { moveOf } from '../../../src/loyalty/ledger/entry.model.ts';
import type { Ledger } from '../../../src/loyalty/ledger/open-ledger.ts';
import type { Posted } from '../../../src/loyalty/ledger/post.ts';
import { StoreError } from '../../../src/loyalty/ledger/store.ts';
import { countRedemption, uncountRedemption } from '../../../src/loyalty/mall/redeemed.facet.ts';
import { piecesOf, stockOf } from '../../../src/loyalty/mall/stock.ts';
import { orderCourier } from '../../../src/loyalty/orders/order-courier.ts';
import { relayDue } from '../../../src/platform/outbox.ts';
import type { Order, OrderStore } from './order-store.ts';

/*
 * The redemption, played over a simulated collection of orders. The verbs of `orders` and `mall` write
 * with mongoose and post to the one open ledger of their process, so `orderCourier.carry` cannot run
 * here: it is played by the same steps in the same order (`reserveStock`, `insertOrder`). The product's
 * own are: what is counted per member, the stock's account, what the courier books when an order is
 * refused, and the relay that hands out what must follow an order. The cancellation follows section 7
 * of the ledger's design.
 */

export interface Redemption {
  readonly orderId: OrderId;
  readonly memberId: MemberId;
  readonly rewardId: RewardId;
  readonly pricePoints: number;
  readonly perMember: number;
}

/** As `placeOrder` pays: the count, the points and the delivery in one entry. */
export function payFor(ledger: Ledger, ctx: Context, it: Redemption): Promise<Posted<Facts>> {
  const { orderId, memberId, rewardId, pricePoints, perMember } = it;
  return ledger.post(ctx, {
    accountId: memberId,
    key: `order:${orderId}`,
    decide: (book) => {
      countRedemption(book, { _id: rewardId, name: '马克杯', perMember });
      const refundable = book.spend({ points: pricePoints, purpose: 'redemption' });
      const reward = { rewardName: '马克杯', unit: '个', fulfilment: 'code' };
      const payload = { ...reward, rewardId, pricePoints };
      const { deliveryId } = book.deliver({ type: 'order', to: orderId, payload, refundable });
      return { deliveryId, rewardId, pricePoints, balance: book.balance };
    },
  });
}

/** The product's courier with its writes played: claims one piece, then keeps the order. */
export function simulatedCourier(ledger: Ledger, orders: OrderStore): Courier {
  return {
    ...orderCourier,
    async carry(ctx, { to, payload }, from) {
      const orderId = to as OrderId;
      const { rewardId, pricePoints } = payload as Pick<Order, 'rewardId' | 'pricePoints'>;
      const { outcome } = await ledger.post(ctx, {
        accountId: stockOf(rewardId),
        key: `order:${orderId}`,
        decide: (book): Facts => {
          if (book.spendable('claim') < 1) return book.refuse('REWARD_OUT_OF_STOCK');
          book.spend({ points: 1, purpose: 'claim' });
          return { outcome: 'reserved' };
        },
      });
      if (outcome.outcome !== 'reserved') {
        return { outcome: 'refused', code: 'REWARD_OUT_OF_STOCK', facts: {} };
      }
      const memberId = from as MemberId;
      await keep(orders, {
        _id: orderId,
        memberId,
        rewardId,
        pricePoints,
        status: 'placed',
        outbox: [],
      });
      return { outcome: 'accepted', facts: { orderId } };
    },
  };
}

/** "Duplicate" may mean an order that is not committed: only what is read back is proof. */
async function keep(orders: OrderStore, order: Order): Promise<void> {
  const isInserted = await orders.insert(order);
  if (isInserted || (await orders.find(order._id))) return;
  throw new StoreError('the order is not visible yet');
}

/** Hands out what follows from orders, with the product's own relay. */
export async function relayOrders(
  { ledger, orders }: { readonly ledger: Ledger; readonly orders: OrderStore },
  ctx: Context,
): Promise<void> {
  await relayDue(ctx, {
    collection: orders.collection,
    receive: async (_ctx, { orderId }) => {
      const order = await orders.find(orderId);
      if (!order) throw notVisible();
      await giveBack(ledger, ctx, order);
    },
  });
}

async function giveBack(ledger: Ledger, ctx: Context, order: Order): Promise<void> {
  const { _id: orderId, memberId, rewardId, pricePoints } = order;
  const paid = await ledger.entryOf(memberId, `order:${orderId}`);
  if (!paid) throw notVisible();
  await ledger.post(ctx, {
    accountId: memberId,
    key: `order-refund:${orderId}`,
    decide: (book): Facts => {
      if (book.status === 'closed') return book.refuse('ACCOUNT_CLOSED');
      book.refund({ of: moveOf(paid), points: pricePoints });
      uncountRedemption(book, rewardId);
      return { outcome: 'refunded' };
    },
  });
  await ledger.post(ctx, {
    accountId: stockOf(rewardId),
    key: `restock:${orderId}`,
    decide: (book) => {
      book.earn(piecesOf(1));
      return { outcome: 'returned' };
    },
  });
}

function notVisible(): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'NOT_VISIBLE',
    message: 'the order or its payment is not visible yet',
  });
}
