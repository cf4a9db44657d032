import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import type { Courier } from './engine.ts';
import type { Delivery, Entry } from './entry.model.ts';
import * as ledger from './index.ts';
import { limits } from './limits.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
const [A, B, C]: readonly [MemberId, MemberId, MemberId] = ['mem_a', 'mem_b', 'mem_c'];
const NOBODY = async () => new Set<string>();

const courier: Courier = {
  type: 'order',
  carry: async () => ({ outcome: 'refused', code: 'NO', facts: {} }),
  onRefused(book, delivery) {
    book.takeBack(delivery);
    return {};
  },
};

function open(): void {
  const { standalone } = connection();
  const { log } = NOW;
  ledger.open({ couriers: [courier], consumers: [], standalone, clock: () => NOW.now, log });
}

/** A process that remembers nothing of what the test did to the database. */
async function reopened(): Promise<void> {
  await ledger.close();
  open();
}

beforeAll(open);
afterAll(() => ledger.close());
beforeEach(async () => {
  await reopened();
  for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
});

function accounts() {
  return database().collection<Account>('accounts');
}

function entries() {
  return database().collection<Entry>('entries');
}

async function stored(accountId: ledger.AccountId): Promise<Account> {
  const account = await accounts().findOne({ _id: accountId });
  if (!account) throw new Error(`${accountId} is lost`);
  return account;
}

function post(accountId: ledger.AccountId, key: string, change: (book: ledger.Book) => unknown) {
  return ledger.post(NOW, accountId, key, (book) => {
    change(book);
    return {};
  });
}

function earn(accountId: ledger.AccountId, key: string, points = 10) {
  return post(accountId, key, (book) => book.earn({ points, expiresOn: '2027-02-01' }));
}

/** Sends points, which arrive or come back; the id of their delivery. */
async function give(from: MemberId, to: MemberId, points = 1): Promise<string> {
  let deliveryId = '';
  await post(from, `give:${to}:${points}`, (book) => {
    ({ deliveryId } = book.send({ to, points }));
  });
  await ledger.carry(NOW, from, deliveryId);
  return deliveryId;
}

async function keysOf(accountId: ledger.AccountId): Promise<readonly string[]> {
  const list = await entries().find({ accountId }).sort({ _id: 1 }).toArray();
  return list.map(({ key }) => key);
}

/** The account as it was before so many of its newest entries, as an older backup would have it. */
async function turnedBack(accountId: ledger.AccountId, seq: number): Promise<void> {
  await entries().deleteMany({ accountId, seq: { $gte: seq } });
  await accounts().updateOne({ _id: accountId }, { $set: { seq: seq - 1 } });
}

describe('entries are completed', () => {
  it('by those that wait in an outbox, and by none that is there already', async () => {
    await earn(A, 'k1');
    await earn(A, 'k2');
    await earn(B, 'k1');
    await ledger.relayNow(NOW);
    await ledger.close();
    // The backup has the accounts with their outboxes as they were before the relay.
    for (const accountId of [A, B]) {
      const list = await entries().find({ accountId }).sort({ _id: 1 }).toArray();
      const outbox = list.map(({ _id, accountId: __, ...body }) => body);
      await accounts().updateOne({ _id: accountId }, { $set: { outbox } });
    }
    const second = await entries().findOneAndDelete({ accountId: A, key: 'k2' });
    await entries().updateOne({ accountId: A, key: 'k1' }, { $set: { unseenBy: ['notify'] } });
    expect(await ledger.completeEntries()).toBe(0);
    expect(await keysOf(A)).toEqual(['k1', 'k2']);
    expect(await keysOf(B)).toEqual(['k1']);
    expect(await entries().findOne({ accountId: A, key: 'k2' })).toEqual(second);
    expect((await entries().findOne({ accountId: A, key: 'k1' }))?.unseenBy).toEqual(['notify']);
    open();
  });

  it('and those that no account counts are dropped', async () => {
    await earn(A, 'k1');
    await earn(A, 'k2');
    await earn(B, 'k1');
    await earn(C, 'k1');
    await ledger.relayNow(NOW);
    await ledger.close();
    await accounts().updateOne({ _id: A }, { $set: { seq: 1, outbox: [] } });
    await accounts().deleteOne({ _id: B });
    open();
    expect(await ledger.completeEntries()).toBe(2);
    expect(await keysOf(A)).toEqual(['k1']);
    expect(await keysOf(B)).toEqual([]);
    expect(await keysOf(C)).toEqual(['k1']);
  });
});

describe('an account is cut back', () => {
  it('to the entries before one, and is as it was then', async () => {
    await earn(A, 'k1');
    await earn(A, 'k2');
    await ledger.relayNow(NOW);
    const before = await stored(A);
    await earn(A, 'k3');
    await earn(A, 'k4');
    await ledger.relayNow(NOW);
    await ledger.close();
    const { version } = await stored(A);
    expect(await ledger.cutBack({ accountId: A, seq: 3 })).toBe(2);
    open();
    expect(await keysOf(A)).toEqual(['k1', 'k2']);
    const { version: _, dueAt: __, ...was } = before;
    const { version: now, dueAt, ...is } = await stored(A);
    expect(is).toEqual(was);
    expect(now).toBe(version + 1);
    expect(dueAt).toEqual(before.dueAt);
    expect((await ledger.audit(NOW, { accountId: A })).findings).toEqual([]);
  });

  it('to nothing when it is cut before its first entry', async () => {
    await earn(A, 'k1');
    await ledger.relayNow(NOW);
    expect(await ledger.cutBack({ accountId: A, seq: 1 })).toBe(1);
    expect(await accounts().findOne({ _id: A })).toBeNull();
    expect(await keysOf(A)).toEqual([]);
  });

  it('and not touched when there is nothing to drop', async () => {
    await earn(A, 'k1');
    await ledger.relayNow(NOW);
    const before = await stored(A);
    expect(await ledger.cutBack({ accountId: A, seq: 2 })).toBe(0);
    expect(await ledger.cutBack({ accountId: C, seq: 1 })).toBe(0);
    expect(await stored(A)).toEqual(before);
  });

  it('also when only its entries are left', async () => {
    await earn(A, 'k1');
    await ledger.relayNow(NOW);
    await accounts().deleteOne({ _id: A });
    expect(await ledger.cutBack({ accountId: A, seq: 1 })).toBe(1);
    expect(await keysOf(A)).toEqual([]);
  });

  it('with everyone who had received points of what was dropped, and so on', async () => {
    await earn(A, 'k1');
    await earn(C, 'k1');
    await give(A, B, 5);
    await give(B, C, 3);
    await post(A, 'ask:1', (book) => book.deliver({ type: 'order', to: B, payload: {} }));
    await ledger.relayNow(NOW);
    await ledger.close();
    // A: give, ask; B: received, give; C: received.
    expect(await ledger.cutBack({ accountId: A, seq: 2 })).toBe(5);
    open();
    expect(await keysOf(A)).toEqual(['k1']);
    expect(await keysOf(B)).toEqual([]);
    expect(await keysOf(C)).toEqual(['k1']);
    expect(await accounts().findOne({ _id: B })).toBeNull();
    expect((await stored(C)).lots).toMatchObject([{ points: 10 }]);
    expect((await ledger.audit(NOW, {})).findings).toEqual([]);
  });
});

describe('what was received of a sender that does not know of it', () => {
  it('is dropped with what follows it; what is known stays', async () => {
    await earn(A, 'k1');
    await earn(B, 'k1');
    await earn(C, 'k1');
    await give(C, B, 2);
    await give(A, B, 5);
    await give(B, C, 1);
    await ledger.relayNow(NOW);
    await ledger.close();
    // The backup has A as it was before it sent anything.
    await turnedBack(A, 2);
    expect(await ledger.cutUnsent()).toBe(3);
    open();
    expect(await keysOf(A)).toEqual(['k1']);
    expect(await keysOf(B)).toEqual(['k1', 'received:2026-01-31:mem_c.000000002#0']);
    expect(await keysOf(C)).toEqual(['k1', 'give:mem_b:2']);
    expect((await stored(B)).lots).toMatchObject([{ points: 12 }]);
  });

  it('is not dropped when all of it was sent', async () => {
    await earn(A, 'k1');
    await give(A, B, 5);
    await give(A, B, 2);
    await ledger.relayNow(NOW);
    expect(await ledger.cutUnsent()).toBe(0);
    expect(await keysOf(B)).toHaveLength(2);
  });
});

describe('a delivery that nobody answered and nobody followed', () => {
  /** Points of A that B received, in a backup that has B as it was before. */
  async function lost(points = 5): Promise<string> {
    await earn(A, 'k1');
    const deliveryId = await give(A, B, points);
    await ledger.relayNow(NOW);
    await ledger.close();
    await accounts().deleteOne({ _id: B });
    await entries().deleteMany({ accountId: B });
    open();
    return deliveryId;
  }

  it('is opened again and due at once', async () => {
    await post(C, 'ask:1', (book) => book.deliver({ type: 'order', to: 'x', payload: {} }));
    const deliveryId = await lost();
    const { version } = await stored(A);
    const bystander = await stored(C);
    const later = new Date(NOW.now.getTime() + 60_000);
    expect(await ledger.reopen(later, NOBODY)).toEqual({ reopened: 1, left: 0 });
    const account = await stored(A);
    expect(account).toMatchObject({
      version: version + 1,
      dueAt: later,
      deliveries: [{ deliveryId, nextAttemptAt: later, attempts: 0 }],
    });
    expect(account.deliveries).toHaveLength(1);
    expect(await stored(C)).toEqual(bystander);
    await reopened();
    await ledger.carry(NOW, A, deliveryId);
    expect((await ledger.balanceOf(NOW, B)).available).toBe(5);
    await ledger.relayNow(NOW);
    expect((await ledger.audit(NOW, {})).findings).toEqual([]);
  });

  it('is not opened while it is open, when it arrived, or when it is answered', async () => {
    await earn(A, 'k1');
    await give(A, B, 5);
    await post(C, 'freeze:1', (book) => book.freeze());
    await give(A, C, 2);
    await post(A, 'send:1', (book) => book.send({ to: B, points: 1 }));
    await ledger.relayNow(NOW);
    const before = await stored(A);
    expect(before.deliveries).toHaveLength(1);
    expect(await ledger.reopen(NOW.now, NOBODY)).toEqual({ reopened: 0, left: 0 });
    expect(await stored(A)).toEqual(before);
  });

  it('is opened again when the receiver refused and nothing came back', async () => {
    await earn(A, 'k1');
    await post(C, 'freeze:1', (book) => book.freeze());
    const deliveryId = await give(A, C, 2);
    await ledger.relayNow(NOW);
    await ledger.close();
    expect(await ledger.cutBack({ accountId: A, seq: 3 })).toBe(1);
    open();
    expect(await ledger.reopen(NOW.now, NOBODY)).toEqual({ reopened: 1, left: 0 });
    expect(await ledger.carry(NOW, A, deliveryId)).toMatchObject({ outcome: 'refused' });
    expect((await ledger.balanceOf(NOW, A)).available).toBe(10);
  });

  it('to another courier is opened unless that one says it was followed', async () => {
    await post(A, 'ask:1', (book) => {
      book.deliver({ type: 'order', to: 'a', payload: {} });
      book.deliver({ type: 'order', to: 'b', payload: {} });
    });
    await earn(A, 'k1');
    await give(A, B, 5);
    await ledger.relayNow(NOW);
    await ledger.close();
    await accounts().updateOne({ _id: A }, { $set: { deliveries: [] } });
    const asked: Delivery[] = [];
    const followed = async (deliveries: readonly Delivery[]) => {
      asked.push(...deliveries);
      return new Set(deliveries.filter(({ to }) => to === 'a').map(({ deliveryId }) => deliveryId));
    };
    expect(await ledger.reopen(NOW.now, followed)).toEqual({ reopened: 1, left: 0 });
    open();
    expect(asked.map(({ to }) => to)).toEqual(['a', 'b']);
    expect((await stored(A)).deliveries).toMatchObject([{ to: 'b', nextAttemptAt: NOW.now }]);
  });

  it('waits when the account has no room, and is told to be left', async () => {
    await post(A, 'ask:1', (book) => {
      for (const to of ['a', 'b', 'c']) book.deliver({ type: 'order', to, payload: {} });
    });
    await post(A, 'ask:2', (book) => book.deliver({ type: 'order', to: 'd', payload: {} }));
    await ledger.relayNow(NOW);
    await ledger.close();
    const [first] = (await stored(A)).deliveries;
    if (!first) throw new Error('the delivery is lost');
    await accounts().updateOne({ _id: A }, { $set: { deliveries: [first] } });
    const usual = limits.deliveriesMax;
    limits.deliveriesMax = 3;
    expect(await ledger.reopen(NOW.now, NOBODY)).toEqual({ reopened: 2, left: 1 });
    expect((await stored(A)).deliveries.map(({ to }) => to)).toEqual(['a', 'b', 'c']);
    limits.deliveriesMax = 2;
    expect(await ledger.reopen(NOW.now, NOBODY)).toEqual({ reopened: 0, left: 1 });
    limits.deliveriesMax = usual;
    open();
  });

  it('of an account that is gone is left', async () => {
    await lost();
    await accounts().deleteOne({ _id: A });
    expect(await ledger.reopen(NOW.now, NOBODY)).toEqual({ reopened: 0, left: 1 });
  });
});

describe('the indexes of a restore', () => {
  it('are there while it runs, and gone afterwards', async () => {
    const names = async () => (await entries().listIndexes().toArray()).map(({ name }) => name);
    let during: readonly string[] = [];
    const before = await names();
    await ledger.withLookUps(async () => {
      during = await names();
    });
    expect(during.toSorted()).toEqual([...before, 'restore_reason', 'restore_to'].toSorted());
    expect((await names()).toSorted()).toEqual(before.toSorted());
  });
});
