import { mongo } from 'mongoose';
import { afterEach, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import {
  confirmation,
  expectCleanBooks,
  follower,
  lotsOf,
  shelve,
  useShop,
} from '../../../tests/support/shop.ts';
import { newId, type OrderId, type RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as mall from '../mall/index.ts';
import * as members from '../members/index.ts';
import { addressOf } from './address-of.ts';
import { getOrder } from './get-order.ts';
import { OrderModel } from './order.model.ts';
import { orderCourier } from './order-courier.ts';
import { placeOrder } from './place-order.ts';

type Carry = ledger.Courier['carry'];
const carriesOn: Carry = (...all) => orderCourier.carry(...all);
let carry = carriesOn;

useShop({ couriers: [{ ...orderCourier, carry: (...all) => carry(...all) }] });
afterEach(() => {
  carry = carriesOn;
});

const ctx = at('2026-11-21T10:00:00+08:00');
const later = at('2026-11-21T10:00:45+08:00');

async function latte(codes: readonly string[]): Promise<RewardId> {
  const rewardId = await shelve(ctx);
  await mall.addCodes(ctx, { rewardId, batchId: 'b', codes });
  return rewardId;
}

/** The process dies here: what comes behind does not happen. */
const crash = (): never => {
  throw new Error('crashed');
};

/** Until nothing is due any more. */
async function settle(): Promise<void> {
  while ((await ledger.settleDue(later, 100)).more);
}

test('a crash between payment and order: the order comes by itself, once, and is told as an event', async () => {
  const rewardId = await latte(['A', 'B']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  carry = crash;
  expect(await placeOrder(ctx, order)).toEqual({
    outcome: 'pending',
    pricePoints: 380,
    balance: 880,
  });
  expect(await OrderModel.exists({ _id: order.orderId })).toBeNull();
  carry = carriesOn;
  await settle();
  const kept = await OrderModel.findById(order.orderId).lean();
  expect(kept).toMatchObject({ status: 'completed', placedAt: ctx.now, completedAt: later.now });
  expect(kept?.outbox.map(({ event }) => event)).toEqual([
    { type: 'order.completed', orderId: order.orderId },
  ]);
  expect(await placeOrder(later, order)).toMatchObject({ outcome: 'placed', balance: 880 });
  expect((await ledger.balanceOf(later, `stock:${rewardId}`)).available).toBe(1);
  await expectCleanBooks(later);
});

test('the database goes away in the middle: said as pending, and the next try of the same finds it', async () => {
  const rewardId = await latte(['A']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  carry = () => Promise.reject(new mongo.MongoNetworkError('connection 7 closed'));
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'pending', balance: 880 });
  carry = carriesOn;
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'placed', code: 'A' });
});

test.each([
  [
    'the stock was claimed',
    async (orderId: OrderId, rewardId: RewardId) => {
      await mall.reserveStock(ctx, { orderId, rewardId });
    },
  ],
  [
    'the code was issued',
    async (orderId: OrderId, rewardId: RewardId) => {
      await mall.reserveStock(ctx, { orderId, rewardId });
      await mall.issueCode(ctx, { orderId, rewardId });
    },
  ],
])(
  'a crash right after %s: the repeat goes on, with one piece and one code',
  async (_when, begin) => {
    const rewardId = await latte(['A', 'B', 'C']);
    const memberId = await follower(ctx, 1260);
    const order = confirmation(ctx, { memberId, rewardId });
    carry = async () => {
      await begin(order.orderId, rewardId);
      return crash();
    };
    expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'pending' });
    carry = carriesOn;
    const placed = await placeOrder(ctx, order);
    expect(placed).toMatchObject({ outcome: 'placed', balance: 880 });
    expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(2);
    const codes = Promise.all(
      ['x', 'y'].map(() => mall.issueCode(ctx, { orderId: newId('ord', ctx.now), rewardId })),
    );
    const left = (await codes).map(({ code }) => code);
    expect(left).not.toContain(placed.outcome === 'placed' && placed.code);
    await expectCleanBooks(ctx);
  },
);

test('a crash after the order was kept, before the account knows: nothing happens twice', async () => {
  const rewardId = await latte(['A', 'B']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  carry = async (...all) => {
    await orderCourier.carry(...all);
    return crash();
  };
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'pending' });
  const kept = await getOrder(ctx, order.orderId);
  carry = carriesOn;
  await settle();
  expect(await getOrder(later, order.orderId)).toEqual(kept);
  expect((await ledger.balanceOf(later, `stock:${rewardId}`)).available).toBe(1);
  await expectCleanBooks(later);
});

test('sold out while the process was away: the same lots come back by themselves', async () => {
  const rewardId = await shelve(ctx);
  const memberId = await follower(ctx, 1260);
  const before = await lotsOf(ctx, memberId);
  const order = confirmation(ctx, { memberId, rewardId });
  carry = crash;
  await placeOrder(ctx, order);
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(880);
  carry = carriesOn;
  await settle();
  expect(await lotsOf(later, memberId)).toEqual(before);
  const told = { outcome: 'out-of-stock', balance: 1260 };
  expect(await placeOrder(later, order)).toEqual(told);
  await expectCleanBooks(later);
});

test('who leaves while the order is on its way still has it, and its address is asked for', async () => {
  const rewardId = await shelve(ctx, { fulfilment: 'shipment', validDays: null });
  await mall.restock(ctx, { rewardId, pieces: 1, batchId: 'b' });
  const memberId = await follower(ctx, 1260);
  await members.setAddress(ctx, memberId, {
    name: '王小满',
    phone: '13812342046',
    province: '浙江省',
    city: '杭州市',
    district: '滨江区',
    detail: '江南大道 1 号',
  });
  const order = confirmation(ctx, { memberId, rewardId });
  carry = crash;
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'pending' });
  const { openId } = await members.getMember(ctx, memberId);
  await members.leave(ctx, { openId: openId ?? '', at: later.now });
  carry = carriesOn;
  await settle();
  expect(await getOrder(later, order.orderId)).toMatchObject({ status: 'placed' });
  expect(await addressOf(later, order.orderId)).toBeNull();
});

test('a delivery carried by five at once is one order', async () => {
  const rewardId = await latte(['A', 'B', 'C', 'D', 'E']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  carry = crash;
  await placeOrder(ctx, order);
  const entry = await ledger.entryOf(ctx, memberId, `order:${order.orderId}`);
  const deliveryId = entry?.deliveries?.[0]?.deliveryId ?? '';
  carry = carriesOn;
  const carried = Array.from({ length: 5 }, () => ledger.carry(ctx, memberId, deliveryId));
  for (const receipt of await Promise.all(carried)) expect(receipt.outcome).toBe('accepted');
  expect(await ledger.carry(ctx, memberId, deliveryId)).toMatchObject({ outcome: 'accepted' });
  expect(await OrderModel.countDocuments({ memberId })).toBe(1);
  expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(4);
  await expectCleanBooks(ctx);
});

test('a piece without its code: the order waits until there is one, and keeps its piece', async () => {
  const rewardId = await latte(['A']);
  const thief = newId('ord', ctx.now);
  await mall.issueCode(ctx, { orderId: thief, rewardId });
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'pending' });
  await mall.addCodes(ctx, { rewardId, batchId: 'c', codes: ['B'] });
  await settle();
  expect(await placeOrder(later, order)).toMatchObject({ outcome: 'placed', code: 'B' });
});
