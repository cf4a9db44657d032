import { afterEach, describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Account } from './account.model.ts';
import type { Book } from './book.ts';
import type { Consumer } from './engine.ts';
import type { Entry } from './entry.model.ts';
import { limits } from './limits.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import { dropMany } from './relay.ts';
import { type LedgerStore, StoreError } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function earn(ledger: Ledger, key: string, accountId: AccountId = 'mem_1') {
  const decide = (book: Book) => {
    book.earn({ points: 1, expiresOn: '2027-02-01' });
    return {};
  };
  return ledger.post(NOW, { accountId, key, decide });
}

function stored({ accounts }: MemoryStore, accountId: AccountId = 'mem_1'): Account {
  const account = accounts.get(accountId);
  if (!account) throw new Error('the account is lost');
  return account;
}

/** A consumer that notes what it is shown, and fails as long as it is told to. */
function reader(name: string) {
  const seen: string[] = [];
  const mood: { error: Error | null; asked: number } = { error: null, asked: 0 };
  const consumer: Consumer = {
    name,
    async see(_ctx, entries) {
      mood.asked++;
      if (mood.error) throw mood.error;
      seen.push(...entries.map(({ _id }) => _id));
    },
  };
  return { consumer, seen, mood };
}

const id = (seq: number, accountId: AccountId = 'mem_1') => `${accountId}.00000000${seq}`;

describe('relaying', () => {
  it('inserts what was not relayed yet, of all accounts by one call, and shows it', async () => {
    const store = memoryStore();
    const { consumer, seen } = reader('a');
    const ledger = openLedger({ store, consumers: [consumer] });
    await earn(ledger, 'k1');
    await ledger.relay(NOW, [stored(store)]);
    await earn(ledger, 'k2:2026-01-31');
    await earn(ledger, 'k1', 'mem_2');
    store.calls.length = 0;
    const both = [stored(store), stored(store, 'mem_2')];
    await ledger.relay(NOW, both);
    expect(store.calls).toEqual(['insertEntries']);
    expect(seen).toEqual([id(1), id(2), id(1, 'mem_2')]);
    await ledger.relay(NOW, both);
    expect(store.calls).toEqual(['insertEntries']);
    expect(seen).toHaveLength(3);
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(2);
  });

  it('of one account twice at once inserts and shows each entry once', async () => {
    const store = memoryStore();
    const { consumer, seen } = reader('a');
    const ledger = openLedger({ store, consumers: [consumer] });
    await earn(ledger, 'k1');
    const first = stored(store);
    await earn(ledger, 'k2');
    const second = stored(store);
    store.calls.length = 0;
    const relays = [[first], [second], [second]].map((all) => ledger.relay(NOW, all));
    await Promise.all(relays);
    expect(store.calls).toEqual(['insertEntries', 'insertEntries']);
    expect(seen).toEqual([id(1), id(2)]);
    expect(ledger.engine.queues.get('mem_1')).toMatchObject({ relaying: null, relayedSeq: 2 });
  });

  it('goes on when the one that it waited for has failed', async () => {
    const store = memoryStore();
    let isAway = true;
    const insertEntries: LedgerStore['insertEntries'] = async (entries) => {
      if (isAway) throw new StoreError('?');
      return store.insertEntries(entries);
    };
    const ledger = openLedger({ store: { ...store, insertEntries } });
    await earn(ledger, 'k1');
    const failed = ledger.relay(NOW, [stored(store)]).catch((error: unknown) => error);
    const next = ledger.relay(NOW, [stored(store)]);
    await Promise.resolve();
    isAway = false;
    expect(await failed).toBeInstanceOf(StoreError);
    await next;
    expect(store.entries.size).toBe(1);
    expect(ledger.engine.queues.get('mem_1')).toMatchObject({ relaying: null, relayedSeq: 1 });
  });

  it('of nothing shows nothing', async () => {
    const store = memoryStore();
    const { consumer, mood } = reader('a');
    const ledger = openLedger({ store, consumers: [consumer] });
    await earn(ledger, 'k1');
    await ledger.relay(NOW, [stored(store)]);
    await ledger.relay(NOW, [stored(store)]);
    await ledger.relay(NOW, []);
    expect(await ledger.showUnseen(NOW, 10)).toBe(0);
    expect(mood.asked).toBe(1);
  });

  it('of a state that is older does not forget what is known to be relayed', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'k1');
    const old = stored(store);
    await earn(ledger, 'k2');
    await ledger.relay(NOW, [stored(store)]);
    await ledger.relay(NOW, [old]);
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(2);
    await ledger.relay(NOW, [{ ...old, outbox: [] }]);
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(2);
  });

  it('takes an entry that is there already for relayed when it is the same one', async () => {
    const store = memoryStore();
    const { consumer, seen } = reader('a');
    const [a, b] = [openLedger({ store }), openLedger({ store, consumers: [consumer] })];
    await earn(a, 'k1');
    await a.relay(NOW, [stored(store)]);
    await b.relay(NOW, [stored(store)]);
    expect(seen).toEqual([id(1)]);
    expect(b.engine.queues.get('mem_1')?.relayedSeq).toBe(1);
    expect(store.calls.filter((call) => call === 'entriesById')).toHaveLength(1);
  });

  it('forgets nothing when the store fails, or says "there" of what is not committed', async () => {
    const store = memoryStore();
    const there: LedgerStore = {
      ...store,
      insertEntries: async (entries) => entries.map(() => 'there'),
    };
    const ledger = openLedger({ store: there });
    await earn(ledger, 'k1');
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toThrow(StoreError);
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toThrow(
      'an entry that was inserted is not committed yet',
    );
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(0);
  });

  it('is tried again while an entry is there for writers and not yet for readers', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store: { ...store, entriesById: async () => [] } });
    await earn(ledger, 'k1');
    const [body] = stored(store).outbox;
    store.entries.set(id(1) as Entry['_id'], { ...body, _id: id(1), accountId: 'mem_1' } as Entry);
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toThrow(StoreError);
  });

  it('stops at another entry of the same id, and at another entry of the same key', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'k1');
    const [body] = stored(store).outbox;
    const twin = { ...body, _id: id(1), accountId: 'mem_1', hash: 'other' } as Entry;
    store.entries.set(twin._id, twin);
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toThrow(
      new InvariantError(`entry ${id(1)} differs from its copy`),
    );
    store.entries.clear();
    store.entries.set(id(9) as Entry['_id'], { ...twin, _id: id(9) as Entry['_id'] });
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toThrow(
      new InvariantError(`key k1 was used twice: ${id(9)} and ${id(1)}`),
    );
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(0);
  });
});

describe('a consumer that fails', () => {
  it('is marked, holds up nobody, and is shown the same again until it has seen it', async () => {
    const store = memoryStore();
    const [a, b] = [reader('a'), reader('b')];
    const ledger = openLedger({ store, consumers: [a.consumer, b.consumer] });
    a.mood.error = new Error('not now');
    await earn(ledger, 'k1');
    const warn = vi.fn();
    await ledger.relay({ ...NOW, log: { ...NOW.log, warn } }, [stored(store)]);
    expect(b.seen).toEqual([id(1)]);
    expect(store.entries.get(id(1) as Entry['_id'])?.unseenBy).toEqual(['a']);
    expect(warn.mock.calls).toEqual([
      [{ err: a.mood.error, consumer: 'a', count: 1 }, 'entries not seen'],
    ]);
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(1);

    await expect(ledger.showUnseen(NOW, 10)).rejects.toBe(a.mood.error);
    expect(store.entries.get(id(1) as Entry['_id'])?.unseenBy).toEqual(['a']);
    a.mood.error = null;
    expect(await ledger.showUnseen(NOW, 10)).toBe(1);
    expect(a.seen).toEqual([id(1)]);
    expect(store.entries.get(id(1) as Entry['_id'])?.unseenBy).toEqual([]);
    expect(await ledger.showUnseen(NOW, 10)).toBe(0);
    expect([a.seen, b.seen]).toEqual([[id(1)], [id(1)]]);
  });

  it('is shown so many at a time', async () => {
    const store = memoryStore();
    const [a, b] = [reader('a'), reader('b')];
    const ledger = openLedger({ store, consumers: [a.consumer, b.consumer] });
    a.mood.error = b.mood.error = new Error('not now');
    for (const key of ['k1', 'k2', 'k3']) await earn(ledger, key);
    await ledger.relay(NOW, [stored(store)]);
    a.mood.error = b.mood.error = null;
    expect(await ledger.showUnseen(NOW, 2)).toBe(4);
    expect(await ledger.showUnseen(NOW, 2)).toBe(2);
  });

  it('because a law is broken is not hidden', async () => {
    const store = memoryStore();
    const { consumer, mood } = reader('a');
    const ledger = openLedger({ store, consumers: [consumer] });
    mood.error = new InvariantError('a law');
    await earn(ledger, 'k1');
    await expect(ledger.relay(NOW, [stored(store)])).rejects.toBe(mood.error);
    expect(ledger.engine.queues.get('mem_1')?.relayedSeq).toBe(0);
  });
});

describe('forgetting for many accounts at once', () => {
  /** Two accounts whose entries were relayed, and the ledger that did it. */
  async function relayed() {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await earn(ledger, 'k1');
    await earn(ledger, 'k1', 'mem_2');
    const both = [stored(store), stored(store, 'mem_2')];
    await ledger.relay(NOW, both);
    return { store, ledger, both };
  }

  it('is one command, and the kept states follow', async () => {
    const { store, ledger, both } = await relayed();
    store.calls.length = 0;
    await dropMany(ledger.engine, both);
    expect(store.calls).toEqual(['compareAndSetMany']);
    for (const accountId of ['mem_1', 'mem_2'] as const) {
      const account = stored(store, accountId);
      expect(account).toMatchObject({ version: 2, outbox: [], recentKeys: [{ key: 'k1' }] });
      expect(ledger.engine.queues.get(accountId)?.state).toEqual(account);
    }
    store.calls.length = 0;
    await earn(ledger, 'k2:2026-01-31');
    expect(store.calls).toEqual(['compareAndSet']);
  });

  it('of nothing asks nothing', async () => {
    const { store, ledger, both } = await relayed();
    await dropMany(ledger.engine, both);
    store.calls.length = 0;
    await dropMany(ledger.engine, [stored(store)]);
    await dropMany(ledger.engine, []);
    expect(store.calls).toEqual([]);
  });

  it('leaves an account alone that is being written, or was written since', async () => {
    const { store, ledger, both } = await relayed();
    store.calls.length = 0;
    const writing = earn(ledger, 'k2:2026-01-31');
    await dropMany(ledger.engine, [both[0] as Account]);
    await writing;
    expect(store.calls).not.toContain('compareAndSetMany');
    await dropMany(ledger.engine, [both[0] as Account]);
    expect(store.calls).not.toContain('compareAndSetMany');
    expect(stored(store).recentKeys).toMatchObject([{ key: 'k1' }]);
  });

  it('that missed for one keeps the state of none', async () => {
    const { store, ledger, both } = await relayed();
    await earn(openLedger({ store }), 'other:1', 'mem_2');
    await dropMany(ledger.engine, both);
    expect(stored(store).outbox).toEqual([]);
    expect(stored(store, 'mem_2').outbox).toHaveLength(2);
    expect(ledger.engine.queues.get('mem_1')?.state).toBeNull();
    expect(ledger.engine.queues.get('mem_2')?.state).toBeNull();
  });

  it('that ends behind another write does not touch the state of that one', async () => {
    const { store, ledger, both } = await relayed();
    const { compareAndSetMany } = store;
    Object.assign(ledger.engine.store, {
      compareAndSetMany: async (changes: never) => {
        const isAll = await compareAndSetMany(changes);
        await earn(ledger, 'k2:2026-01-31');
        return isAll;
      },
    });
    await dropMany(ledger.engine, both);
    expect(ledger.engine.queues.get('mem_1')?.state).toEqual(stored(store));
    expect(stored(store)).toMatchObject({ seq: 2, version: 3 });
  });

  it('for an account whose state is not kept keeps none', async () => {
    const { store, ledger, both } = await relayed();
    const queue = ledger.engine.queues.get('mem_1');
    if (!queue) throw new Error('the queue is lost');
    queue.state = null;
    await dropMany(ledger.engine, both);
    expect(stored(store).outbox).toEqual([]);
    expect(queue.state).toBeNull();
  });
});
