import { beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { confirmation, follower, shelve, useShop } from '../../../tests/support/shop.ts';
import { type MemberId, newId, type OrderId, type RewardId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import * as ledger from '../ledger/index.ts';
import * as mall from '../mall/index.ts';
import { piecesOf } from '../mall/stock.ts';
import { joins } from './joins.ts';
import { OrderModel } from './order.model.ts';
import { orderCourier } from './order-courier.ts';
import { placeOrder } from './place-order.ts';

useShop({ couriers: [orderCourier] });

const ctx = at('2026-11-21T10:00:00+08:00');
/** When what is on its way must have come. */
const later = at('2026-11-21T11:00:01+08:00');

let rewardId: RewardId;
let other: RewardId;
let memberId: MemberId;
let stock: ledger.AccountId;
let orderId: OrderId;
let claimed: string;

/** Two rewards with three mugs each, and one member with one order. */
beforeEach(async () => {
  [rewardId, other] = [await shelved(), await shelved()];
  memberId = await follower(ctx, 1260);
  stock = `stock:${rewardId}`;
  orderId = await ordered();
  claimed = (await ledger.entryOf(ctx, stock, `order:${orderId}`))?._id ?? '';
  await ledger.relayNow(ctx);
});

async function shelved(): Promise<RewardId> {
  const added = await shelve(ctx);
  const codes = ['A', 'B', 'C'].map((code) => `${code}${newId('tst', ctx.now)}`);
  await mall.addCodes(ctx, { rewardId: added, batchId: 'b', codes });
  return added;
}

async function ordered(): Promise<OrderId> {
  const order = confirmation(ctx, { memberId, rewardId });
  expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'placed' });
  return order.orderId;
}

function reserve(id: OrderId, of = rewardId): Promise<string> {
  return mall.reserveStock(ctx, { orderId: id, rewardId: of });
}

async function cancel(outbox: readonly object[] = []): Promise<void> {
  await OrderModel.collection.updateOne({ _id: orderId as never }, {
    $set: { status: 'cancelled', outbox },
  } as object);
}

function bringBack(id = orderId, pieces = 1): Promise<unknown> {
  return ledger.post(ctx, stock, `restock:${id}`, (book) => {
    book.earn(piecesOf(pieces));
    return { outcome: 'returned' };
  });
}

/** What is wrong; nobody relays here, so that by then all is late (L9). */
async function findings(accountId = stock, when = later) {
  const audit = await ledger.audit(when, { accountId, joins });
  const wrong = audit.findings.filter(({ code }) => code !== 'L9');
  return wrong.map(({ accountId: _, ...finding }) => finding);
}

const broken = (message: RegExp, entryId = claimed) => [
  { code: 'L13', entryId, message: expect.stringMatching(message) },
];
const brokenHere = (message: RegExp) => [{ code: 'L13', message: expect.stringMatching(message) }];

async function newest(accountId = stock): Promise<string> {
  const { entries } = await ledger.statementOf(ctx, accountId, { limit: 1 });
  return entries[0]?._id ?? '';
}

describe('pieces and orders', () => {
  test('agree as they were written, waiting in the outbox or relayed', async () => {
    await ordered();
    expect(await findings()).toEqual([]);
    expect(await findings(memberId)).toEqual([]);
    await ledger.relayNow(ctx);
    expect(await findings()).toEqual([]);
  });

  test('agree while a piece waits for its order, and for an hour without it', async () => {
    const id = newId('ord', ctx.now);
    await reserve(id);
    expect(await findings(stock, at('2026-11-21T11:00:00+08:00'))).toEqual([]);
    expect(await findings()).toEqual(
      broken(/^a piece for ord_\w+, which is not there$/, await newest()),
    );
    const sender = await follower(ctx, 10);
    await ledger.post(ctx, sender, `order:${id}`, (book) => ({
      deliveryId: book.deliver({ type: 'order', to: id, payload: {} }).deliveryId,
    }));
    expect(await findings()).toEqual([]);
  });

  test('agree when an order was refused its piece', async () => {
    for (let n = 0; n < 3; n++) await reserve(newId('ord', ctx.now), other);
    const late = confirmation(ctx, { memberId, rewardId: other });
    expect(await placeOrder(ctx, late)).toMatchObject({ outcome: 'out-of-stock' });
    expect(await findings(memberId)).toEqual([]);
    expect(await findings(`stock:${other}`, ctx)).toEqual([]);
  });

  test('agree when an order was cancelled, before its piece is back and after', async () => {
    await cancel([{ itemId: '1' }]);
    expect(await findings()).toEqual([]);
    await bringBack();
    await cancel();
    expect(await findings()).toEqual([]);
  });
});

describe('a break between stock and orders is found', () => {
  test('a piece that was claimed twice, under a key that names the attempt', async () => {
    await ledger.post(ctx, stock, `again:${orderId}`, (book) => {
      book.spend({ points: 1, purpose: 'claim' });
      return { outcome: 'reserved' };
    });
    expect(await findings()).toEqual(broken(/^1 pieces for no order$/, await newest()));
  });

  test('a piece that was claimed twice, of another reward', async () => {
    await reserve(orderId, other);
    const where: ledger.AccountId = `stock:${other}`;
    const message = new RegExp(`^${orderId} is for ${rewardId}$`);
    expect(await findings(where)).toEqual(broken(message, await newest(where)));
  });

  test('two pieces for one order', async () => {
    const id = newId('ord', ctx.now);
    await ledger.post(ctx, stock, `order:${id}`, (book) => {
      book.spend({ points: 2, purpose: 'claim' });
      return { outcome: 'reserved' };
    });
    await copyOrder(id);
    expect(await findings()).toEqual(broken(/^2 pieces for ord_/, await newest()));
  });

  test('an order without a piece', async () => {
    const id = newId('ord', ctx.now);
    await copyOrder(id);
    expect(await findings()).toEqual(brokenHere(new RegExp(`^${id} took no piece$`)));
  });

  test('an order that was refused its piece', async () => {
    for (let n = 0; n < 3; n++) await reserve(newId('ord', ctx.now), other);
    const id = newId('ord', ctx.now);
    expect(await reserve(id, other)).toBe('out-of-stock');
    await copyOrder(id, other);
    const where: ledger.AccountId = `stock:${other}`;
    expect(await findings(where, ctx)).toEqual(
      broken(/was refused a piece, and is there$/, await newest(where)),
    );
  });

  test('an order that is gone', async () => {
    await OrderModel.deleteOne({ _id: orderId });
    expect(await findings()).toEqual(broken(/which is not there$/));
    expect(await findings(memberId)).toMatchObject([
      { code: 'L8', message: `paid for ${orderId}, which is not there` },
    ]);
  });

  test('a cancelled order whose piece is not back', async () => {
    await cancel();
    expect(await findings()).toEqual(brokenHere(/^the piece of cancelled ord_\w+ is not back$/));
  });

  test('a piece that is back of an order that was not cancelled, or of none, or two of one', async () => {
    await bringBack();
    expect(await findings()).toEqual(broken(/^1 pieces came back of completed/, await newest()));
    await cancel();
    expect(await findings()).toEqual([]);
    await bringBack(newId('ord', ctx.now));
    expect(await findings()).toEqual(broken(/^1 pieces came back of unknown/, await newest()));
  });

  test('stock below zero, with the entry that took the last piece too much', async () => {
    const restocked = { accountId: stock, seq: 1 };
    await database()
      .collection('entries')
      .updateOne(restocked, {
        $set: {
          'moves.0.given.0.points': 0,
          'moves.0.postings': { issued: 0, spendable: 0 },
          balanceAfter: 0,
        },
      });
    const found = await findings();
    expect(found).toContainEqual(broken(/^-1 pieces would be left$/)[0]);
    expect(found.filter(({ code }) => code === 'L13')).toHaveLength(1);
  });
});

describe('a break between payments and orders is found', () => {
  test('an order that belongs to somebody else, or has another price', async () => {
    const paid = (await ledger.entryOf(ctx, memberId, `order:${orderId}`))?._id;
    const wrong = [{ code: 'L8', entryId: paid, message: `${orderId} is not what was paid for` }];
    await OrderModel.updateOne({ _id: orderId }, { $set: { pricePoints: 1 } });
    expect(await findings(memberId)).toEqual(wrong);
    const thief = newId('mem', ctx.now);
    await OrderModel.updateOne({ _id: orderId }, { $set: { pricePoints: 380, memberId: thief } });
    expect(await findings(memberId)).toEqual(wrong);
  });

  test('a payment that came back, and its order', async () => {
    for (let n = 0; n < 3; n++) await reserve(newId('ord', ctx.now), other);
    const order = confirmation(ctx, { memberId, rewardId: other });
    expect(await placeOrder(ctx, order)).toMatchObject({ outcome: 'out-of-stock' });
    await copyOrder(order.orderId, other);
    expect(await findings(memberId)).toMatchObject([
      { code: 'L8', message: `the payment of ${order.orderId} came back, and the order is there` },
    ]);
  });
});

test('more orders than are compared at once', async () => {
  const many = await shelve(ctx, { fulfilment: 'shipment', validDays: null });
  await mall.restock(ctx, { rewardId: many, pieces: 600, batchId: 'b' });
  const ids = Array.from({ length: 510 }, () => newId('ord', ctx.now)).toSorted();
  await Promise.all(ids.map((id) => reserve(id, many)));
  const order = await OrderModel.findById(orderId).lean();
  const copies = ids.map((_id, n) => ({ ...order, _id, rewardId: many, number: `R${_id}${n}` }));
  await OrderModel.collection.insertMany(copies as never);
  await ledger.relayNow(ctx);
  const where: ledger.AccountId = `stock:${many}`;
  expect(await findings(where)).toEqual([]);
  const [lost = orderId, robbed = orderId] = [ids[500], ids[505]];
  await OrderModel.deleteOne({ _id: lost });
  const unpaid = newId('ord', ctx.now);
  await copyOrder(unpaid, many);
  await OrderModel.updateOne({ _id: robbed }, { $set: { rewardId: other } });
  const found = await findings(where);
  expect(found.map(({ message }) => message.replace(unpaid, 'it'))).toEqual([
    `${robbed} is for ${other}`,
    `a piece for ${lost}, which is not there`,
    'it took no piece',
  ]);
}, 60_000);

/** The same order once more under another id: nobody paid for it, and it took no piece. */
async function copyOrder(_id: OrderId, of = rewardId): Promise<void> {
  const order = await OrderModel.findById(orderId).lean();
  await OrderModel.collection.insertOne({
    ...order,
    _id,
    rewardId: of,
    number: `R${_id}`,
  } as never);
}
