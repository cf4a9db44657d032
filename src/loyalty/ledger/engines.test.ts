import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import { auditAccounts } from './audit.ts';
import type { Consumer } from './engine.ts';
import type { Entry } from './entry.model.ts';
import { limits } from './limits.ts';
import { mongoStore } from './mongo-store.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';
import { relayLoop } from './relay-loop.ts';
import { type LedgerStore, StoreError } from './store.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function store(): LedgerStore {
  return mongoStore(database(), { standalone: connection().standalone });
}

function member(): AccountId {
  return newId('mem', NOW.now);
}

function earn(ledger: Ledger, accountId: AccountId, key: string) {
  return ledger.post(NOW, {
    accountId,
    key,
    decide: (book) => {
      book.earn({ points: 1, expiresOn: '2027-02-01' });
      return { by: key };
    },
  });
}

function read(accountId: AccountId) {
  return database().collection<Account>('accounts').findOne({ _id: accountId });
}

describe('two processes', () => {
  it('race for one account and lose nothing', async () => {
    const id = member();
    const two = [openLedger({ store: store() }), openLedger({ store: store() })] as const;
    const posts = Array.from({ length: 40 }, async (_, n) => {
      // The same fact comes to both, as a redelivery does.
      const both = await Promise.all(two.map((ledger) => earn(ledger, id, `fact:${n}`)));
      expect(both.filter(({ repeated }) => !repeated)).toHaveLength(1);
      expect(new Set(both.map(({ entry }) => entry?._id)).size).toBe(1);
    });
    await Promise.all(posts);
    expect(await two[0].balanceOf(NOW, id)).toMatchObject({ available: 40 });
    await Promise.all(two.map((ledger) => ledger.settle(NOW, id)));
    expect(await auditAccounts(NOW, { accountId: id })).toMatchObject({
      ok: true,
      entries: 40,
    });
  });

  it('one that kept an old state is put right by the version', async () => {
    const id = member();
    const [a, b] = [openLedger({ store: store() }), openLedger({ store: store() })];
    await earn(a, id, 'fact:1');
    await earn(b, id, 'fact:2');
    // It would decide on a balance of 1, were it not guarded.
    const posted = await a.post(NOW, {
      accountId: id,
      key: 'fact:3',
      decide: (book) => {
        book.spend({ points: 2, purpose: 'redemption' });
        return {};
      },
    });
    expect(posted.balance).toBe(0);
    // Nor does it answer "unchanged" or refuse from a state that is not confirmed.
    await earn(b, id, 'fact:4');
    const look = {
      accountId: id,
      key: 'look:1',
      decide: (book: { balance: number }) => ({ is: book.balance }),
    };
    expect((await a.post(NOW, look)).outcome).toEqual({ is: 1 });
  });

  it('both relay the same entries, and it does no harm', async () => {
    const id = member();
    const seen: string[] = [];
    const reader: Consumer = {
      name: 'reader',
      see: async (_ctx, entries) => void seen.push(...entries.map(({ _id }) => _id)),
    };
    const parts = { store: store(), consumers: [reader] };
    const [a, b] = [openLedger(parts), openLedger(parts)];
    await earn(a, id, 'fact:1');
    const account = await read(id);
    if (!account) throw new Error('the account is lost');
    await Promise.all([a.relay(NOW, [account]), b.relay(NOW, [account])]);
    expect(new Set(seen)).toEqual(new Set([`${id}.000000001`]));
    expect(await database().collection<Entry>('entries').countDocuments({ accountId: id })).toBe(1);
  });

  it('the one that comes after a crash relays and forgets what was left', async () => {
    const id = member();
    await earn(openLedger({ store: store() }), id, 'fact:1');
    expect((await read(id))?.outbox).toHaveLength(1);
    await openLedger({ store: store() }).settleDue(NOW, 100);
    const account = await read(id);
    expect(account?.outbox).toEqual([]);
    expect(account?.recentKeys.map(({ key }) => key)).toEqual(['fact:1']);
    expect(account?.dueAt).not.toBeNull();
    expect(await auditAccounts(NOW, { accountId: id })).toMatchObject({ ok: true, entries: 1 });
  });
});

describe('a store that fails', () => {
  /** Loses the first answers of a call: it was done, and nobody is told. */
  function losing(times: number): LedgerStore {
    const real = store();
    let left = times;
    return {
      ...real,
      async compareAndSet(change) {
        const is = await real.compareAndSet(change);
        if (left-- > 0) throw new StoreError('the answer is lost', { cause: new Error('network') });
        return is;
      },
    };
  }

  it('whose answer is lost: the posting finds its key and is told once', async () => {
    const id = member();
    const ledger = openLedger({ store: losing(1) });
    await earn(ledger, id, 'fact:1');
    expect(await earn(ledger, id, 'fact:2')).toMatchObject({
      outcome: { by: 'fact:2' },
      repeated: true,
      balance: 2,
    });
  });

  it('that never answers: the outcome is told as unknown, and nothing is half done', async () => {
    const id = member();
    limits.uncertainMax = 3;
    const broken: LedgerStore = {
      ...store(),
      compareAndSet: () => Promise.reject(new StoreError('?', { cause: new Error('network') })),
    };
    await earn(openLedger({ store: store() }), id, 'fact:1');
    await expect(earn(openLedger({ store: broken }), id, 'fact:2')).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      cause: { message: 'network' },
    });
    expect((await read(id))?.seq).toBe(1);
  });

  it('whose updates always miss: LEDGER_BUSY', async () => {
    const id = member();
    limits.attemptsMax = 3;
    const busy: LedgerStore = { ...store(), compareAndSet: async () => false };
    await earn(openLedger({ store: store() }), id, 'fact:1');
    await expect(earn(openLedger({ store: busy }), id, 'fact:2')).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'LEDGER_BUSY',
    });
  });

  it('is relayed to later, when it works again', async () => {
    const id = member();
    limits.relayEveryMs = 5;
    let isDown = true;
    const real = store();
    const moody: LedgerStore = {
      ...real,
      insertEntries: (entries) =>
        isDown ? Promise.reject(new StoreError('down')) : real.insertEntries(entries),
    };
    const loop = relayLoop(
      () => ledger.engine,
      () => NOW,
    );
    const ledger = openLedger({ store: moody, onCommitted: (account) => loop.add(account) });
    await earn(ledger, id, 'fact:1');
    await expect(loop.flush(NOW)).rejects.toThrow('down');
    isDown = false;
    const relayed = () => database().collection<Entry>('entries').countDocuments({ accountId: id });
    await expect.poll(relayed, { timeout: 3000 }).toBe(1);
    await loop.flush(NOW);
    expect((await read(id))?.outbox).toEqual([]);
    loop.stop();
  });

  it('that holds another entry under the same id: nothing is relayed over it', async () => {
    const id = member();
    const entries = database().collection<Entry>('entries');
    const ledger = openLedger({ store: store() });
    await earn(ledger, id, 'fact:1');
    const account = await read(id);
    const [body] = account?.outbox ?? [];
    if (!account || !body) throw new Error('the account is lost');
    await entries.insertOne({ ...body, _id: `${id}.000000001`, accountId: id, hash: 'other' });
    await expect(ledger.relay(NOW, [account])).rejects.toThrow('differs from its copy');
    expect((await read(id))?.outbox).toHaveLength(1);
  });
});
