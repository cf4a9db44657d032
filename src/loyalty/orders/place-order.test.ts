import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import {
  confirmation,
  expectCleanBooks,
  follower,
  lotsOf,
  shelve,
  useShop,
} from '../../../tests/support/shop.ts';
import { newId, type RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as mall from '../mall/index.ts';
import * as members from '../members/index.ts';
import { addressOf } from './index.ts';
import { OrderModel } from './order.model.ts';
import { orderCourier } from './order-courier.ts';
import { placeOrder } from './place-order.ts';

useShop({ couriers: [orderCourier] });

const ctx = at('2026-11-21T10:00:00+08:00');
const address = {
  name: '王小满',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号',
};

async function latte(codes: readonly string[]): Promise<RewardId> {
  const rewardId = await shelve(ctx);
  await mall.addCodes(ctx, { rewardId, batchId: 'b', codes });
  return rewardId;
}

async function mug(pieces: number, more: Partial<mall.Reward> = {}): Promise<RewardId> {
  const rewardId = await shelve(ctx, {
    name: '马克杯',
    unit: '个',
    fulfilment: 'shipment',
    validDays: null,
    ...more,
  });
  await mall.restock(ctx, { rewardId, pieces, batchId: 'b' });
  return rewardId;
}

test('a code is redeemed at once: points gone, code given, order complete', async () => {
  const rewardId = await latte(['8K2M-4QXZ']);
  const memberId = await follower(ctx, 1260);
  const placed = await placeOrder(ctx, confirmation(ctx, { memberId, rewardId }));
  expect(placed).toMatchObject({
    outcome: 'placed',
    code: '8K2M-4QXZ',
    pricePoints: 380,
    balance: 880,
    order: {
      memberId,
      rewardId,
      number: expect.stringMatching(/^R[0-9A-HJKMNP-TV-Z]{5}$/),
      rewardName: '燕麦拿铁券',
      unit: '张',
      fulfilment: 'code',
      status: 'completed',
      codeExpiresOn: '2026-12-21',
      placedAt: ctx.now,
      completedAt: ctx.now,
    },
  });
  await expectCleanBooks(ctx);
});

test('a parcel goes to the address the follower had, kept encrypted, whatever it becomes', async () => {
  const rewardId = await mug(3);
  const memberId = await follower(ctx, 1260);
  await members.setAddress(ctx, memberId, address);
  const order = confirmation(ctx, { memberId, rewardId });
  const placed = await placeOrder(ctx, order);
  expect(placed).toMatchObject({
    outcome: 'placed',
    code: null,
    balance: 880,
    order: { status: 'placed', unit: '个', codeExpiresOn: null, completedAt: null },
  });
  await members.setAddress(ctx, memberId, { ...address, detail: '别处' });
  expect(await addressOf(ctx, order.orderId)).toEqual(address);
  expect(JSON.stringify(placed)).not.toContain('王小满');
  const stored = JSON.stringify(await OrderModel.findById(order.orderId).lean());
  expect(stored).not.toMatch(/王小满|13812342046|江南大道/);
  const { entries } = await ledger.statementOf(ctx, memberId, { limit: 5 });
  expect(JSON.stringify(entries)).not.toMatch(/王小满|13812342046|江南大道/);
});

test('a parcel without an address costs nothing, and the same confirmation works once there is one', async () => {
  const rewardId = await mug(3);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  await expect(placeOrder(ctx, order)).rejects.toMatchObject({
    code: 'ADDRESS_MISSING',
    kind: 'conflict',
  });
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(1260);
  await members.setAddress(ctx, memberId, address);
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'placed', balance: 880 });
});

test('ten followers want the last one: one gets it, nine have the very same lots back', async () => {
  const rewardId = await latte(['LAST']);
  const wanting = await Promise.all(Array.from({ length: 10 }, () => follower(ctx, 500)));
  const before = await Promise.all(wanting.map((memberId) => lotsOf(ctx, memberId)));
  const orders = wanting.map((memberId) => confirmation(ctx, { memberId, rewardId }));
  const results = await Promise.all(orders.map((order) => placeOrder(ctx, order)));
  const winners = results.filter(({ outcome }) => outcome === 'placed');
  expect(winners).toHaveLength(1);
  expect(await OrderModel.countDocuments({ rewardId })).toBe(1);
  for (const [n, result] of results.entries()) {
    if (result.outcome === 'placed') continue;
    expect(result).toEqual({ outcome: 'out-of-stock', balance: 500 });
    expect(await lotsOf(ctx, wanting[n] ?? newId('mem', ctx.now))).toEqual(before[n]);
  }
  expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(0);
  // Whoever lost and asks again hears the same, also when there is stock again.
  await mall.addCodes(ctx, { rewardId, batchId: 'c', codes: ['NEW'] });
  expect(await Promise.all(orders.map((order) => placeOrder(ctx, order)))).toEqual(results);
  await expectCleanBooks(ctx);
});

test('two confirmations of one order at once spend once and hear the same', async () => {
  const rewardId = await latte(['A', 'B', 'C', 'D']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  const [one, two] = await Promise.all([placeOrder(ctx, order), placeOrder(ctx, order)]);
  expect(one).toMatchObject({ outcome: 'placed', balance: 880 });
  expect(two).toEqual(one);
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(880);
  expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(3);
  await expectCleanBooks(ctx);
});

test('twenty orders at once: no code is given twice, no piece is sold that is not there', async () => {
  const codes = Array.from({ length: 15 }, (_, n) => `CODE-${n}`);
  const rewardId = await latte(codes);
  const wanting = await Promise.all(Array.from({ length: 20 }, () => follower(ctx, 400)));
  const results = await Promise.all(
    wanting.map((memberId) => placeOrder(ctx, confirmation(ctx, { memberId, rewardId }))),
  );
  const given = results.flatMap((result) => (result.outcome === 'placed' ? [result.code] : []));
  expect(given.toSorted()).toEqual(codes.toSorted());
  expect(results.filter(({ outcome }) => outcome === 'out-of-stock')).toHaveLength(5);
  expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(0);
  await expectCleanBooks(ctx);
});

test('one follower who orders five at once pays for those that the points are enough for', async () => {
  const rewardId = await latte(['A', 'B', 'C', 'D', 'E']);
  const memberId = await follower(ctx, 1000);
  const asked = Array.from({ length: 5 }, () =>
    placeOrder(ctx, confirmation(ctx, { memberId, rewardId })),
  );
  const settled = await Promise.allSettled(asked);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  for (const result of settled) {
    if (result.status === 'fulfilled') continue;
    expect(result.reason).toMatchObject({ code: 'POINTS_INSUFFICIENT', details: { missing: 140 } });
  }
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(240);
});

test('a changed price spends nothing; the same order goes through at the price of today', async () => {
  const rewardId = await latte(['A']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  await mall.changeReward(ctx, rewardId, { pricePoints: 360 });
  expect(await placeOrder(ctx, order)).toEqual({
    outcome: 'price-changed',
    pricePoints: 360,
    balance: 1260,
  });
  const agreed = { ...order, quotedPoints: 360 };
  expect(await placeOrder(ctx, agreed)).toMatchObject({ outcome: 'placed', balance: 900 });
});

test('a repeat hears the first outcome, whatever has changed since', async () => {
  const rewardId = await latte(['A', 'B']);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  const first = await placeOrder(ctx, order);
  const past = new Date('2026-11-01T00:00:00+08:00');
  const sooner = { pricePoints: 999, perMember: 1, availableUntil: past, name: '别的' };
  await mall.changeReward(ctx, rewardId, { ...sooner, status: 'off' });
  await ledger.post(ctx, memberId, 'gift:2', (book) => {
    book.earn({ points: 5, expiresOn: '2027-12-01' });
    return {};
  });
  const later = at('2026-11-22T00:00:30+08:00');
  expect(await placeOrder(later, order)).toEqual(first);
  expect((await ledger.balanceOf(later, memberId)).available).toBe(885);
});

test('an order id stands for one reward', async () => {
  const [rewardId, other] = [await latte(['A']), await latte(['B'])];
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  await placeOrder(ctx, order);
  const again = placeOrder(ctx, { ...order, rewardId: other });
  await expect(again).rejects.toMatchObject({ code: 'KEY_REUSED' });
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(880);
});

test('so many for one member: the next is refused with the count, one that ran out does not count', async () => {
  const rewardId = await latte(['A']);
  await mall.changeReward(ctx, rewardId, { perMember: 2 });
  const memberId = await follower(ctx, 2000);
  const place = () => placeOrder(ctx, confirmation(ctx, { memberId, rewardId }));
  expect(await place()).toMatchObject({ outcome: 'placed' });
  expect(await place()).toEqual({ outcome: 'out-of-stock', balance: 1620 });
  await mall.addCodes(ctx, { rewardId, batchId: 'c', codes: ['B', 'C'] });
  expect(await place()).toMatchObject({ outcome: 'placed' });
  await expect(place()).rejects.toMatchObject({
    code: 'REWARD_LIMIT_REACHED',
    details: { item: '燕麦拿铁券', n: 2, used: 2 },
  });
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(1240);
  await expectCleanBooks(ctx);
});

test('a limit holds against orders at once, and counts those placed before there was one', async () => {
  const rewardId = await latte(['A', 'B', 'C', 'D', 'E', 'F']);
  const memberId = await follower(ctx, 4000);
  const place = () => placeOrder(ctx, confirmation(ctx, { memberId, rewardId }));
  await place();
  await mall.changeReward(ctx, rewardId, { perMember: 3 });
  const settled = await Promise.allSettled(Array.from({ length: 5 }, place));
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await OrderModel.countDocuments({ memberId, rewardId })).toBe(3);
});

test.each([
  ['before it opens', { availableFrom: new Date('2026-11-22T10:00:00+08:00') }, 'OFFER_NOT_OPEN'],
  ['after it closed', { availableUntil: new Date('2026-11-21T10:00:00+08:00') }, 'OFFER_CLOSED'],
  ['once it is off', { status: 'off' as const }, 'REWARD_NOT_FOUND'],
])('nothing is redeemed %s, and nothing spent', async (_when, change, code) => {
  const rewardId = await latte(['A']);
  await mall.changeReward(ctx, rewardId, change);
  const memberId = await follower(ctx, 1260);
  const order = confirmation(ctx, { memberId, rewardId });
  await expect(placeOrder(ctx, order)).rejects.toMatchObject({ code });
  expect((await ledger.balanceOf(ctx, memberId)).available).toBe(1260);
});

test('too few points: told how many are missing, and nothing is taken from the stock', async () => {
  const rewardId = await latte(['A']);
  const memberId = await follower(ctx, 300);
  const order = confirmation(ctx, { memberId, rewardId });
  await expect(placeOrder(ctx, order)).rejects.toMatchObject({
    code: 'POINTS_INSUFFICIENT',
    details: { balance: 300, needed: 380, missing: 80 },
  });
  expect((await ledger.balanceOf(ctx, `stock:${rewardId}`)).available).toBe(1);
});
