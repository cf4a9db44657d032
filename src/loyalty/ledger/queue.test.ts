import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import type { Account } from './account.model.ts';
import type { Book } from './book.ts';
import type { Upkeep } from './engine.ts';
import { limits } from './limits.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import { enqueue } from './queue.ts';
import { type LedgerStore, StoreError } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const ID = 'mem_1';
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function post(ledger: Ledger, key: string, change: (book: Book) => unknown, ctx = NOW) {
  const decide = (book: Book) => {
    change(book);
    return { by: key };
  };
  return ledger.post(ctx, { accountId: ID, key, decide });
}

function earn(ledger: Ledger, key: string) {
  return post(ledger, key, (book) => book.earn({ points: 1, expiresOn: '2027-02-01' }));
}

function upkeep(ledger: Ledger, work: Omit<Upkeep, 'ctx'>, ctx = NOW) {
  return enqueue(ledger.engine, ID, { ctx, ...work });
}

function stored({ accounts }: MemoryStore): Account {
  const account = accounts.get(ID);
  if (!account) throw new Error('the account is lost');
  return account;
}

function times({ calls }: MemoryStore, name: keyof LedgerStore): number {
  return calls.filter((call) => call === name).length;
}

describe('what waits together', () => {
  it('is written together, behind the write that is under way', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    const keys = ['a', 'b', 'c', 'd'].map((name) => `${name}:2026-01-31`);
    const all = await Promise.all(keys.map((key) => earn(ledger, key)));
    expect(all.map(({ balance }) => balance)).toEqual([1, 2, 3, 4]);
    expect(store.calls).toEqual(['account', 'create', 'compareAndSet', 'turn']);
    expect(stored(store)).toMatchObject({ version: 2, seq: 4 });
  });

  it('stays together when those who were answered come again', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    const poster = async (name: string) => {
      for (let n = 0; n < 5; n++) await earn(ledger, `${name}${n}:2026-01-31`);
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(poster));
    // The very first is alone; from then on all four share a write.
    expect(stored(store)).toMatchObject({ version: 6, seq: 20 });
  });

  it('is at most so much at once', async () => {
    limits.batchMax = 2;
    const store = memoryStore();
    const ledger = openLedger({ store });
    await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => earn(ledger, key)));
    expect(stored(store)).toMatchObject({ version: 4, seq: 6 });
  });

  it('is asked for its old keys by one question', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'old:1');
    await ledger.relay(NOW, [stored(store)]);
    for (let n = 0; n < 20; n++) await earn(ledger, `young:${n}`);
    await ledger.relay(NOW, [stored(store)]);
    await earn(ledger, 'last:1');
    store.calls.length = 0;
    const first = earn(ledger, 'first:1');
    const [again, fresh, dated] = await Promise.all([
      earn(ledger, 'old:1'),
      earn(ledger, 'fresh:1'),
      earn(ledger, 'checkin:2026-02-01').catch((error: { code: string }) => error.code),
    ]);
    await first;
    expect(again).toMatchObject({ repeated: true, outcome: { by: 'old:1' } });
    expect(fresh).toMatchObject({ repeated: false });
    expect(dated).toBe('FACT_FROM_THE_FUTURE');
    expect(times(store, 'entriesByKey')).toBe(2);
  });

  it('needs no question for keys that are remembered or too young', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'a');
    await earn(ledger, 'a');
    await earn(ledger, 'checkin:2026-01-31');
    expect(times(store, 'entriesByKey')).toBe(0);
  });

  it('and a new posting during a write waits for the next one', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    const first = earn(ledger, 'a');
    await Promise.resolve();
    await Promise.all([first, earn(ledger, 'b')]);
    await ledger.rest();
    expect(ledger.engine.queues.get(ID)).toMatchObject({ waiting: [], draining: null });
    expect(await earn(ledger, 'c')).toMatchObject({ balance: 3 });
  });
});

describe('the state that a process keeps', () => {
  it('saves reading the account before the next write', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'a');
    await earn(ledger, 'b');
    await earn(ledger, 'c');
    expect(times(store, 'account')).toBe(1);
  });

  it('answers nothing by itself: what writes nothing is decided on a state that was read', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'a');
    await post(openLedger({ store }), 'b', (book) =>
      book.earn({ points: 9, expiresOn: '2027-02-01' }),
    );
    const posted = await post(ledger, 'look', () => undefined);
    expect(posted).toMatchObject({ balance: 10, entry: null, repeated: false });
    expect(await earn(ledger, 'b')).toMatchObject({ repeated: true });
  });

  it('is dropped when another process was first, and the decision is made anew', async () => {
    const store = memoryStore();
    const [a, b] = [openLedger({ store }), openLedger({ store })];
    await earn(a, '1');
    await earn(b, '2');
    expect(await earn(a, '3')).toMatchObject({ balance: 3, repeated: false });
    expect(stored(store)).toMatchObject({ seq: 3, version: 3 });
    expect(times(store, 'pause')).toBe(1);
  });

  it('is dropped when the store fails, and everyone who waited is told', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'a');
    limits.uncertainMax = 1;
    let isDown = true;
    const { compareAndSet } = store;
    Object.assign(ledger.engine.store, {
      compareAndSet: (change: never) =>
        isDown ? Promise.reject(new StoreError('down')) : compareAndSet(change),
    });
    const both = await Promise.allSettled([earn(ledger, 'b'), earn(ledger, 'c')]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isDown = false;
    const reads = times(store, 'account');
    expect(await earn(ledger, 'd')).toMatchObject({ balance: 2 });
    expect(times(store, 'account')).toBe(reads + 1);
  });
});

describe('an account that others keep writing', () => {
  it('is busy after so many attempts, with a longer pause after each', async () => {
    limits.attemptsMax = 3;
    const store = memoryStore();
    const pauses: number[] = [];
    await earn(openLedger({ store }), 'a');
    const busy = openLedger({
      store: {
        ...store,
        compareAndSet: async () => false,
        pause: async (attempt) => void pauses.push(attempt),
      },
    });
    await expect(earn(busy, 'b')).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(pauses).toEqual([0, 1, 2]);
  });

  it('is created by one of two', async () => {
    const store = memoryStore();
    const [a, b] = [openLedger({ store }), openLedger({ store })];
    await Promise.all([earn(a, '1'), earn(b, '2')]);
    expect(stored(store)).toMatchObject({ seq: 2, version: 2 });
  });
});

describe('the outbox', () => {
  it('is relayed before the write that finds it long', async () => {
    limits.outboxRelayFirst = 3;
    const store = memoryStore();
    const ledger = openLedger({ store });
    for (const key of ['a', 'b', 'c']) await earn(ledger, key);
    expect(times(store, 'insertEntries')).toBe(0);
    await earn(ledger, 'd');
    expect(times(store, 'insertEntries')).toBe(1);
    expect(stored(store).outbox.map(({ key }) => key)).toEqual(['d']);
    expect(store.entries.size).toBe(3);
  });

  it('is relayed before a write that could overflow it, with what time decides first', async () => {
    limits.outboxMax = 6;
    const store = memoryStore();
    const ledger = openLedger({ store });
    await post(ledger, 'a', (book) => {
      book.earn({ points: 9, expiresOn: '2027-02-01' });
      const until = new Date('2026-03-01T00:00:00+08:00');
      book.hold({ holdId: 'h', points: 1, purpose: 'stake', until });
    });
    await earn(ledger, 'b');
    // Two wait, one comes; a hold, an expiry and a loan could be booked before it.
    await earn(ledger, 'c');
    expect(times(store, 'insertEntries')).toBe(0);
    await earn(ledger, 'd');
    expect(times(store, 'insertEntries')).toBe(1);
  });

  it('that is full is never written over its bound', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    limits.outboxMax = 0;
    await expect(earn(ledger, 'a')).rejects.toThrow(`the outbox of ${ID} is full`);
    expect(store.accounts.size).toBe(0);
    limits.outboxMax = 1;
    await earn(ledger, 'a');
    expect(stored(store).outbox).toHaveLength(1);
  });
});

describe('a write', () => {
  it('says when the account is due, and tells those who relay, when it wrote entries', async () => {
    const store = memoryStore();
    const committed: number[] = [];
    const onCommitted = ({ version }: Account) => void committed.push(version);
    const ledger = openLedger({ store, onCommitted });
    await earn(ledger, 'a');
    expect(stored(store).dueAt).toEqual(new Date(NOW.now.getTime() + limits.relayAfterMs));
    await ledger.relay(NOW, [stored(store)]);
    await upkeep(ledger, { upkeep: 'drop' });
    expect(stored(store)).toMatchObject({ version: 2, outbox: [], recentKeys: [{ key: 'a' }] });
    expect(committed).toEqual([1]);
    await earn(ledger, 'b');
    expect(committed).toEqual([1, 3]);
  });
});

describe('upkeep', () => {
  async function asking(): Promise<{ store: MemoryStore; ledger: Ledger }> {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await post(ledger, 'ask:1', (book) => {
      book.earn({ points: 2, expiresOn: '2026-02-01' });
      book.deliver({ type: 'order', to: 'a', payload: {} });
      book.deliver({ type: 'order', to: 'b', payload: {} });
    });
    return { store, ledger };
  }
  const first = `${ID}.000000001#0`;

  it('postpones a delivery, twice as long each time, up to a quarter of an hour', async () => {
    const { store, ledger } = await asking();
    const waits: number[] = [];
    for (let n = 1; n <= 7; n++) {
      await upkeep(ledger, { upkeep: 'postpone', deliveryId: first });
      const [open, other] = stored(store).deliveries;
      expect(open?.attempts).toBe(n);
      expect(other?.attempts).toBe(0);
      waits.push(Number(open?.nextAttemptAt) - NOW.now.getTime());
    }
    expect(waits.map((ms) => ms / 1000)).toEqual([30, 60, 120, 240, 480, 900, 900]);
  });

  it('closes a delivery without an entry, and leaves the others', async () => {
    const { store, ledger } = await asking();
    await upkeep(ledger, { upkeep: 'close', deliveryId: first });
    expect(stored(store)).toMatchObject({ seq: 1, version: 2, deliveries: [{ to: 'b' }] });
  });

  it('of a delivery that is not open changes nothing', async () => {
    const { store, ledger } = await asking();
    for (const kind of ['close', 'postpone'] as const) {
      const { decision } = await upkeep(ledger, { upkeep: kind, deliveryId: `${ID}.000000009#0` });
      expect(decision).toEqual({ kind: 'unchanged', outcome: {} });
    }
    await upkeep(ledger, { upkeep: 'drop' });
    expect(stored(store)).toMatchObject({ version: 1, deliveries: [{ to: 'a' }, { to: 'b' }] });
  });

  it('settles what time has decided, never before the newest entry', async () => {
    const { store, ledger } = await asking();
    await upkeep(ledger, { upkeep: 'settle' });
    expect(stored(store).version).toBe(1);
    await upkeep(ledger, { upkeep: 'settle' }, at('2026-02-01T00:00:00+08:00'));
    expect(stored(store)).toMatchObject({ seq: 2, lots: [] });
    expect(stored(store).outbox.at(-1)?.key).toBe('expiry:2026-02-01:2');
    const late = { upkeep: 'postpone', deliveryId: first } as const;
    await upkeep(ledger, late);
    const [open] = stored(store).deliveries;
    expect(open?.nextAttemptAt).toEqual(new Date('2026-02-01T00:00:30+08:00'));
  });
});
