import type { mongo } from 'mongoose';
import type { Context } from '../../../src/kernel/context.ts';
import type { MemberId, OrderId, RewardId } from '../../../src/kernel/ids.ts';
import type { Aggregate } from '../../../src/platform/outbox.ts';
import type { Documents, Shard } from '../world/shard.ts';
import type { Process, World } from '../world/world.ts';

/** An order as the simulation keeps it. */
export interface Order extends Aggregate<OrderCancelled> {
  readonly _id: OrderId;
  readonly memberId: MemberId;
  readonly rewardId: RewardId;
  readonly pricePoints: number;
  readonly status: 'placed' | 'cancelled';
}

export interface OrderCancelled {
  readonly type: 'order.cancelled';
  readonly orderId: OrderId;
}

/** What the redemption asks of the collection of orders. */
export interface OrderStore {
  /** Inserts, unless there is one of this id. */
  insert(order: Order): Promise<boolean>;
  find(orderId: OrderId): Promise<Order | null>;
  /** One conditional update: the status, and the item that must follow. */
  cancel(ctx: Context, orderId: OrderId): Promise<boolean>;
  /** The collection, as far as the relay of outboxes asks it. */
  readonly collection: mongo.Collection<Aggregate<OrderCancelled>>;
}

export function orderStoreOf(world: World, process: Process): OrderStore {
  return {
    insert: (order) => {
      const key = orderKey(order._id);
      const act = (shard: Shard) =>
        shard.local.has(key)
          ? { result: false }
          : { result: true, record: shard.put([key, order]) };
      return world.write(process, { key: ORDERS, act });
    },
    find: (id) =>
      world.read(process, {
        key: ORDERS,
        view: (documents) => (documents.get(orderKey(id)) as Order | undefined) ?? null,
      }),
    cancel: ({ now }, orderId) => {
      const event = { type: 'order.cancelled', orderId } as const;
      // Like `outboxItem`, but the same in every run of a seed.
      const item = { itemId: `${orderId}.cancelled`, event, dueAt: now, failures: 0 };
      const act = changing(orderId, (order) =>
        order.status === 'placed'
          ? { ...order, status: 'cancelled', outbox: [...order.outbox, item] }
          : null,
      );
      return world.write(process, { key: ORDERS, act });
    },
    collection: outboxCollection(world, process),
  };
}

/** One conditional update at the server; null when its filter does not match. */
function changing(orderId: string, how: (order: Order) => Order | null) {
  return (shard: Shard) => {
    const key = orderKey(orderId);
    const order = shard.local.get(key) as Order | undefined;
    const next = order ? how(order) : null;
    return next ? { result: true, record: shard.put([key, next]) } : { result: false };
  };
}

/** The two calls of `relayDue`. */
function outboxCollection(world: World, process: Process): OrderStore['collection'] {
  const calls = {
    find: (filter: { readonly 'outbox.dueAt': { readonly $lte: Date } }) => ({
      limit: (most: number) => ({
        toArray: () => {
          const isDue = ({ outbox }: Order) =>
            outbox.some(({ dueAt }) => dueAt <= filter['outbox.dueAt'].$lte);
          return world.read(process, {
            key: ORDERS,
            view: (documents) => ordersIn(documents).filter(isDue).slice(0, most),
          });
        },
      }),
    }),
    updateOne: (
      filter: { readonly _id: string; readonly 'outbox.itemId': string },
      update: OutboxUpdate,
    ) => {
      const act = changing(filter._id, (order) => {
        const outbox = settled(order.outbox, filter['outbox.itemId'], update);
        return outbox ? { ...order, outbox } : null;
      });
      return world.write(process, { key: ORDERS, act });
    },
  };
  return calls as unknown as OrderStore['collection'];
}

interface OutboxUpdate {
  readonly $pull?: object;
  readonly $set?: { readonly 'outbox.$.dueAt': Date };
}

/** What an update makes of an outbox: the item goes, or is put off. Null when it is not there. */
function settled(
  outbox: Order['outbox'],
  itemId: string,
  { $pull, $set }: OutboxUpdate,
): Order['outbox'] | null {
  const item = outbox.find((it) => it.itemId === itemId);
  if (!item) return null;
  if ($pull) return outbox.filter((it) => it !== item);
  const dueAt = $set?.['outbox.$.dueAt'] ?? item.dueAt;
  return outbox.map((it) => (it === item ? { ...it, dueAt, failures: it.failures + 1 } : it));
}

function ordersIn(documents: Documents): readonly Order[] {
  const found = [...documents].filter(([key]) => key.startsWith(ORDERS));
  return found.map(([, order]) => order as Order);
}

/** All orders lie on one shard, beside the accounts or not. */
export const ORDERS = 'order/';

function orderKey(orderId: string): string {
  return `${ORDERS}${orderId}`;
}
