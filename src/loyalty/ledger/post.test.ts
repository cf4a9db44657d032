import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import type { Book } from './book.ts';
import { limits } from './limits.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import { type LedgerStore, StoreError } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00', { cause: 'msg:1' });
const ID = 'mem_1';
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function earn(ledger: Ledger, key: string, ctx = NOW) {
  const decide = (book: Book) => {
    book.earn({ points: 1, expiresOn: '2026-02-01' });
    return { by: key };
  };
  return ledger.post(ctx, { accountId: ID, key, decide });
}

function look(ledger: Ledger, ctx = NOW) {
  const decide = (book: Book) => ({ is: book.balance });
  return ledger.post(ctx, { accountId: ID, key: 'look:1', decide });
}

async function relayAll(ledger: Ledger, { accounts }: MemoryStore): Promise<void> {
  await ledger.relay(NOW, [...accounts.values()]);
}

describe('what posting tells', () => {
  it('is the entry that was written, its cause and the balance after it', async () => {
    const posted = await earn(openLedger({ store: memoryStore() }), 'a');
    expect(posted).toStrictEqual({
      outcome: { by: 'a' },
      entry: { _id: `${ID}.000000001`, postedAt: NOW.now, cause: 'msg:1' },
      balance: 1,
      repeated: false,
    });
  });

  it('of a repeat is the first entry, also when it left the account long ago', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    const first = await earn(ledger, 'a');
    await relayAll(ledger, store);
    await earn(ledger, 'b');
    expect(store.accounts.get(ID)?.outbox).toHaveLength(1);
    const again = await earn(ledger, 'a', at('2026-01-31T09:00:00+08:00', { cause: 'msg:2' }));
    expect(again).toStrictEqual({ ...first, balance: 2, repeated: true });
  });

  it('counts what time has decided, although nothing was written', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'a');
    const after = at('2026-02-01T00:00:00+08:00');
    expect(await earn(ledger, 'a', after)).toMatchObject({ repeated: true, balance: 0 });
    expect(await look(ledger, after)).toStrictEqual({
      outcome: { is: 0 },
      entry: null,
      balance: 0,
      repeated: false,
    });
    expect(await look(ledger)).toMatchObject({ outcome: { is: 1 }, balance: 1 });
    expect(store.accounts.get(ID)?.version).toBe(1);
  });
});

describe('a posting whose outcome is unknown', () => {
  /** A store whose calls of this name fail so many times, with the pauses that were made. */
  function failing(name: keyof LedgerStore, error: Error, times = Number.POSITIVE_INFINITY) {
    const store = memoryStore();
    const pauses: number[] = [];
    const real = store[name] as (...input: never[]) => Promise<unknown>;
    let left = times;
    const broken = {
      ...store,
      [name]: (...input: never[]) => (left-- > 0 ? Promise.reject(error) : real(...input)),
      pause: async (attempt: number) => void pauses.push(attempt),
    };
    return { ledger: openLedger({ store: broken as LedgerStore }), pauses, store };
  }

  it('is tried again, with a longer pause each time, and succeeds', async () => {
    const { ledger, pauses } = failing('create', new StoreError('?'), 2);
    expect(await earn(ledger, 'a')).toMatchObject({ balance: 1, repeated: false });
    expect(pauses).toEqual([1, 2]);
  });

  it('is given up after so many attempts, with the error of the driver inside', async () => {
    limits.uncertainMax = 3;
    const cause = new Error('network');
    const { ledger, pauses } = failing('create', new StoreError('?', { cause }));
    await expect(earn(ledger, 'a')).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN', cause });
    expect(pauses).toEqual([1, 2]);
  });

  it('is given up with the error of the store when there is no other', async () => {
    limits.uncertainMax = 1;
    const error = new StoreError('?');
    await expect(earn(failing('create', error).ledger, 'a')).rejects.toBe(error);
    expect(error).toMatchObject({
      name: 'StoreError',
      kind: 'unavailable',
      code: 'OUTCOME_UNKNOWN',
    });
  });

  it('is not tried again when a law is broken', async () => {
    const error = new Error('a law');
    const { ledger, pauses } = failing('create', error);
    await expect(earn(ledger, 'a')).rejects.toBe(error);
    expect(pauses).toEqual([]);
  });

  it('waits for the entry of a repeat until it is visible', async () => {
    const { ledger, store } = failing('pause', new Error('no pause'), 0);
    await earn(ledger, 'a');
    await relayAll(ledger, store);
    await earn(ledger, 'b');
    const entry = store.entries.get(`${ID}.000000001`);
    if (!entry) throw new Error('the entry is lost');
    store.entries.clear();
    limits.uncertainMax = 2;
    await expect(earn(ledger, 'a')).rejects.toThrow('an entry that was relayed is not visible yet');
    store.entries.set(entry._id, entry);
    expect(await earn(ledger, 'a')).toMatchObject({ repeated: true, outcome: { by: 'a' } });
  });
});
