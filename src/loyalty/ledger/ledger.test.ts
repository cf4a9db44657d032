import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import type { Courier } from './engine.ts';
import type { Entry } from './entry.model.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00', { cause: 'msg:1' });
const seen: string[] = [];
let isBlind = false;
const answers = new Map<string, ledger.Receipt>();

/** Carries what the tests send; the answer of each delivery is set before. */
const testCourier: Courier = {
  type: 'test',
  async carry(_ctx, { to }) {
    const answer = answers.get(to);
    if (!answer) throw new Error('the outside is not there');
    return answer;
  },
  onRefused(book, delivery) {
    book.takeBack(delivery);
    return { note: 'brought back' };
  },
};

beforeAll(() => {
  ledger.open({
    couriers: [testCourier],
    consumers: [
      {
        name: 'reader',
        async see(_ctx, entries) {
          if (isBlind) throw new Error('not now');
          seen.push(...entries.map(({ _id }) => _id));
        },
      },
    ],
    standalone: connection().standalone,
    clock: () => NOW.now,
    log: NOW.log,
  });
});
afterAll(() => ledger.close());

function member(): MemberId {
  return newId('mem', NOW.now);
}

function earn(accountId: ledger.AccountId, points: number, key = 'earn:1') {
  return ledger.post(NOW, accountId, key, (book) => {
    book.earn({ points, expiresOn: '2027-02-01' });
    return { pointsEarned: points };
  });
}

function accounts() {
  return database().collection<Account>('accounts');
}

function entries() {
  return database().collection<Entry>('entries');
}

describe('posting', () => {
  it('happens once per key, and every repeat is told the first outcome', async () => {
    const id = member();
    const first = await earn(id, 10);
    const again = await earn(id, 99);
    expect(first).toEqual({
      outcome: { pointsEarned: 10 },
      entry: { _id: `${id}.000000001`, postedAt: NOW.now, cause: 'msg:1' },
      balance: 10,
      repeated: false,
    });
    expect(again).toEqual({ ...first, repeated: true });
    expect(await ledger.balanceOf(NOW, id)).toEqual({
      available: 10,
      held: 0,
      pending: 0,
      debt: 0,
    });
  });

  it('knows a key at any distance, long after the account forgot it', async () => {
    const id = member();
    const first = await earn(id, 10, 'purchase:shop7:1');
    for (let n = 0; n < 40; n++) {
      await earn(id, 1, `purchase:shop7:${n + 2}`);
      if (n % 5 === 0) await ledger.relayNow(NOW);
    }
    await ledger.relayNow(NOW);
    const account = await accounts().findOne({ _id: id });
    expect(account?.outbox).toEqual([]);
    expect(account?.recentKeys).toHaveLength(16);
    expect(account?.recentKeys.map(({ key }) => key)).not.toContain('purchase:shop7:1');
    const later = at('2027-01-15T08:00:00+08:00');
    const again = await ledger.post(later, id, 'purchase:shop7:1', () => ({ pointsEarned: 99 }));
    expect(again).toMatchObject({ outcome: first.outcome, entry: first.entry, repeated: true });
  });

  it('writes nothing when the decision throws, and the key stays unused', async () => {
    const id = member();
    const spend = () =>
      ledger.post(NOW, id, 'order:1', (book) => {
        book.spend({ points: 5, purpose: 'redemption' });
        return { outcome: 'paid' };
      });
    await expect(spend()).rejects.toMatchObject({
      code: 'POINTS_INSUFFICIENT',
      details: { balance: 0, needed: 5, missing: 5 },
    });
    expect(await accounts().findOne({ _id: id })).toBeNull();
    await earn(id, 5);
    await expect(spend()).resolves.toMatchObject({ balance: 0, repeated: false });
  });

  it('writes nothing when the decision changes nothing', async () => {
    const id = member();
    const look = () => ledger.post(NOW, id, 'look:1', (book) => ({ balance: book.balance }));
    expect(await look()).toEqual({
      outcome: { balance: 0 },
      entry: null,
      balance: 0,
      repeated: false,
    });
    await earn(id, 3);
    expect(await look()).toMatchObject({ outcome: { balance: 3 }, entry: null, repeated: false });
  });

  it('keeps a refusal on record for ever, and nothing else of its draft', async () => {
    const id = member();
    const claim = () =>
      ledger.post(NOW, id, 'claim:1', (book) => {
        if (book.balance > 0) return { outcome: 'claimed' };
        book.setFacet(ledger.defineFacet({ name: 'test.mark', initial: { n: 0 } }), { n: 1 });
        return book.refuse('EMPTY', { left: 0 });
      });
    const refused = { outcome: 'refused', code: 'EMPTY', facts: { left: 0 } };
    expect(await claim()).toMatchObject({ outcome: refused, repeated: false });
    await earn(id, 3);
    expect(await claim()).toMatchObject({ outcome: refused, repeated: true });
    expect((await accounts().findOne({ _id: id }))?.facets).toEqual({});
  });

  it('does not take a date, an undefined or half a character into an outcome', async () => {
    const id = member();
    const outcomes = [{ at: NOW.now }, { it: undefined }, { text: '\ud83d' }, { n: Number.NaN }];
    for (const [n, outcome] of outcomes.entries()) {
      const posting = ledger.post(NOW, id, `bad:${n}`, (book) => {
        book.earn({ points: 1, expiresOn: '2027-02-01' });
        return outcome as never;
      });
      await expect(posting).rejects.toMatchObject({ name: 'InvariantError' });
    }
    expect(await accounts().findOne({ _id: id })).toBeNull();
  });

  it('combines 64 posters on one account, and each counts once', async () => {
    const id: ledger.AccountId = `stock:${member()}`;
    await ledger.post(NOW, id, 'restock:1', (book) => {
      book.earn({ points: 50, kind: 'unit', expiresOn: '9999-12-31' });
      return {};
    });
    const claims = Array.from({ length: 64 }, (_, n) =>
      ledger.post(NOW, id, `order:${n}`, (book) => {
        if (book.balance < 1) return book.refuse('REWARD_OUT_OF_STOCK');
        book.spend({ points: 1, purpose: 'claim' });
        return { outcome: 'claimed' };
      }),
    );
    const all = await Promise.all(claims);
    expect(all.filter(({ outcome }) => outcome.outcome === 'claimed')).toHaveLength(50);
    const account = await accounts().findOne({ _id: id });
    expect(account?.seq).toBe(65);
    expect(account?.version).toBeLessThan(8);
    expect(account?.lots).toEqual([]);
  });

  it('survives far more postings than the outbox of an account may hold', async () => {
    const id = member();
    const all = Array.from({ length: 500 }, (_, n) => earn(id, 1, `grant:${n}`));
    await Promise.all(all);
    await ledger.relayNow(NOW);
    expect(await ledger.balanceOf(NOW, id)).toMatchObject({ available: 500 });
    expect(await entries().countDocuments({ accountId: id })).toBe(500);
    expect(await ledger.audit(NOW, { accountId: id })).toMatchObject({ ok: true, entries: 500 });
  });
});

describe('the relay', () => {
  it('brings entries to the collection and to consumers by itself', async () => {
    const id = member();
    const { entry } = await earn(id, 10);
    const isThere = async () => seen.includes(entry?._id ?? '');
    await expect.poll(isThere, { timeout: 3000 }).toBe(true);
    const stored = await entries().findOne({ accountId: id });
    expect(stored).toMatchObject({ _id: `${id}.000000001`, key: 'earn:1', balanceAfter: 10 });
  });

  it('shows entries again to a consumer that failed', async () => {
    const id = member();
    isBlind = true;
    await earn(id, 10);
    await ledger.relayNow(NOW);
    const marked = await entries().findOne({ accountId: id });
    expect(marked?.unseenBy).toEqual(['reader']);
    await ledger.settleDue(NOW, 10);
    expect(seen).not.toContain(marked?._id);
    isBlind = false;
    await ledger.settleDue(NOW, 10);
    expect(seen).toContain(marked?._id);
    expect((await entries().findOne({ accountId: id }))?.unseenBy).toEqual([]);
  });
});

describe('reads', () => {
  it('turns the pages of a statement, waiting entries included', async () => {
    const id = member();
    for (let n = 1; n <= 5; n++) await earn(id, n, `earn:${n}`);
    await ledger.relayNow(NOW);
    for (let n = 6; n <= 7; n++) await earn(id, n, `earn:${n}`);
    const pages: number[][] = [];
    let before: number | undefined;
    do {
      const page = await ledger.statementOf(NOW, id, { limit: 3, ...(before && { before }) });
      pages.push(page.entries.map(({ seq }) => seq));
      before = page.cursor ?? undefined;
    } while (before);
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1]]);
    expect(await ledger.statementOf(NOW, member(), { limit: 3 })).toEqual({
      entries: [],
      cursor: null,
    });
  });

  it('shows on a statement what expired at midnight, whenever its booking was planned', async () => {
    const midnight = at('2026-03-01T00:00:00+08:00');
    for (let n = 0; n < 5; n++) {
      const id = member();
      await ledger.post(NOW, id, 'earn:soon', (book) => {
        book.earn({ points: 20, expiresOn: '2026-03-01' });
        return {};
      });
      const { entries: shown } = await ledger.statementOf(midnight, id, { limit: 3 });
      expect(shown.map(({ key }) => key)).toEqual(['expiry:2026-03-01:2', 'earn:soon']);
      const again = await ledger.statementOf(midnight, id, { limit: 3 });
      expect(again.entries[0]?.hash).toBe(shown[0]?.hash);
    }
  });

  it('finds an entry by its key, before and after it is relayed', async () => {
    const id = member();
    await earn(id, 4);
    expect(await ledger.entryOf(NOW, id, 'earn:1')).toMatchObject({ seq: 1 });
    await ledger.relayNow(NOW);
    const entry = await ledger.entryOf(NOW, id, 'earn:1');
    if (!entry) throw new Error('the entry is lost');
    expect(ledger.moveOf(entry)).toMatchObject({ type: 'earn', moveId: `${id}.000000001/0` });
    expect(() => ledger.moveOf(entry, 1)).toThrow('has no move 1');
    expect(await ledger.entryOf(NOW, id, 'earn:2')).toBeNull();
  });

  it('says what expires by day, up to a day', async () => {
    const id = member();
    await ledger.post(NOW, id, 'earn:1', (book) => {
      book.earn({ points: 1, expiresOn: '2026-03-01' });
      book.earn({ points: 2, expiresOn: '2026-03-01', kind: 'festival' });
      book.earn({ points: 4, expiresOn: '2026-04-01' });
      book.earn({ points: 8, expiresOn: '2026-04-02' });
      return {};
    });
    expect(await ledger.expiringOf(NOW, id, '2026-04-01')).toEqual([
      { expiresOn: '2026-03-01', points: 3 },
      { expiresOn: '2026-04-01', points: 4 },
    ]);
  });

  it('reads a facet with defaults for what was never stored', async () => {
    const id = member();
    const first = ledger.defineFacet({ name: 'test.streak', initial: { days: 0 } });
    const second = ledger.defineFacet({ name: 'test.streak', initial: { days: 0, best: 9 } });
    expect(await ledger.facetOf(NOW, id, first)).toEqual({ days: 0 });
    await ledger.post(NOW, id, 'mark:1', (book) => {
      book.setFacet(first, { days: book.facet(first).days + 1 });
      return {};
    });
    expect(await ledger.facetOf(NOW, id, second)).toEqual({ days: 1, best: 9 });
  });
});

describe('deliveries', () => {
  it('bring points to another member, once', async () => {
    const [from, to] = [member(), member()];
    await earn(from, 10);
    const { outcome } = await ledger.post(NOW, from, 'transfer:1', (book) => ({
      deliveryId: book.send({ to, points: 6 }).deliveryId,
    }));
    const receipts = await Promise.all([
      ledger.carry(NOW, from, outcome.deliveryId),
      ledger.carry(NOW, from, outcome.deliveryId),
    ]);
    const again = await ledger.carry(NOW, from, outcome.deliveryId);
    expect([...receipts, again]).toEqual(Array(3).fill({ outcome: 'accepted', facts: {} }));
    expect(await ledger.balanceOf(NOW, from)).toMatchObject({ available: 4 });
    expect(await ledger.balanceOf(NOW, to)).toMatchObject({ available: 6 });
  });

  it('bring the same lots back when they are refused', async () => {
    const [from, to] = [member(), member()];
    await earn(from, 10);
    await ledger.post(NOW, to, 'freeze:1', (book) => {
      book.freeze();
      return {};
    });
    const { outcome } = await ledger.post(NOW, from, 'transfer:1', (book) => ({
      deliveryId: book.send({ to, points: 6 }).deliveryId,
    }));
    const refused = { outcome: 'refused', code: 'RECEIVER_FROZEN', facts: {} };
    expect(await ledger.carry(NOW, from, outcome.deliveryId)).toEqual(refused);
    expect(await ledger.carry(NOW, from, outcome.deliveryId)).toEqual(refused);
    await ledger.relayNow(NOW);
    expect(await ledger.carry(NOW, from, outcome.deliveryId)).toEqual(refused);
    const account = await accounts().findOne({ _id: from });
    expect(account?.lots).toEqual([{ kind: 'general', expiresOn: '2027-02-01', points: 10 }]);
    expect(account?.totals.inTransit).toBe(0);
    expect(account?.deliveries).toEqual([]);
    const key = `answered:2026-01-31:${outcome.deliveryId}`;
    expect(await ledger.entryOf(NOW, from, key)).toMatchObject({
      answered: outcome.deliveryId,
      outcome: { outcome: 'refused', code: 'RECEIVER_FROZEN' },
    });
  });

  it('go on until somebody answers, and what the courier books is kept', async () => {
    const id = member();
    await earn(id, 10);
    const { outcome } = await ledger.post(NOW, id, 'order:1', (book) => {
      const refundable = book.spend({ points: 8, purpose: 'redemption' });
      const payload = { pricePoints: 8 };
      return { deliveryId: book.deliver({ type: 'test', to: id, payload, refundable }).deliveryId };
    });
    await expect(ledger.carry(NOW, id, outcome.deliveryId)).rejects.toThrow('not there');
    const soon = at('2026-01-31T08:01:00+08:00');
    await ledger.settleDue(soon, 100);
    const [open] = (await accounts().findOne({ _id: id }))?.deliveries ?? [];
    expect(open).toMatchObject({ attempts: 1, nextAttemptAt: new Date(+soon.now + 30_000) });

    answers.set(id, { outcome: 'refused', code: 'SOLD_OUT', facts: { left: 0 } });
    await ledger.settleDue(at('2026-01-31T08:02:00+08:00'), 100);
    expect(await ledger.balanceOf(NOW, id)).toMatchObject({ available: 10 });
    expect(await ledger.carry(NOW, id, outcome.deliveryId)).toEqual(answers.get(id));
    const key = `answered:2026-01-31:${outcome.deliveryId}`;
    expect((await ledger.entryOf(NOW, id, key))?.outcome).toEqual({
      note: 'brought back',
      outcome: 'refused',
      code: 'SOLD_OUT',
      facts: { left: 0 },
    });
  });
});

describe('time', () => {
  it('takes expired points at midnight in every read, and books them when it is due', async () => {
    const id = member();
    await ledger.post(NOW, id, 'earn:1', (book) => {
      book.earn({ points: 7, expiresOn: '2026-02-01' });
      return {};
    });
    const before = at('2026-01-31T23:59:59+08:00');
    const after = at('2026-02-01T00:00:00+08:00');
    expect(await ledger.balanceOf(before, id)).toMatchObject({ available: 7 });
    expect(await ledger.balanceOf(after, id)).toMatchObject({ available: 0 });
    expect((await accounts().findOne({ _id: id }))?.lots).toHaveLength(1);
    const nextDay = at('2026-02-02T00:00:00+08:00');
    while ((await ledger.settleDue(nextDay, 100)).more);
    const account = await accounts().findOne({ _id: id });
    expect(account?.lots).toEqual([]);
    expect(account?.expiredByMonth).toEqual([{ month: '2026-02', points: 7 }]);
    expect(await ledger.entryOf(nextDay, id, 'expiry:2026-02-02:2')).toMatchObject({
      actor: { type: 'system', id: 'time' },
      cause: 'time',
      balanceAfter: 0,
    });
  });

  it('leaves the whole ledger provable', async () => {
    await ledger.relayNow(NOW);
    const end = at('2026-02-02T00:00:00+08:00');
    while ((await ledger.settleDue(end, 100)).more);
    const audit = await ledger.audit(end, {});
    expect(audit.findings).toEqual([]);
    expect(audit).toMatchObject({ ok: true, next: null, checkedAt: end.now });
    const total = await accounts().countDocuments();
    expect(audit.accounts).toBe(total);

    const first = await ledger.audit(end, { limit: 5 });
    const rest = await ledger.audit(end, { limit: 1000, ...(first.next && { after: first.next }) });
    expect(first.accounts).toBe(5);
    expect(rest).toMatchObject({ accounts: total - 5, next: null });
  });
});
