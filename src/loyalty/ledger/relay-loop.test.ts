import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Account } from './account.model.ts';
import type { Book } from './book.ts';
import { limits } from './limits.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import { type RelayLoop, relayLoop } from './relay-loop.ts';
import type { LedgerStore } from './store.ts';

const START = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
beforeEach(() => {
  vi.useFakeTimers({ now: START.now });
});
afterEach(() => {
  vi.useRealTimers();
  Object.assign(limits, usual);
});

interface Process {
  readonly store: MemoryStore;
  readonly ledger: Ledger;
  readonly loop: RelayLoop;
  readonly warn: ReturnType<typeof vi.fn>;
  readonly error: ReturnType<typeof vi.fn>;
}

/** One process with a loop; its store may fail. */
function running(broken: Partial<LedgerStore> = {}): Process {
  const store = memoryStore();
  const [warn, error] = [vi.fn(), vi.fn()];
  const context = () =>
    at(new Date(vi.getMockedSystemTime() ?? 0).toISOString(), {
      log: { ...START.log, warn, error },
    });
  const loop = relayLoop(() => ledger.engine, context);
  const onCommitted = (account: Account) => loop.add(account);
  const ledger = openLedger({ store: { ...store, ...broken }, onCommitted });
  return { store, ledger, loop, warn, error };
}

function earn({ ledger }: Process, key: string, accountId: AccountId = 'mem_1') {
  const decide = (book: Book) => {
    book.earn({ points: 1, expiresOn: '2027-02-01' });
    return {};
  };
  return ledger.post(START, { accountId, key: `${key}:2026-01-31`, decide });
}

function times({ store }: Process, name: keyof LedgerStore): number {
  return store.calls.filter((call) => call === name).length;
}

describe('what is committed', () => {
  it('is relayed 200 ms later, for all accounts by one call', async () => {
    const one = running();
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(100);
    await earn(one, 'a', 'mem_2');
    await vi.advanceTimersByTimeAsync(99);
    expect(one.store.entries.size).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(one.store.entries.size).toBe(2);
    expect(times(one, 'insertEntries')).toBe(1);
  });

  it('is relayed at once when an account is hot', async () => {
    limits.relayNow = 3;
    const one = running();
    await earn(one, 'a');
    await earn(one, 'b');
    await vi.advanceTimersByTimeAsync(0);
    expect(one.store.entries.size).toBe(0);
    await earn(one, 'c');
    await vi.advanceTimersByTimeAsync(0);
    expect(one.store.entries.size).toBe(3);
  });

  it('is relayed by passes of so many accounts', async () => {
    limits.relayBatch = 2;
    const one = running();
    for (const accountId of ['mem_1', 'mem_2', 'mem_3'] as const) await earn(one, 'a', accountId);
    await vi.advanceTimersByTimeAsync(200);
    expect(one.store.entries.size).toBe(2);
    await vi.advanceTimersByTimeAsync(200);
    expect(one.store.entries.size).toBe(3);
  });

  it('is relayed once: the next pass has only what came since', async () => {
    const one = running();
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(200);
    await earn(one, 'b', 'mem_2');
    await vi.advanceTimersByTimeAsync(200);
    expect(times(one, 'insertEntries')).toBe(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(times(one, 'insertEntries')).toBe(2);
  });
});

describe('what was relayed', () => {
  it('is forgotten by the next write of its account', async () => {
    const one = running();
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(200);
    await earn(one, 'b');
    expect(one.store.accounts.get('mem_1')?.outbox).toHaveLength(1);
    expect(times(one, 'compareAndSetMany')).toBe(0);
  });

  it('is forgotten five minutes later, for all idle accounts by one command', async () => {
    const one = running();
    await earn(one, 'a');
    await earn(one, 'a', 'mem_2');
    await vi.advanceTimersByTimeAsync(200 + limits.dropAfterMs - 1);
    expect(times(one, 'compareAndSetMany')).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(times(one, 'compareAndSetMany')).toBe(1);
    for (const account of one.store.accounts.values()) expect(account.outbox).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is forgotten at once beyond what may be kept, the oldest first', async () => {
    limits.statesKept = 4;
    const one = running();
    for (const n of [1, 2, 3, 4]) await earn(one, 'a', `mem_${n}`);
    await vi.advanceTimersByTimeAsync(200);
    expect(times(one, 'compareAndSetMany')).toBe(0);
    await earn(one, 'a', 'mem_5');
    await vi.advanceTimersByTimeAsync(200);
    expect(times(one, 'compareAndSetMany')).toBe(1);
    const waiting = [...one.store.accounts.values()].map(({ outbox }) => outbox.length);
    expect(waiting).toEqual([0, 1, 1, 1, 1]);
  });

  it('is not forgotten by an old state when its account was written meanwhile', async () => {
    const one = running();
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(200);
    await vi.advanceTimersByTimeAsync(limits.dropAfterMs - 1000);
    await earn(one, 'b');
    await vi.advanceTimersByTimeAsync(2000);
    expect(times(one, 'compareAndSetMany')).toBe(0);
    await vi.advanceTimersByTimeAsync(limits.dropAfterMs);
    expect(times(one, 'compareAndSetMany')).toBe(1);
    expect(one.store.accounts.get('mem_1')?.outbox).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('is tried again every 200 ms, and the log says so', async () => {
    let isDown = true;
    const error = new Error('down');
    const real = memoryStore();
    const one = running({
      insertEntries: (entries) => (isDown ? Promise.reject(error) : real.insertEntries(entries)),
    });
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(400);
    expect(one.warn.mock.calls).toEqual([
      [{ err: error }, 'relay put off'],
      [{ err: error }, 'relay put off'],
    ]);
    isDown = false;
    await vi.advanceTimersByTimeAsync(200);
    expect(real.entries.size).toBe(1);
    expect(one.warn).toHaveBeenCalledTimes(2);
  });

  it('does not replace a newer state by the one that was tried', async () => {
    const one: Process = running({
      insertEntries: async (entries) => {
        if (entries.length === 1) {
          await earn(one, 'b');
          throw new Error('down');
        }
        return one.store.insertEntries(entries);
      },
    });
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(400);
    expect(one.store.entries.size).toBe(2);
  });

  it('because a law is broken is left to people', async () => {
    const error = new InvariantError('a law');
    const one = running({ insertEntries: () => Promise.reject(error) });
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(2000);
    expect(one.error.mock.calls).toEqual([[{ err: error }, 'relay found a broken law']]);
    expect(one.warn).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a flush', () => {
  it('relays everything, in as many passes as it needs, and forgets it', async () => {
    limits.relayBatch = 1;
    const one = running();
    await earn(one, 'a');
    await earn(one, 'a', 'mem_2');
    await one.loop.flush();
    expect(one.store.entries.size).toBe(2);
    for (const account of one.store.accounts.values()) expect(account.outbox).toEqual([]);
    one.store.calls.length = 0;
    await one.loop.flush(START);
    expect(one.store.calls).toEqual([]);
  });

  it('waits for the pass that is under way', async () => {
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const one: Process = running({
      insertEntries: async (entries) => {
        await held;
        return one.store.insertEntries(entries);
      },
    });
    await earn(one, 'a');
    await vi.advanceTimersByTimeAsync(200);
    let isDone = false;
    const flushed = one.loop.flush().then(() => {
      isDone = true;
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(isDone).toBe(false);
    go();
    await flushed;
    expect(one.store.accounts.get('mem_1')?.outbox).toEqual([]);
  });

  it('tells what the store throws', async () => {
    const one = running({ insertEntries: () => Promise.reject(new Error('down')) });
    await earn(one, 'a');
    await expect(one.loop.flush()).rejects.toThrow('down');
  });
});

it('a loop that is stopped leaves no timer behind, and one that is asked again goes on', async () => {
  const one = running();
  await earn(one, 'a');
  expect(vi.getTimerCount()).toBe(1);
  one.loop.stop();
  expect(vi.getTimerCount()).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(one.store.entries.size).toBe(0);
  await earn(one, 'b');
  await vi.advanceTimersByTimeAsync(200);
  expect(one.store.entries.size).toBe(2);
});
