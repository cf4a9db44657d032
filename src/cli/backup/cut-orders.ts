import type { OrderId, RewardId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import type * as orders from '../../loyalty/orders/index.ts';
import { database } from '../../platform/mongo.ts';
import { pagesOf } from '../../platform/pages-of.ts';
import { type Entry, entries, paidAmong } from './entry-look-up.ts';

type Order = Pick<orders.Order, '_id' | 'number' | 'rewardId'>;

interface IssuedCode {
  readonly _id: string;
  readonly orderId: OrderId;
}

/** A piece that was reserved for an order; a refusal is none. Ledger 7, the redemption. */
function isClaim({ accountId, moves }: Entry): boolean {
  return accountId.startsWith('stock:') && moves.some(({ type }) => type === 'spend');
}

function claimed(orderId: string, rewardId: RewardId) {
  return { accountId: `stock:${rewardId}` as const, key: `order:${orderId}` };
}

function orderIn(key: string): string {
  return key.slice('order:'.length);
}

function allOrders() {
  return database().collection<Order>('orders');
}

/** Cuts each stock before the first piece that was reserved for an order which nobody has paid. */
export async function cutUnpaidClaims(): Promise<number> {
  let dropped = 0;
  const reserving = entries()
    .find({ reason: 'order', accountId: /^stock:/ })
    .sort({ _id: 1 });
  for await (const page of pagesOf(reserving)) {
    const claims = page.filter(isClaim);
    const paid = await paidAmong(claims.map(({ key }) => orderIn(key)));
    for (const { accountId, seq, key } of claims) {
      if (!paid.has(orderIn(key))) dropped += await ledger.cutBack({ accountId, seq });
    }
  }
  return dropped;
}

/** Drops orders whose payment or whose piece was cut. Gives their numbers. */
export async function dropHalfOrders(): Promise<readonly string[]> {
  const dropped: Order[] = [];
  const all = allOrders().find({}, { projection: { number: 1, rewardId: 1 } });
  for await (const page of pagesOf(all)) {
    const whole = await wholeAmong(page);
    dropped.push(...page.filter(({ _id }) => !whole.has(_id)));
  }
  await allOrders().deleteMany({ _id: { $in: dropped.map(({ _id }) => _id) } });
  return dropped.map(({ number }) => number);
}

async function wholeAmong(page: readonly Order[]): Promise<ReadonlySet<string>> {
  const paid = await paidAmong(page.map(({ _id }) => _id));
  const wanted = page.map(({ _id, rewardId }) => claimed(_id, rewardId));
  const found = entries().find({
    accountId: { $in: [...new Set(wanted.map(({ accountId }) => accountId))] },
    key: { $in: wanted.map(({ key }) => key) },
  });
  const claims = (await found.toArray()).filter(isClaim).map(({ key }) => orderIn(key));
  return new Set(claims.filter((orderId) => paid.has(orderId)));
}

/** Frees codes whose order was never paid. One that was paid keeps its code: its member was told it. */
export async function freeCodes(): Promise<number> {
  const codes = database().collection<IssuedCode>('reward_codes');
  let freed = 0;
  const issued = codes.find({ orderId: { $exists: true } }, { projection: { orderId: 1 } });
  for await (const page of pagesOf(issued)) {
    const paid = await paidAmong(page.map(({ orderId }) => orderId));
    const free = page.filter(({ orderId }) => !paid.has(orderId)).map(({ _id }) => _id);
    if (free.length === 0) continue;
    await codes.updateMany(
      { _id: { $in: free } },
      { $set: { state: 'free' }, $unset: { orderId: '', issuedAt: '', expiresOn: '' } },
    );
    freed += free.length;
  }
  return freed;
}

/** Which deliveries need not be carried again: those whose order is there, and those of other types. */
export const followedAmong: ledger.FollowedAmong = async (deliveries) => {
  const asked = deliveries.filter(({ type }) => type === 'order');
  const ids = asked.map(({ to }) => to as OrderId);
  const found = await allOrders()
    .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
    .toArray();
  const there = new Set<string>(found.map(({ _id }) => _id));
  const followed = deliveries.filter(({ type, to }) => type !== 'order' || there.has(to));
  return new Set(followed.map(({ deliveryId }) => deliveryId));
};
