import { afterEach, describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import type { Context } from '../../kernel/context.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Book } from './book.ts';
import type { Consumer, Courier } from './engine.ts';
import { limits } from './limits.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import type { LedgerStore } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function later(ms: number, more: Partial<Context> = {}): Context {
  return at(new Date(NOW.now.getTime() + ms).toISOString(), more);
}

function post(ledger: Ledger, accountId: AccountId, change: (book: Book) => unknown) {
  const decide = (book: Book) => {
    change(book);
    return {};
  };
  return ledger.post(NOW, { accountId, key: 'k:2026-01-31', decide });
}

function earn(ledger: Ledger, accountId: AccountId) {
  return post(ledger, accountId, (book) => book.earn({ points: 1, expiresOn: '2027-02-01' }));
}

/** A courier that fails as long as it is told to. */
function moody() {
  const mood: { error: Error | null; carried: number } = { error: null, carried: 0 };
  const courier: Courier = {
    type: 'order',
    async carry() {
      mood.carried++;
      if (mood.error) throw mood.error;
      return { outcome: 'accepted', facts: {} };
    },
    onRefused: () => ({}),
  };
  return { courier, mood };
}

function asked(ledger: Ledger, accountId: AccountId) {
  return post(ledger, accountId, (book) => book.deliver({ type: 'order', to: 'a', payload: {} }));
}

function outboxes({ accounts }: MemoryStore): readonly number[] {
  return [...accounts.values()].map(({ outbox }) => outbox.length);
}

describe('what is due', () => {
  it('in the first run of a process is what the one before may have left, ten minutes ahead', async () => {
    const store = memoryStore();
    await earn(openLedger({ store }), 'mem_1');
    await earn(openLedger({ store }), 'mem_2');
    const ledger = openLedger({ store });
    expect(await ledger.settleDue(later(-1), 10)).toEqual({ done: 0, more: false });
    const second = openLedger({ store });
    expect(await second.settleDue(later(0), 10)).toEqual({ done: 2, more: false });
    expect(outboxes(store)).toEqual([0, 0]);
    expect(store.entries.size).toBe(2);
  });

  it('afterwards is what has come', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await ledger.settleDue(NOW, 10);
    await earn(ledger, 'mem_1');
    expect(await ledger.settleDue(later(limits.relayAfterMs - 1), 10)).toMatchObject({ done: 0 });
    expect(await ledger.settleDue(later(limits.relayAfterMs), 10)).toMatchObject({ done: 1 });
  });

  it('is settled up to a limit, longest overdue first, and more is told when it was reached', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    for (const n of [1, 2, 3]) await earn(ledger, `mem_${n}`);
    expect(await ledger.settleDue(NOW, 2)).toEqual({ done: 2, more: true });
    expect(outboxes(store)).toEqual([0, 0, 1]);
    expect(await ledger.settleDue(later(limits.relayAfterMs), 2)).toEqual({ done: 1, more: false });
  });

  it('is settled side by side, so many at a time', async () => {
    limits.settledAtOnce = 2;
    const store = memoryStore();
    let [under, most] = [0, 0];
    const counting: LedgerStore = {
      ...store,
      async insertEntries(entries) {
        most = Math.max(most, ++under);
        await new Promise((resolve) => setImmediate(resolve));
        under--;
        return store.insertEntries(entries);
      },
    };
    const ledger = openLedger({ store: counting });
    for (const n of [1, 2, 3, 4, 5]) await earn(ledger, `mem_${n}`);
    expect(await ledger.settleDue(NOW, 10)).toEqual({ done: 5, more: false });
    expect(most).toBe(2);
  });
});

describe('settling one account', () => {
  it('relays, books what time decided, and forgets what was relayed', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await post(ledger, 'mem_1', (book) => book.earn({ points: 1, expiresOn: '2026-02-01' }));
    await ledger.settle(at('2026-02-01T00:00:00+08:00'), 'mem_1');
    const account = store.accounts.get('mem_1');
    expect(account).toMatchObject({ seq: 2, version: 2, lots: [] });
    expect(account?.outbox.map(({ key }) => key)).toEqual(['expiry:2026-02-01:2']);
    expect(store.entries.size).toBe(1);
  });

  it('that is not there, or has nothing to do, writes nothing', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    await ledger.settle(NOW, 'mem_9');
    await earn(ledger, 'mem_1');
    await ledger.settle(NOW, 'mem_1');
    store.calls.length = 0;
    await ledger.settle(NOW, 'mem_1');
    expect(store.calls).toEqual(['account', 'account']);
  });

  it('carries what has come, and nothing that is to come', async () => {
    const { courier, mood } = moody();
    const store = memoryStore();
    const ledger = openLedger({ store, couriers: () => [courier] });
    await asked(ledger, 'mem_1');
    await ledger.settle(later(limits.deliverAfterMs - 1), 'mem_1');
    expect(mood.carried).toBe(0);
    await ledger.settle(later(limits.deliverAfterMs), 'mem_1');
    expect(mood.carried).toBe(1);
    expect(store.accounts.get('mem_1')?.deliveries).toEqual([]);
  });
});

describe('what fails', () => {
  it('is put off, and the others are settled', async () => {
    const store = memoryStore();
    const error = new Error('down');
    const [warn, shout] = [vi.fn(), vi.fn()];
    const broken: LedgerStore = {
      ...store,
      insertEntries: (entries) =>
        entries[0]?.accountId === 'mem_2' ? Promise.reject(error) : store.insertEntries(entries),
    };
    const ledger = openLedger({ store: broken });
    for (const n of [1, 2, 3]) await earn(ledger, `mem_${n}`);
    const ctx = later(0, { log: { ...NOW.log, warn, error: shout } });
    expect(await ledger.settleDue(ctx, 3)).toEqual({ done: 2, more: true });
    expect(warn.mock.calls).toEqual([[{ err: error, accountId: 'mem_2' }, 'settling put off']]);
    expect(shout).not.toHaveBeenCalled();
    expect(await ledger.settleDue(later(limits.relayAfterMs), 1)).toEqual({ done: 0, more: false });
  });

  it('because a law is broken is told loudly', async () => {
    const store = memoryStore();
    const error = new InvariantError('a law');
    const [warn, shout] = [vi.fn(), vi.fn()];
    const ledger = openLedger({ store: { ...store, insertEntries: () => Promise.reject(error) } });
    await earn(ledger, 'mem_1');
    await ledger.settleDue(later(0, { log: { ...NOW.log, warn, error: shout } }), 3);
    expect(shout.mock.calls).toEqual([[{ err: error, accountId: 'mem_1' }, 'law broken']]);
    expect(warn).not.toHaveBeenCalled();
  });

  it('to carry is postponed, and an error once that was expected no longer', async () => {
    limits.attemptsExpected = 2;
    const { courier, mood } = moody();
    mood.error = new Error('the outside is not there');
    const store = memoryStore();
    const ledger = openLedger({ store, couriers: () => [courier] });
    await asked(ledger, 'mem_1');
    const [warn, shout] = [vi.fn(), vi.fn()];
    const log = { ...NOW.log, warn, error: shout };
    await ledger.settle(later(30_000, { log }), 'mem_1');
    const facts = { err: mood.error, accountId: 'mem_1', deliveryId: 'mem_1.000000001#0' };
    expect(warn.mock.calls).toEqual([[{ ...facts, attempts: 1 }, 'delivery put off']]);
    const [open] = store.accounts.get('mem_1')?.deliveries ?? [];
    expect(open).toMatchObject({ attempts: 1, nextAttemptAt: later(60_000).now });
    await ledger.settle(later(60_000, { log }), 'mem_1');
    expect(shout.mock.calls).toEqual([[{ ...facts, attempts: 2 }, 'delivery keeps failing']]);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  it('to carry because a law is broken is postponed as well, and goes up', async () => {
    const { courier, mood } = moody();
    mood.error = new InvariantError('a law');
    const store = memoryStore();
    const ledger = openLedger({ store, couriers: () => [courier] });
    await asked(ledger, 'mem_1');
    await expect(ledger.settle(later(30_000), 'mem_1')).rejects.toBe(mood.error);
    expect(store.accounts.get('mem_1')?.deliveries).toMatchObject([{ attempts: 1 }]);
  });

  it('to be seen is put off, unless a law is broken', async () => {
    const store = memoryStore();
    const mood: { error: Error | null } = { error: new Error('not now') };
    const consumer: Consumer = {
      name: 'a',
      async see() {
        if (mood.error) throw mood.error;
      },
    };
    const ledger = openLedger({ store, consumers: [consumer] });
    await earn(ledger, 'mem_1');
    const warn = vi.fn();
    const ctx = later(0, { log: { ...NOW.log, warn } });
    expect(await ledger.settleDue(ctx, 3)).toMatchObject({ done: 1 });
    expect(warn.mock.calls).toContainEqual([{ err: mood.error }, 'entries still not seen']);
    mood.error = new InvariantError('a law');
    await expect(ledger.settleDue(ctx, 3)).rejects.toBe(mood.error);
    mood.error = null;
    await ledger.settleDue(ctx, 3);
    expect([...store.entries.values()][0]?.unseenBy).toEqual([]);
  });
});
