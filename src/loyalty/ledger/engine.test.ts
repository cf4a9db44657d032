import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { memoryStore } from '../../../tests/support/memory-store.ts';
import type { Book } from './book.ts';
import { type Courier, queueOf } from './engine.ts';
import { limits } from './limits.ts';
import { openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function ids(count: number): AccountId[] {
  return Array.from({ length: count }, (_, n): AccountId => `mem_${n + 1}`);
}

describe('what a process remembers', () => {
  it('is bounded: a quarter more than the bound, then the least recently used go', () => {
    limits.statesKept = 4;
    const { engine } = openLedger({ store: memoryStore() });
    for (const id of ids(5)) queueOf(engine, id);
    expect([...engine.queues.keys()]).toEqual(ids(5));
    queueOf(engine, 'mem_1');
    queueOf(engine, 'mem_6');
    expect([...engine.queues.keys()]).toEqual(['mem_4', 'mem_5', 'mem_1', 'mem_6']);
  });

  it('is the same for an account as long as it is kept', () => {
    const { engine } = openLedger({ store: memoryStore() });
    const queue = queueOf(engine, 'mem_1');
    expect(queue).toEqual({
      waiting: [],
      draining: null,
      state: null,
      relaying: null,
      relayedSeq: 0,
    });
    expect(queueOf(engine, 'mem_1')).toBe(queue);
  });

  it('is never forgotten of an account that is being written, nor of the one that is asked', () => {
    limits.statesKept = 1;
    const { engine } = openLedger({ store: memoryStore() });
    const busy = queueOf(engine, 'mem_1');
    busy.draining = Promise.resolve();
    queueOf(engine, 'mem_2');
    expect([...engine.queues.keys()]).toEqual(['mem_1', 'mem_2']);
    queueOf(engine, 'mem_3');
    expect([...engine.queues.keys()]).toEqual(['mem_1', 'mem_3']);
    expect(queueOf(engine, 'mem_1')).toBe(busy);
  });
});

describe('a ledger', () => {
  it('rests when nothing is being written any more', async () => {
    const store = memoryStore();
    const ledger = openLedger({ store });
    const decide = (book: Book) => {
      book.earn({ points: 1, expiresOn: '2027-02-01' });
      return {};
    };
    const posts = ids(3).map((accountId) =>
      ledger.post(NOW, { accountId, key: 'k:2026-01-31', decide }),
    );
    await ledger.rest();
    expect(store.accounts.size).toBe(3);
    await Promise.all(posts);
  });

  it('has the courier of points, and those that are made with it', async () => {
    const mine: Courier = {
      type: 'order',
      carry: async () => ({ outcome: 'accepted', facts: {} }),
      onRefused: () => ({}),
    };
    let given: unknown;
    const ledger = openLedger({
      store: memoryStore(),
      couriers: (it) => {
        given = it;
        return [mine];
      },
    });
    expect([...ledger.engine.couriers.keys()]).toEqual(['points', 'order']);
    expect(ledger.engine.couriers.get('order')).toBe(mine);
    expect(given).toBe(ledger);
    const plain = openLedger({ store: memoryStore() });
    expect([...plain.engine.couriers.keys()]).toEqual(['points']);
  });
});
