import type { Context } from '../../kernel/context.ts';
import type { OrderId, RewardId } from '../../kernel/ids.ts';
import { pagesOf } from '../../platform/pages-of.ts';
import type * as ledger from '../ledger/index.ts';
import { OrderModel, type StoredOrder } from './order.model.ts';

const HOUR_MS = 3_600_000;
const CLAIM = 'order:';
const RETURN = 'restock:';

type Claimed = Pick<StoredOrder, '_id' | 'rewardId' | 'status' | 'outbox'>;
const COMPARED = { rewardId: 1, status: 1, 'outbox.itemId': 1 } as const;

type Wrong = readonly ledger.Mismatch[];
type Orders = ReadonlyMap<string, Claimed>;

/**
 * Law L13: the pieces that were claimed are those of the orders that were not cancelled, one for each,
 * and what is left is never negative. Reads orders only; ledger 8.
 */
export const stockJoin: ledger.Join = {
  accounts: 'stock:',
  begin(ctx, account) {
    let left = 0;
    return {
      async take(stretch) {
        const wrong: ledger.Mismatch[] = [];
        for (const entry of stretch) {
          const before = left;
          left += changeOf(entry);
          if (left < 0 && left < before) wrong.push(at(entry, `${left} pieces would be left`));
        }
        const orders = await ordersNamedBy(stretch);
        for (const entry of stretch) wrong.push(...compared(entry, account.accountId, orders));
        const missing = stretch.filter((entry) => isMissing(ctx, entry, orders));
        return [...wrong, ...(await withoutOrder(account, missing))];
      },
      finish: () => withoutClaim(account),
    };
  },
};

/** What an entry says of an order that is there, or of none. */
function compared(entry: ledger.Entry, accountId: string, orders: Orders): Wrong {
  const { key } = entry;
  const change = changeOf(entry);
  const isClaim = entry.moves.some(({ purpose }) => purpose === 'claim');
  const orderId = orderOf(key);
  if (orderId === null) return isClaim ? [at(entry, `${-change} pieces for no order`)] : [];
  const order = orders.get(orderId);
  if (key.startsWith(RETURN)) {
    if (order?.status === 'cancelled' && change === 1) return [];
    return [at(entry, `${change} pieces came back of ${order?.status ?? 'unknown'} ${orderId}`)];
  }
  if (!order) return [];
  if (isRefused(entry)) return [at(entry, `${orderId} was refused a piece, and is there`)];
  if (accountId !== stockOf(order)) return [at(entry, `${orderId} is for ${order.rewardId}`)];
  return change === -1 ? [] : [at(entry, `${-change} pieces for ${orderId}`)];
}

/** A piece that was claimed a while ago, and its order is not there. */
function isMissing({ now }: Context, entry: ledger.Entry, orders: Orders): boolean {
  const orderId = entry.key.startsWith(CLAIM) ? orderOf(entry.key) : null;
  const isOld = entry.postedAt.getTime() + HOUR_MS < now.getTime();
  return orderId !== null && isOld && !orders.has(orderId) && !isRefused(entry);
}

/** Those of these pieces whose order is not on its way either. */
async function withoutOrder(
  account: ledger.JoinedAccount,
  missing: readonly ledger.Entry[],
): Promise<Wrong> {
  if (missing.length === 0) return [];
  const nameOf = ({ key }: ledger.Entry) => key.slice(CLAIM.length);
  const underWay = await account.underWayTo(missing.map(nameOf));
  const lost = missing.filter((entry) => !underWay.has(nameOf(entry)));
  return lost.map((entry) => at(entry, `a piece for ${nameOf(entry)}, which is not there`));
}

/** Orders of this reward that took no piece, and cancelled ones whose piece is not back. */
async function withoutClaim(account: ledger.JoinedAccount): Promise<Wrong> {
  const rewardId = account.accountId.slice('stock:'.length) as RewardId;
  const all = OrderModel.find({ rewardId }).select(COMPARED).sort({ _id: 1 }).lean<Claimed[]>();
  const wrong: ledger.Mismatch[] = [];
  for await (const page of pagesOf<Claimed>(all.cursor())) {
    const keys = page.flatMap(({ _id }) => [CLAIM + _id, RETURN + _id]);
    const happened = await account.happened(keys);
    for (const order of page) {
      const problem = problemOf(order, happened);
      if (problem) wrong.push({ code: 'L13', message: problem });
    }
  }
  return wrong;
}

function problemOf({ _id, status, outbox }: Claimed, happened: ReadonlySet<string>): string | null {
  if (!happened.has(CLAIM + _id)) return `${_id} took no piece`;
  // What must follow a cancellation waits in the order until it has happened.
  const mustBeBack = status === 'cancelled' && outbox.length === 0;
  const isBack = happened.has(RETURN + _id);
  return mustBeBack && !isBack ? `the piece of cancelled ${_id} is not back` : null;
}

async function ordersNamedBy(stretch: readonly ledger.Entry[]): Promise<Orders> {
  const ids = stretch.flatMap(({ key }) => orderOf(key) ?? []);
  if (ids.length === 0) return new Map();
  const found = await OrderModel.find({ _id: { $in: ids } })
    .select(COMPARED)
    .lean<Claimed[]>();
  return new Map(found.map((order) => [order._id, order]));
}

/** The order that an entry of a stock names in its key; a batch that came in is called otherwise. */
function orderOf(key: string): OrderId | null {
  const name = key.slice(key.indexOf(':') + 1);
  const isOurs = key.startsWith(CLAIM) || key.startsWith(RETURN);
  return isOurs && name.startsWith('ord_') ? (name as OrderId) : null;
}

function changeOf({ moves }: ledger.Entry): number {
  return moves.reduce((sum, { postings }) => sum + (postings.spendable ?? 0), 0);
}

function isRefused({ outcome }: ledger.Entry): boolean {
  return outcome.outcome === 'refused';
}

function stockOf({ rewardId }: Claimed): string {
  return `stock:${rewardId}`;
}

function at({ _id: entryId }: ledger.Entry, message: string): ledger.Mismatch {
  return { code: 'L13', entryId, message };
}
