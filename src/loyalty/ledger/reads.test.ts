import { describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { type MemoryStore, memoryStore } from '../../../tests/support/memory-store.ts';
import { type Book, defineFacet } from './book.ts';
import type { Entry } from './entry.model.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import { type LedgerStore, StoreError } from './store.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const ID: AccountId = 'mem_1';

function post(ledger: Ledger, key: string, change: (book: Book) => unknown) {
  const decide = (book: Book) => {
    change(book);
    return {};
  };
  return ledger.post(NOW, { accountId: ID, key, decide });
}

function earn(ledger: Ledger, key: string, expiresOn: '2027-02-01' | '2026-02-01' = '2027-02-01') {
  return post(ledger, key, (book) => book.earn({ points: 1, expiresOn }));
}

/** So many entries, of which the first were relayed and forgotten. */
async function entries(count: number, relayed: number) {
  const store = memoryStore();
  const ledger = openLedger({ store });
  for (let n = 1; n <= count; n++) {
    await earn(ledger, `k${n}`);
    if (n === relayed) await ledger.settle(NOW, ID);
  }
  store.calls.length = 0;
  return { store, ledger };
}

function seqs(list: readonly Entry[]): readonly number[] {
  return list.map(({ seq }) => seq);
}

describe('a page of a statement', () => {
  it.each([
    ['that lies in the outbox alone asks for no entries', { limit: 2 }, [5, 4], 4, false],
    [
      'that ends with the oldest that waits asks for none either',
      { limit: 3 },
      [5, 4, 3],
      3,
      false,
    ],
    ['that reaches beyond asks for the rest', { limit: 4 }, [5, 4, 3, 2], 2, true],
    ['that holds everything is the last', { limit: 5 }, [5, 4, 3, 2, 1], null, true],
    ['may have room', { limit: 9 }, [5, 4, 3, 2, 1], null, true],
    ['goes on before its cursor', { limit: 2, before: 4 }, [3, 2], 2, true],
    ['of the oldest entry is the last', { limit: 1, before: 2 }, [1], null, true],
    ['before the first entry is empty', { limit: 2, before: 1 }, [], null, false],
    ['before a place that is to come is the newest', { limit: 1, before: 99 }, [5], 5, false],
  ] as const)('%s', async (_, page, shown, cursor, asks) => {
    const { store, ledger } = await entries(5, 2);
    const statement = await ledger.statementOf(NOW, { accountId: ID, ...page });
    expect(seqs(statement.entries)).toEqual(shown);
    expect(statement.cursor).toBe(cursor);
    expect(store.calls).toEqual(asks ? ['account', 'entriesBetween'] : ['account']);
  });

  it('of an account that was never posted to is empty', async () => {
    const ledger = openLedger({ store: memoryStore() });
    expect(await ledger.statementOf(NOW, { accountId: ID, limit: 2 })).toEqual({
      entries: [],
      cursor: null,
    });
  });

  it.each([0, -1, 0.5, Number.NaN])('has at least one entry, and %s is none', async (limit) => {
    const { ledger } = await entries(1, 0);
    await expect(ledger.statementOf(NOW, { accountId: ID, limit })).rejects.toThrow(
      'a page has at least one entry',
    );
  });

  it('never leaves out what is not visible yet', async () => {
    const { store, ledger } = await entries(5, 2);
    store.entries.clear();
    const page = ledger.statementOf(NOW, { accountId: ID, limit: 5 });
    await expect(page).rejects.toThrow(StoreError);
    await expect(page).rejects.toThrow('entries that were relayed are not visible yet');
  });
});

describe('a statement', () => {
  const after = at('2026-02-01T00:00:00+08:00');

  async function expiring(broken: (store: MemoryStore) => Partial<LedgerStore>) {
    const store = memoryStore();
    await earn(openLedger({ store }), 'k1', '2026-02-01');
    const ledger = openLedger({ store: { ...store, ...broken(store) } });
    return { store, ledger };
  }

  it('books first what time has decided, and writes nothing when that is nothing', async () => {
    const { store, ledger } = await expiring(() => ({}));
    const before = await ledger.statementOf(NOW, { accountId: ID, limit: 9 });
    expect(seqs(before.entries)).toEqual([1]);
    expect(store.accounts.get(ID)?.version).toBe(1);
    const page = await ledger.statementOf(after, { accountId: ID, limit: 9 });
    expect(page.entries.map(({ key }) => key)).toEqual(['expiry:2026-02-01:2', 'k1']);
    expect(store.accounts.get(ID)?.version).toBe(2);
  });

  it('is shown all the same when that cannot be written now', async () => {
    const error = new StoreError('down');
    const { ledger } = await expiring(() => ({ compareAndSet: () => Promise.reject(error) }));
    const warn = vi.fn();
    const ctx = { ...after, log: { ...NOW.log, warn } };
    const page = await ledger.statementOf(ctx, { accountId: ID, limit: 9 });
    expect(seqs(page.entries)).toEqual([1]);
    expect(warn.mock.calls).toEqual([[{ err: error, accountId: ID }, 'settling put off']]);
  });
});

describe('a balance', () => {
  it('tells apart what is available, held, pending and owed', async () => {
    const ledger = openLedger({ store: memoryStore() });
    const until = new Date('2026-03-01T00:00:00+08:00');
    await post(ledger, 'k1', (book) => {
      book.earn({ points: 100, expiresOn: '2027-02-01' });
      book.hold({ holdId: 'h', points: 10, purpose: 'stake', until });
      book.earn({ points: 20, expiresOn: '2027-02-01', pendingUntil: '2026-02-20' });
    });
    await post(ledger, 'k2', (book) => book.clawback({ points: 95 }));
    expect(await ledger.balanceOf(NOW, ID)).toEqual({
      available: 0,
      held: 10,
      pending: 20,
      debt: 5,
    });
    expect(await ledger.balanceOf(at('2026-03-01T00:00:00+08:00'), ID)).toEqual({
      available: 25,
      held: 0,
      pending: 0,
      debt: 0,
    });
  });

  it('of an account that was never posted to is nothing', async () => {
    const ledger = openLedger({ store: memoryStore() });
    const nothing = { available: 0, held: 0, pending: 0, debt: 0 };
    expect(await ledger.balanceOf(NOW, ID)).toEqual(nothing);
  });
});

it('what expires is told by day, from tomorrow up to a day, that one included', async () => {
  const ledger = openLedger({ store: memoryStore() });
  await post(ledger, 'k1', (book) => {
    for (const day of [1, 2, 3, 4]) {
      book.earn({ points: day, expiresOn: `2026-02-0${day}` as '2026-02-01' });
    }
    book.earn({ points: 10, expiresOn: '2026-02-02', kind: 'festival' });
  });
  const expiring = (until: '2026-02-03', ctx = NOW) =>
    ledger.expiringOf(ctx, { accountId: ID, until });
  expect(await expiring('2026-02-03')).toEqual([
    { expiresOn: '2026-02-01', points: 1 },
    { expiresOn: '2026-02-02', points: 12 },
    { expiresOn: '2026-02-03', points: 3 },
  ]);
  const later = await expiring('2026-02-03', at('2026-02-02T08:00:00+08:00'));
  expect(later.map(({ expiresOn }) => expiresOn)).toEqual(['2026-02-03']);
});

describe('an entry', () => {
  it('is found by its key in the outbox, without a question', async () => {
    const { store, ledger } = await entries(3, 2);
    expect(await ledger.entryOf(ID, 'k3')).toMatchObject({
      _id: `${ID}.000000003`,
      accountId: ID,
      key: 'k3',
    });
    expect(store.calls).toEqual(['account']);
    expect(await ledger.entryOf(ID, 'k2')).toMatchObject({ _id: `${ID}.000000002` });
    expect(await ledger.entryOf(ID, 'k9')).toBeNull();
    expect(await ledger.entryOf('mem_9', 'k9')).toBeNull();
  });
});

describe('a facet', () => {
  it('is what it was set to, with what was never stored as it is at first', async () => {
    const ledger = openLedger({ store: memoryStore() });
    const [old, now] = [
      defineFacet({ name: 'test.streak', initial: { days: 0 } }),
      defineFacet({ name: 'test.streak', initial: { days: 0, best: 9 } }),
    ];
    expect(await ledger.facetOf(ID, now)).toEqual({ days: 0, best: 9 });
    await earn(ledger, 'k1');
    expect(await ledger.facetOf(ID, now)).toEqual({ days: 0, best: 9 });
    await post(ledger, 'k2', (book) => book.setFacet(old, { days: 3 }));
    expect(await ledger.facetOf(ID, now)).toEqual({ days: 3, best: 9 });
    const other = defineFacet({ name: 'test.other', initial: { n: 1 } });
    expect(await ledger.facetOf(ID, other)).toEqual({ n: 1 });
  });

  it('is read by a decision as the draft has it', async () => {
    const ledger = openLedger({ store: memoryStore() });
    const count = defineFacet({ name: 'test.count', initial: { n: 0 } });
    await post(ledger, 'k1', (book) => {
      for (let n = 0; n < 3; n++) book.setFacet(count, { n: book.facet(count).n + 1 });
    });
    expect(await ledger.facetOf(ID, count)).toEqual({ n: 3 });
  });
});

it('a book tells whose it is, what entry it becomes, and when', async () => {
  const ledger = openLedger({ store: memoryStore() });
  await post(ledger, 'k1', (book) => {
    expect(book).toMatchObject({
      accountId: ID,
      entryId: `${ID}.000000001`,
      now: NOW.now,
      today: '2026-01-31',
      status: 'active',
      balance: 0,
    });
    book.earn({ points: 1, expiresOn: '2027-02-01' });
  });
  expect.assertions(1);
});
