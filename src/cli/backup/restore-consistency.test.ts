import { expect, test, vi } from 'vitest';
import {
  type Document,
  type Parts,
  partsOf,
  writeParts,
} from '../../../tests/support/backup-file.ts';
import { useRestorable } from '../../../tests/support/restored.ts';
import { confirmation, expectCleanBooks, follower, shelve } from '../../../tests/support/shop.ts';
import { couriers } from '../../jobs/index.ts';
import type { MemberId, RewardId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import { database } from '../../platform/mongo.ts';

// Each test fills a database several times, on a server that may be busy.
vi.setConfig({ testTimeout: 90_000 });

const shop = useRestorable();

/** A coupon with three codes, and a mug of which there are three. */
async function shelves(): Promise<{ coupon: RewardId; mug: RewardId }> {
  const coupon = await shelve(shop.ctx());
  const codes = ['CODE-A', 'CODE-B', 'CODE-C'];
  await mall.addCodes(shop.ctx(), { rewardId: coupon, batchId: 'first', codes });
  const mug = await shelve(shop.ctx(), { name: '马克杯', fulfilment: 'shipment', validDays: null });
  await mall.restock(shop.ctx(), { rewardId: mug, pieces: 3, batchId: 'first' });
  return { coupon, mug };
}

async function begin() {
  await shop.empty();
  return shelves();
}

function redeem(memberId: MemberId, rewardId: RewardId) {
  const ctx = shop.ctx();
  return orders.placeOrder(ctx, confirmation(ctx, { memberId, rewardId }));
}

async function give(from: MemberId, to: MemberId, points: number, key: string): Promise<void> {
  const { outcome } = await ledger.post(shop.ctx(), from, key, (book) => {
    const { deliveryId } = book.send({ to, points });
    return { deliveryId };
  });
  await ledger.carry(shop.ctx(), from, outcome.deliveryId);
}

async function available(memberId: MemberId): Promise<number> {
  return (await ledger.balanceOf(shop.ctx(), memberId)).available;
}

/** A file made of two backups: `pick` says per section what it holds. */
function mixed(base: string, pick: (documents: Parts['documents']) => void): string {
  const parts = partsOf(base);
  pick(parts.documents);
  const file = shop.file();
  writeParts(file, parts);
  return file;
}

/** Puts an older document in the place of a younger one; none at all when it was not there yet. */
function asIn(older: Parts['documents'], section: string, ids: readonly string[]) {
  return (documents: Parts['documents']): void => {
    const then = (older.get(section) ?? []).filter(({ _id }) => ids.includes(_id));
    const others = (documents.get(section) ?? []).filter(({ _id }) => !ids.includes(_id));
    documents.set(section, [...others, ...then]);
  };
}

async function stored(collection: string): Promise<readonly Document[]> {
  return database().collection<Document>(collection).find().toArray();
}

async function codesOf(state: string): Promise<number> {
  return (await stored('reward_codes')).filter((code) => code.state === state).length;
}

/** Nothing is on the way any more, and each piece that left the stock has its order. */
async function expectAtRest(): Promise<void> {
  await expectCleanBooks(shop.ctx());
  const accounts = await stored('accounts');
  const open = accounts.flatMap(({ deliveries }) => deliveries as unknown[]);
  expect(open).toEqual([]);
  const claims = (await stored('entries')).filter(
    ({ accountId, moves }) =>
      String(accountId).startsWith('stock:') &&
      (moves as ledger.Move[]).some(({ type }) => type === 'spend'),
  );
  const claimed = claims.map(({ key }) => String(key).slice('order:'.length));
  expect((await stored('orders')).map(({ _id }) => _id).toSorted()).toEqual(claimed.toSorted());
}

/** A document without what upkeep changes in an account: what was relayed, and when to look again. */
function settledPart(document: Document): Document {
  const { version: _, outbox: __, recentKeys: ___, dueAt: ____, ...rest } = document;
  return 'chainHead' in document ? (rest as Document) : document;
}

test('a shop comes back as it was: the same entries, the same heads of the chains, a clean audit', async () => {
  const { coupon, mug } = await begin();
  const [ann, bea] = [await follower(shop.ctx(), 1000), await follower(shop.ctx(), 1000)];
  await members.setAddress(shop.ctx(), bea, {
    name: '王小满',
    phone: '13812342046',
    province: '浙江省',
    city: '杭州市',
    district: '滨江区',
    detail: '𠮷祥里 1 号',
  });
  await redeem(ann, coupon);
  await redeem(bea, mug);
  await give(ann, bea, 50, 'gift:2');
  await ledger.relayNow(shop.ctx());
  const names = ['accounts', 'entries', 'members', 'notices', 'orders', 'reward_codes', 'rewards'];
  const before = new Map<string, readonly Document[]>();
  for (const name of names) before.set(name, await stored(name));
  const said = await shop.restore(await shop.backUp());
  expect(said.filter((line) => !line.startsWith('…'))).toEqual([]);
  for (const name of names) {
    const byId = (a: Document, b: Document) => (a._id < b._id ? -1 : 1);
    const was = before.get(name)?.map(settledPart).toSorted(byId);
    expect((await stored(name)).map(settledPart).toSorted(byId), name).toEqual(was);
  }
  await expectAtRest();
});

test('points that arrived in the younger receiver and were never sent by the older sender are cut', async () => {
  await begin();
  const [ann, bea] = [await follower(shop.ctx(), 500), await follower(shop.ctx(), 500)];
  const cleo = await follower(shop.ctx(), 500);
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  await give(ann, bea, 100, 'gift:2');
  // What follows in the receiver is cut with it, and so is whoever received of that.
  await give(bea, cleo, 550, 'gift:3');
  await give(cleo, ann, 10, 'gift:4');
  const file = mixed(await shop.backUp(), asIn(older, 'accounts', [ann]));
  const said = await shop.restore(file);
  expect(said).toContain('entries behind points that nobody had sent, dropped: 4');
  expect([await available(ann), await available(bea), await available(cleo)]).toEqual([
    500, 500, 500,
  ]);
  await expectAtRest();
  // The account goes on from where it was cut, and its keys are as new as its facts.
  await give(ann, bea, 100, 'gift:2');
  await give(bea, cleo, 550, 'gift:3');
  expect([await available(ann), await available(bea), await available(cleo)]).toEqual([
    400, 50, 1050,
  ]);
  await expectAtRest();
});

test('points that the younger sender knows to have arrived are carried to the older receiver again', async () => {
  await begin();
  const [ann, bea] = [await follower(shop.ctx(), 500), await follower(shop.ctx(), 500)];
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  // More than one account may keep open at once.
  for (let n = 2; n < 22; n++) await give(ann, bea, 10, `gift:${n}`);
  const file = mixed(await shop.backUp(), asIn(older, 'accounts', [bea]));
  const said = await shop.restore(file);
  expect(said).toContain('deliveries that nobody had followed, opened again: 16');
  expect(said).toContain('deliveries that nobody had followed, opened again: 4');
  expect([await available(ann), await available(bea)]).toEqual([300, 700]);
  await expectAtRest();
});

test('an order without its payment goes, its piece returns to the stock and its code is free', async () => {
  const { coupon } = await begin();
  const ann = await follower(shop.ctx(), 1000);
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  await redeem(ann, coupon);
  const file = mixed(await shop.backUp(), asIn(older, 'accounts', [ann]));
  const said = await shop.restore(file);
  expect(said).toContain('codes without an order, freed: 1');
  expect(await available(ann)).toBe(1000);
  expect([await codesOf('free'), await codesOf('issued')]).toEqual([3, 0]);
  expect(await stored('orders')).toEqual([]);
  await expectAtRest();
  expect((await redeem(ann, coupon)).outcome).toBe('placed');
});

test('an order without its piece is made anew for its payment, with the code its member knows', async () => {
  const { coupon } = await begin();
  const ann = await follower(shop.ctx(), 1000);
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  const placed = await redeem(ann, coupon);
  if (placed.outcome !== 'placed') throw new Error(placed.outcome);
  const file = mixed(await shop.backUp(), asIn(older, 'accounts', [`stock:${coupon}`]));
  const said = await shop.restore(file);
  expect(said).toContain(`order ${placed.order.number} dropped: it is to be made anew`);
  expect(await available(ann)).toBe(620);
  expect((await mall.codeOf(shop.ctx(), placed.order._id))?.code).toBe(placed.code);
  expect([await codesOf('free'), await codesOf('issued')]).toEqual([2, 1]);
  await expectAtRest();
});

test('a piece that was reserved for an order nobody paid returns, and those behind it are reserved again', async () => {
  const { coupon } = await begin();
  const [ann, bea] = [await follower(shop.ctx(), 1000), await follower(shop.ctx(), 1000)];
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  await redeem(ann, coupon);
  await redeem(bea, coupon);
  await ledger.relayNow(shop.ctx());
  const file = mixed(await shop.backUp(), (documents) => {
    asIn(older, 'accounts', [ann])(documents);
    // The orders were read before both.
    documents.set('orders', []);
  });
  const said = await shop.restore(file);
  expect(said).toContain('entries behind pieces that nobody had paid for, dropped: 2');
  expect([await available(ann), await available(bea)]).toEqual([1000, 620]);
  expect([await codesOf('free'), await codesOf('issued')]).toEqual([2, 1]);
  expect((await stored('orders')).map(({ memberId }) => memberId)).toEqual([bea]);
  await expectAtRest();
});

test('a payment whose piece is not there any more gets its points back, and its code is free', async () => {
  await begin();
  const coupon = await shelve(shop.ctx());
  const codes = ['ONLY-ONE'];
  const [ann, bea] = [await follower(shop.ctx(), 1000), await follower(shop.ctx(), 1000)];
  await ledger.relayNow(shop.ctx());
  const older = partsOf(await shop.backUp()).documents;
  await mall.addCodes(shop.ctx(), { rewardId: coupon, batchId: 'late', codes });
  await redeem(ann, coupon);
  // A stock that was there before it was filled.
  const file = mixed(await shop.backUp(), asIn(older, 'accounts', [`stock:${coupon}`, bea]));
  await shop.restore(file);
  expect([await available(ann), await available(bea)]).toEqual([1000, 1000]);
  expect(await codesOf('issued')).toBe(0);
  await expectAtRest();
});

test('every kind of delivery that has a courier is looked for after a restore', () => {
  // `followedAmong` takes deliveries of a type it does not know for followed.
  expect(couriers.map(({ type }) => type)).toEqual(['order']);
});
