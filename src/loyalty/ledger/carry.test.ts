import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import type { Book } from './book.ts';
import { deliveryKey } from './carry.ts';
import type { Courier, Receipt } from './engine.ts';
import type { Delivery } from './entry.model.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import { StoreError } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const ID = 'mem_1';
const ACCEPTED: Receipt = { outcome: 'accepted', facts: {} };

function post(ledger: Ledger, key: string, change: (book: Book) => unknown, to: AccountId = ID) {
  const decide = (book: Book) => {
    change(book);
    return {};
  };
  return ledger.post(NOW, { accountId: to, key: `${key}:2026-01-31`, decide });
}

/** A ledger whose courier answers what the test says, and an account that asked it for something. */
async function asking(receipt: Receipt, more: Partial<Courier> = {}) {
  const store = memoryStore();
  const carried: [Delivery, AccountId][] = [];
  const courier: Courier = {
    type: 'order',
    async carry(_ctx, delivery, from) {
      carried.push([delivery, from]);
      return receipt;
    },
    onRefused(book, delivery) {
      book.takeBack(delivery);
      return { note: 'brought back' };
    },
    ...more,
  };
  const ledger = openLedger({ store, couriers: () => [courier] });
  await post(ledger, 'ask', (book) => {
    book.earn({ points: 10, expiresOn: '2027-02-01' });
    const refundable = book.spend({ points: 8, purpose: 'redemption' });
    book.deliver({ type: 'order', to: 'a', payload: {}, refundable });
  });
  const carry = () => ledger.carry(NOW, { accountId: ID, deliveryId: `${ID}.000000001#0` });
  return { store, ledger, carry, carried };
}

async function relay(ledger: Ledger, { accounts }: MemoryStore): Promise<void> {
  await ledger.relay(NOW, [...accounts.values()]);
  for (const accountId of accounts.keys()) await ledger.settle(NOW, accountId);
}

describe('a delivery that is accepted', () => {
  it('is closed without an entry, and its facts are told to nobody', async () => {
    const { store, ledger, carry, carried } = await asking({
      outcome: 'accepted',
      facts: { code: 'x' },
    });
    expect(await carry()).toEqual(ACCEPTED);
    expect(store.accounts.get(ID)).toMatchObject({ seq: 1, deliveries: [] });
    expect(await carry()).toEqual(ACCEPTED);
    await relay(ledger, store);
    expect(await carry()).toEqual(ACCEPTED);
    expect(carried).toMatchObject([[{ to: 'a' }, ID]]);
  });

  it('is booked by a courier that wants to, and then its facts are kept', async () => {
    const receipt: Receipt = { outcome: 'accepted', facts: { code: 'x' } };
    const onAccepted: Courier['onAccepted'] = (book, { to }, { facts }) => {
      book.earn({ points: 1, expiresOn: '2027-02-01' });
      return { note: `${to} gave ${facts.code}` };
    };
    const { store, ledger, carry } = await asking(receipt, { onAccepted });
    expect(await carry()).toEqual(receipt);
    const entry = await ledger.entryOf(ID, `answered:2026-01-31:${ID}.000000001#0`);
    expect(entry).toMatchObject({
      answered: `${ID}.000000001#0`,
      balanceAfter: 3,
      outcome: { note: 'a gave x', outcome: 'accepted', facts: { code: 'x' } },
    });
    expect(entry?.outcome).not.toHaveProperty('code');
    expect(await carry()).toEqual(receipt);
    await relay(ledger, store);
    expect(await carry()).toEqual(receipt);
  });
});

describe('a delivery that is refused', () => {
  it('is booked by its courier, once, and the receipt never changes', async () => {
    const receipt: Receipt = { outcome: 'refused', code: 'SOLD_OUT', facts: { left: 0 } };
    const { store, ledger, carry, carried } = await asking(receipt);
    expect(await Promise.all([carry(), carry()])).toEqual([receipt, receipt]);
    expect(store.accounts.get(ID)).toMatchObject({
      seq: 2,
      deliveries: [],
      lots: [{ points: 10 }],
    });
    await relay(ledger, store);
    expect(await carry()).toEqual(receipt);
    expect(carried).toHaveLength(2);
  });

  it('without facts keeps none', async () => {
    const { ledger, carry } = await asking({ outcome: 'refused', code: 'NO', facts: {} });
    await carry();
    const entry = await ledger.entryOf(ID, `answered:2026-01-31:${ID}.000000001#0`);
    expect(entry?.outcome).toEqual({ note: 'brought back', outcome: 'refused', code: 'NO' });
    expect(await carry()).toEqual({ outcome: 'refused', code: 'NO', facts: {} });
  });
});

describe('a receipt', () => {
  it('of a delivery that was never sent is none', async () => {
    const { ledger } = await asking(ACCEPTED);
    const carry = (accountId: AccountId, deliveryId: string) =>
      ledger.carry(NOW, { accountId, deliveryId });
    await expect(carry(ID, 'nonsense')).rejects.toThrow('nonsense is no delivery');
    await expect(carry(ID, `${ID}.000000001#x`)).rejects.toThrow('is no delivery');
    await expect(carry(ID, `${ID}.000000001#0x`)).rejects.toThrow('is no delivery');
    await expect(carry(ID, `${ID}.000000002#0`)).rejects.toThrow(
      'this state is older than the delivery',
    );
    await expect(carry('mem_9', 'mem_9.000000001#0')).rejects.toThrow(StoreError);
  });

  it('is told of the eleventh delivery of an entry as of the first', async () => {
    const { store, ledger } = await asking(ACCEPTED);
    await post(ledger, 'many', (book) => {
      for (let n = 0; n < 11; n++) book.deliver({ type: 'order', to: `${n}`, payload: {} });
    });
    const last = { accountId: ID, deliveryId: `${ID}.000000002#10` } as const;
    expect(await ledger.carry(NOW, last)).toEqual(ACCEPTED);
    expect(store.accounts.get(ID)?.deliveries).toHaveLength(11);
    expect(await ledger.carry(NOW, last)).toEqual(ACCEPTED);
  });

  it('is looked for on the day of its own entry, whatever else waits in the outbox', async () => {
    const receipt: Receipt = { outcome: 'refused', code: 'NO', facts: {} };
    const { ledger, carry } = await asking(receipt);
    const tomorrow = at('2026-02-01T08:00:00+08:00');
    await ledger.post(tomorrow, {
      accountId: ID,
      key: 'ask:2026-02-01',
      decide(book) {
        book.deliver({ type: 'order', to: 'b', payload: {} });
        return {};
      },
    });
    const second = { accountId: ID, deliveryId: `${ID}.000000002#0` } as const;
    expect(await ledger.carry(tomorrow, second)).toEqual(receipt);
    expect(await ledger.carry(tomorrow, second)).toEqual(receipt);
    expect(await carry()).toEqual(receipt);
  });

  it('waits until the entry that sent it is visible', async () => {
    const { store, ledger, carry } = await asking(ACCEPTED);
    await carry();
    await relay(ledger, store);
    store.entries.clear();
    await expect(carry()).rejects.toThrow('an entry that was relayed is not visible yet');
  });

  it('names the day on which it was sent', () => {
    const sentAt = new Date('2026-01-31T23:59:59+08:00');
    expect(deliveryKey('received', { deliveryId: 'd', sentAt })).toBe('received:2026-01-31:d');
  });

  it('of a delivery that nobody carries is none', async () => {
    const { ledger } = await asking(ACCEPTED);
    await post(ledger, 'odd', (book) => book.deliver({ type: 'odd', to: 'a', payload: {} }));
    const odd = ledger.carry(NOW, { accountId: ID, deliveryId: `${ID}.000000002#0` });
    await expect(odd).rejects.toThrow(/odd/);
  });
});

describe('points to another member', () => {
  async function sending() {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await post(ledger, 'send', (book) => {
      book.earn({ points: 10, expiresOn: '2027-02-01' });
      book.send({ to: 'mem_2', points: 6 });
    });
    const carry = () => ledger.carry(NOW, { accountId: ID, deliveryId: `${ID}.000000001#0` });
    return { store, ledger, carry };
  }

  it('arrive once, on record at the receiver', async () => {
    const { ledger, carry } = await sending();
    expect(await Promise.all([carry(), carry()])).toEqual([ACCEPTED, ACCEPTED]);
    expect(await ledger.balanceOf(NOW, 'mem_2')).toMatchObject({ available: 6 });
    const entry = await ledger.entryOf('mem_2', `received:2026-01-31:${ID}.000000001#0`);
    expect(entry).toMatchObject({ seq: 1, outcome: { outcome: 'received' } });
  });

  it.each([
    ['frozen', 'RECEIVER_FROZEN', (book: Book) => book.freeze()],
    ['closed', 'RECEIVER_CLOSED', (book: Book) => book.close()],
  ] as const)('come back from a %s one', async (_, code, change) => {
    const { store, ledger, carry } = await sending();
    await post(ledger, 'end', change, 'mem_2');
    expect(await carry()).toEqual({ outcome: 'refused', code, facts: {} });
    expect(store.accounts.get(ID)).toMatchObject({ lots: [{ points: 10 }], deliveries: [] });
    const entry = await ledger.entryOf(ID, `answered:2026-01-31:${ID}.000000001#0`);
    expect(entry?.outcome).toEqual({ outcome: 'refused', code });
  });
});
