import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { type MemberId, newId, type OrderId } from '../../kernel/ids.ts';
import type * as events from '../events/index.ts';
import { addressOf } from './address-of.ts';
import { completeOrder } from './complete-order.ts';
import { findOrder, getOrder } from './get-order.ts';
import { insertOrder } from './insert-order.ts';
import { listOrders, recentOrderOf } from './list-orders.ts';
import { OrderModel, type StoredOrder } from './order.model.ts';
import type { OrderNumber } from './order-number.ts';
import { relayOutbox } from './relay-outbox.ts';
import { shipOrder } from './ship-order.ts';

useDatabase();

const ctx = at('2026-11-21T10:00:00+08:00');
const after = (seconds: number) => at(new Date(ctx.now.getTime() + seconds * 1000).toISOString());
const parcel = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };

async function kept(more: Partial<StoredOrder> = {}): Promise<OrderId> {
  const order: Omit<StoredOrder, 'number'> = {
    _id: newId('ord', ctx.now),
    memberId: newId('mem', ctx.now),
    rewardId: newId('rwd', ctx.now),
    rewardName: '马克杯',
    unit: '个',
    pricePoints: 1100,
    fulfilment: 'shipment',
    status: 'placed',
    codeExpiresOn: null,
    placedAt: ctx.now,
    completedAt: null,
    address: null,
    outbox: [],
    ...more,
  };
  await insertOrder(order);
  return order._id;
}

async function waiting(orderId: OrderId): Promise<readonly string[]> {
  const order = await OrderModel.findById(orderId).lean();
  return order?.outbox.map(({ event }) => event.type) ?? [];
}

test('a parcel is shipped and then completed, and both are told', async () => {
  const orderId = await kept();
  await shipOrder(ctx, { orderId, ...parcel });
  expect(await getOrder(ctx, orderId)).toMatchObject({
    status: 'shipped',
    shipment: { ...parcel, shippedAt: ctx.now },
  });
  await completeOrder(after(60), { orderId });
  const order = await getOrder(ctx, orderId);
  expect(order).toMatchObject({ status: 'completed', completedAt: after(60).now });
  expect(await waiting(orderId)).toEqual(['order.shipped', 'order.completed']);
});

test.each(['shipped', 'completed', 'cancelled', 'refunded', 'expired'] as const)(
  'what is %s is not shipped any more, and keeps its tracking number',
  async (status) => {
    const shipment = { ...parcel, shippedAt: ctx.now };
    const orderId = await kept({ status, shipment });
    const again = shipOrder(after(9), { orderId, carrier: '别家', trackingNumber: 'X' });
    await expect(again).rejects.toMatchObject({
      code: 'ORDER_STATUS_CONFLICT',
      kind: 'conflict',
      details: { orderId, wanted: 'shipped' },
    });
    expect(await getOrder(ctx, orderId)).toMatchObject({ status, shipment });
    expect(await waiting(orderId)).toEqual([]);
  },
);

test('shipped by two at once, it is shipped once', async () => {
  const orderId = await kept();
  const ship = (trackingNumber: string) =>
    shipOrder(ctx, { orderId, carrier: '顺丰速运', trackingNumber });
  const settled = await Promise.allSettled([ship('SF1'), ship('SF2'), ship('SF3')]);
  expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await waiting(orderId)).toEqual(['order.shipped']);
});

test('a code is never shipped, and what is complete is not completed again', async () => {
  const orderId = await kept({ fulfilment: 'code', status: 'completed', completedAt: ctx.now });
  const conflict = { code: 'ORDER_STATUS_CONFLICT' };
  await expect(shipOrder(ctx, { orderId, ...parcel })).rejects.toMatchObject(conflict);
  await expect(completeOrder(after(5), { orderId })).rejects.toMatchObject(conflict);
  expect(await getOrder(ctx, orderId)).toMatchObject({ completedAt: ctx.now });
});

test('an order that is not there is not found, by whatever verb', async () => {
  const orderId = newId('ord', ctx.now);
  const notFound = { code: 'ORDER_NOT_FOUND', kind: 'not-found' };
  await expect(shipOrder(ctx, { orderId, ...parcel })).rejects.toMatchObject(notFound);
  await expect(completeOrder(ctx, { orderId })).rejects.toMatchObject(notFound);
  await expect(getOrder(ctx, orderId)).rejects.toMatchObject(notFound);
  await expect(addressOf(ctx, orderId)).rejects.toMatchObject(notFound);
  expect(await findOrder(ctx, { number: 'RZZZZZZ' })).toBeNull();
});

test('what follows an order is handed over until it has been received', async () => {
  const orderId = await kept();
  await shipOrder(ctx, { orderId, ...parcel });
  const seen: events.Event[] = [];
  const fails = () => Promise.reject(new Error('WeChat is away'));
  const receives = async (_: unknown, event: events.Event) => {
    if ('orderId' in event && event.orderId === orderId) seen.push(event);
  };
  await relayOutbox(ctx, fails);
  await relayOutbox(after(1), receives);
  expect(seen).toEqual([]);
  await relayOutbox(after(5), fails);
  await relayOutbox(after(21), receives);
  expect(seen).toEqual([{ type: 'order.shipped', orderId }]);
  await relayOutbox(after(3600), receives);
  expect(seen).toHaveLength(1);
  expect(await waiting(orderId)).toEqual([]);
});

test('a number is found however it is typed, and shows neither address nor outbox', async () => {
  const orderId = await kept({ address: 'v1.sealed' });
  const { number } = await getOrder(ctx, orderId);
  const found = await findOrder(ctx, { number: ` ${number.toLowerCase()} ` });
  expect(found?._id).toBe(orderId);
  expect(found).not.toHaveProperty('address');
  expect(found).not.toHaveProperty('outbox');
});

test('a number that is taken is not used again; the order gets another', async () => {
  const first = await kept();
  const { number } = await getOrder(ctx, first);
  const numbers: OrderNumber[] = [number, number, 'R00000'];
  const stored = await OrderModel.findById(first).lean();
  const second = newId('ord', ctx.now);
  const { number: _, ...order } = { ...(stored as StoredOrder), _id: second };
  await insertOrder(order, () => numbers.shift() ?? 'R99999');
  expect((await getOrder(ctx, second)).number).toBe('R00000');
});

test('an order kept twice stays as it has become', async () => {
  const orderId = await kept();
  const { number: _, ...again } = (await OrderModel.findById(orderId).lean()) as StoredOrder;
  await shipOrder(ctx, { orderId, ...parcel });
  await insertOrder(again);
  expect(await getOrder(ctx, orderId)).toMatchObject({ status: 'shipped' });
  const someoneElse = { ...again, memberId: newId('mem', ctx.now) };
  await expect(insertOrder(someoneElse)).rejects.toThrow('an order id names one order');
});

test('when every number is taken nobody is told that the order is kept', async () => {
  const { number } = await getOrder(ctx, await kept());
  const stored = (await OrderModel.findOne({ number }).lean()) as StoredOrder;
  const { number: _, ...order } = { ...stored, _id: newId('ord', ctx.now) };
  const kept2 = insertOrder(order, () => number);
  await expect(kept2).rejects.toMatchObject({ code: 'ORDER_NOT_VISIBLE', kind: 'unavailable' });
});

test('a member sees the own orders, newest first, page by page, each of them once', async () => {
  const memberId: MemberId = newId('mem', ctx.now);
  const placed: OrderId[] = [];
  // Two in each second: the page may end between them.
  for (let n = 0; n < 7; n++) {
    const placedAt = after(Math.floor(n / 2)).now;
    placed.push(await kept({ memberId, placedAt }));
  }
  await kept();
  const pages: OrderId[] = [];
  let page = await listOrders(ctx, memberId, { limit: 3 });
  expect(page.map((order) => order.placedAt)).toEqual([3, 2, 2].map((n) => after(n).now));
  while (page.length > 0) {
    pages.push(...page.map(({ _id }) => _id));
    const before = page.at(-1);
    page = before ? await listOrders(ctx, memberId, { limit: 3, before }) : [];
  }
  expect(pages).toHaveLength(7);
  expect(new Set(pages)).toEqual(new Set(placed));
});

test('the recent order of a member is the newest since then, or none', async () => {
  const memberId: MemberId = newId('mem', ctx.now);
  expect(await recentOrderOf(ctx, memberId, ctx.now)).toBeNull();
  await kept({ memberId, placedAt: after(10).now });
  const newest = await kept({ memberId, placedAt: after(20).now });
  expect((await recentOrderOf(ctx, memberId, after(5).now))?._id).toBe(newest);
  expect(await recentOrderOf(ctx, memberId, after(21).now)).toBeNull();
});
