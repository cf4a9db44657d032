import type { mongo } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import type { Entry } from './entry.model.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
const streak = ledger.defineFacet({ name: 'test.streak', initial: { days: 0 } });

beforeAll(() => {
  const { standalone } = connection();
  ledger.open({
    couriers: [],
    consumers: [],
    standalone,
    clock: () => NOW.now,
    log: NOW.log,
  });
});
afterAll(() => ledger.close());

let id: ledger.AccountId;
let other: ledger.AccountId;
let deliveryId: string;

/** An account with seven entries: earned, spent, refunded, held, sent, received and marked. */
beforeEach(async () => {
  id = newId('mem', NOW.now);
  other = newId('mem', NOW.now);
  const until = new Date('2026-03-01T00:00:00+08:00');
  const post = (key: string, decide: (book: ledger.Book) => unknown) =>
    ledger.post(NOW, id, key, (book) => {
      decide(book);
      return { key };
    });
  await post('earn:1', (book) => {
    book.earn({ points: 100, expiresOn: '2027-02-01' });
    book.earn({ points: 50, expiresOn: '2026-12-01' });
    book.setFacet(streak, { days: 1 });
  });
  const { entry } = await post('order:1', (book) =>
    book.spend({ points: 20, purpose: 'redemption' }),
  );
  const paid = await ledger.entryOf(NOW, id, 'order:1');
  if (!entry || !paid) throw new Error('the payment is lost');
  await post('refund:1', (book) => book.refund({ of: ledger.moveOf(paid), points: 5 }));
  await post('bid:1', (book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until }));
  const sent = await ledger.post(NOW, id, 'transfer:1', (book) => ({
    deliveryId: book.send({ to: other as 'mem_1', points: 6 }).deliveryId,
  }));
  deliveryId = sent.outcome.deliveryId;
  await ledger.carry(NOW, id, deliveryId);
  await post('mark:1', (book) => book.setFacet(streak, { days: 2 }));
  await post('owe:1', (book) => book.clawback({ points: 1 }));
  await ledger.relayNow(NOW);
});

function accounts() {
  return database().collection<Account>('accounts');
}

function entries() {
  return database().collection<Entry>('entries');
}

function editAccount(update: mongo.UpdateFilter<Account>) {
  return accounts().updateOne({ _id: id }, update);
}

function editEntry(seq: number, update: mongo.UpdateFilter<Entry>) {
  return entries().updateOne({ accountId: id, seq }, update);
}

async function findings(accountId = id) {
  const { ok, findings: found } = await ledger.audit(NOW, { accountId });
  expect(ok).toBe(found.length === 0);
  return found.map(({ message: _, ...finding }) => finding);
}

const entryId = (seq: number): string => `${id}.${String(seq).padStart(9, '0')}`;

it('an account as it was written proves itself', async () => {
  expect(await ledger.audit(NOW, { accountId: id })).toMatchObject({
    ok: true,
    accounts: 1,
    entries: 7,
    findings: [],
  });
  expect(await findings(other)).toEqual([]);
});

describe('an edit by hand is found, with its law and its place', () => {
  it.each<[string, string, mongo.UpdateFilter<Account>]>([
    ['more points in a lot', 'L5', { $inc: { 'lots.1.points': 5 } as never }],
    ['an earlier day of a lot', 'L5', { $set: { 'lots.1.expiresOn': '2027-01-01' } as never }],
    ['a lot of another kind', 'L5', { $set: { 'lots.1.kind': 'festival' } as never }],
    ['a hold that is gone', 'L5', { $set: { holds: [] } }],
    ['a status', 'L5', { $set: { status: 'frozen' } }],
    ['points that expired', 'L5', { $set: { expiredByMonth: [{ month: '2026-01', points: 5 }] } }],
    ['a debt', 'L5', { $set: { debts: [{ debtId: 'd', type: 'clawback', points: 5 }] } }],
    ['lots out of order', 'L6', { $set: { lots: [] } }],
    ['a total', 'L7', { $inc: { 'totals.issued': 1 } as never }],
    ['a facet', 'L12', { $set: { 'facets.test.streak': { days: 9 } } as never }],
    ['a facet that nobody set', 'L12', { $set: { 'facets.test.other': { n: 1 } } as never }],
    ['the head of the chain', 'L3', { $set: { chainHead: 'x' } }],
    ['the time of the newest entry', 'L3', { $set: { lastPostedAt: new Date(0) } }],
    ['how much was refunded', 'L11', { $set: { 'refundMarks.0.points': 1 } as never }],
    ['a claim of memory', 'L14', { $set: { recentKeys: [] } }],
    ['a key in the memory', 'L14', { $set: { 'recentKeys.0.key': 'other:1' } as never }],
  ])('of the account: %s', async (what, law, update) => {
    if (what === 'lots out of order') {
      const lots = (await accounts().findOne({ _id: id }))?.lots ?? [];
      await editAccount({ $set: { lots: lots.toReversed() } });
    } else await editAccount(update);
    const here = { code: law, accountId: id };
    expect(await findings()).toContainEqual(expect.objectContaining(here));
  });

  it('of the account: a delivery that was never sent', async () => {
    const sent = (await entries().findOne({ accountId: id, seq: 5 }))?.deliveries?.[0];
    if (!sent) throw new Error('the delivery is lost');
    await editAccount({ $set: { deliveries: [{ ...sent, deliveryId: `${id}.000000099#0` }] } });
    expect(await findings()).toEqual([{ code: 'L8', accountId: id }]);
    await editAccount({ $set: { deliveries: [{ ...sent, to: 'mem_thief' }] } });
    expect(await findings()).toEqual([{ code: 'L8', accountId: id }]);
  });

  it('of an entry: an amount', async () => {
    await editEntry(2, { $set: { 'moves.0.postings.redeemed': 21 } as never });
    const found = await findings();
    expect(found).toContainEqual({ code: 'L1', accountId: id, entryId: entryId(2) });
    expect(found).toContainEqual({ code: 'L3', accountId: id, entryId: entryId(2) });
  });

  it('of an entry: an amount on both sides, and the lot with it', async () => {
    await editEntry(1, {
      $inc: { 'moves.0.postings.issued': -5, 'moves.0.postings.spendable': 5 } as never,
    });
    expect(await findings()).toEqual([
      { code: 'L3', accountId: id, entryId: entryId(1) },
      { code: 'L5', accountId: id, entryId: entryId(1) },
      { code: 'L7', accountId: id },
    ]);
  });

  it('of an entry: which lot paid', async () => {
    await editEntry(2, { $set: { 'moves.0.taken.0.expiresOn': '2027-02-01' } as never });
    expect(await findings()).toContainEqual({
      code: 'L5',
      accountId: id,
      entryId: entryId(2),
    });
  });

  it('of an entry: what its facts were', async () => {
    await editEntry(3, { $set: { cause: 'somebody' } });
    expect(await findings()).toEqual([{ code: 'L3', accountId: id, entryId: entryId(3) }]);
  });

  it('of an entry: its time', async () => {
    await editEntry(3, { $set: { postedAt: new Date('2026-01-30T00:00:00Z') } });
    expect(await findings()).toContainEqual({ code: 'L3', accountId: id, entryId: entryId(3) });
  });

  it('of an entry: a refund beyond the payment', async () => {
    await editEntry(3, { $set: { 'moves.0.given.0.points': 21 } as never });
    expect(await findings()).toContainEqual({ code: 'L11', accountId: id, entryId: entryId(3) });
  });

  it('of an entry: a link of the chain', async () => {
    await editEntry(4, { $set: { hash: 'x' } });
    expect(await findings()).toEqual([
      { code: 'L3', accountId: id, entryId: entryId(4) },
      { code: 'L3', accountId: id, entryId: entryId(5) },
    ]);
  });

  it('a missing entry', async () => {
    await entries().deleteOne({ accountId: id, seq: 4 });
    expect(await findings()).toEqual([{ code: 'L4', accountId: id, entryId: entryId(4) }]);
  });

  it('a missing last entry', async () => {
    await entries().deleteOne({ accountId: id, seq: 7 });
    expect(await findings()).toEqual([{ code: 'L4', accountId: id, entryId: entryId(7) }]);
  });

  it('an entry that no account counts', async () => {
    const entry = await entries().findOne({ accountId: id, seq: 7 });
    if (!entry) throw new Error('the entry is lost');
    const more = { ...entry, _id: entryId(8) as Entry['_id'], seq: 8, key: 'more:1' };
    await entries().insertOne(more);
    expect(await findings()).toEqual([{ code: 'L4', accountId: id, entryId: entryId(8) }]);
  });

  it('two entries that changed places', async () => {
    const [a, b] = await entries()
      .find({ accountId: id, seq: { $in: [3, 4] } })
      .sort({ _id: 1 })
      .toArray();
    if (!a || !b) throw new Error('the entries are lost');
    await entries().deleteMany({ accountId: id, seq: { $in: [3, 4] } });
    await entries().insertMany([
      { ...a, _id: b._id, seq: 4 },
      { ...b, _id: a._id, seq: 3 },
    ]);
    const found = await findings();
    expect(found).toContainEqual({ code: 'L3', accountId: id, entryId: entryId(3) });
    expect(found).toContainEqual({ code: 'L3', accountId: id, entryId: entryId(4) });
  });

  it('a key that happened twice', async () => {
    // The unique index forbids it between entries; one in the outbox is not in the index yet.
    const last = await entries().findOne({ accountId: id, seq: 7 });
    if (!last) throw new Error('the entry is lost');
    const { _id, accountId, ...body } = last;
    await entries().deleteOne({ _id });
    await editAccount({ $set: { outbox: [{ ...body, key: 'order:1' }] } });
    expect(await findings()).toContainEqual({ code: 'L2', accountId: id, entryId: entryId(7) });
  });

  it('points that arrived and were never sent', async () => {
    await editEntry(5, { $set: { 'deliveries.0.lots.0.points': 5 } as never });
    const received = `${other}.000000001`;
    expect(await findings(other)).toEqual([{ code: 'L8', accountId: other, entryId: received }]);
  });

  it('points that arrived twice', async () => {
    const received = await entries().findOne({ accountId: other });
    const [move] = received?.moves ?? [];
    await entries().updateOne({ accountId: other }, { $push: { moves: move } as never });
    const twice = { code: 'L8', accountId: other, entryId: `${other}.000000001` };
    expect(await findings(other)).toContainEqual(twice);
  });

  it('points that left and never arrived', async () => {
    await accounts().deleteOne({ _id: other });
    await entries().deleteOne({ accountId: other });
    expect(await findings()).toEqual([{ code: 'L8', accountId: id, entryId: entryId(5) }]);
  });
});

describe('a delivery that was refused', () => {
  const seqs = { sent: 8, answered: 9 };
  const here = () => ({ code: 'L8', accountId: id, entryId: entryId(seqs.answered) });

  beforeEach(async () => {
    await ledger.post(NOW, other, 'freeze:1', (book) => {
      book.freeze();
      return {};
    });
    const { outcome } = await ledger.post(NOW, id, 'transfer:2', (book) => ({
      deliveryId: book.send({ to: other as 'mem_1', points: 4 }).deliveryId,
    }));
    expect(await ledger.carry(NOW, id, outcome.deliveryId)).toMatchObject({ outcome: 'refused' });
    await ledger.relayNow(NOW);
  });

  it('has brought back what it took', async () => {
    expect(await findings()).toEqual([]);
    expect(await findings(other)).toEqual([]);
  });

  it('and brought nothing back is found', async () => {
    await editEntry(seqs.answered, { $set: { moves: [] } });
    expect(await findings()).toContainEqual(here());
  });

  it('and brought back less, or twice, is found', async () => {
    await editEntry(seqs.answered, { $inc: { 'moves.0.given.0.points': -1 } as never });
    expect(await findings()).toContainEqual(here());
    const back = (await entries().findOne({ accountId: id, seq: seqs.answered }))?.moves ?? [];
    await editEntry(seqs.answered, { $set: { moves: [...back, ...back] } });
    expect(await findings()).toContainEqual(here());
  });

  it('is found when the answer says that it was accepted', async () => {
    await editEntry(seqs.answered, { $set: { 'outcome.outcome': 'accepted' } as never });
    expect(await findings()).toContainEqual(here());
  });

  it('is found when what came back belongs to another one', async () => {
    await editEntry(seqs.answered, { $set: { 'moves.0.of': deliveryId } as never });
    expect(await findings()).toContainEqual(here());
  });

  it('and arrived all the same is found', async () => {
    await entries().updateOne(
      { accountId: other, seq: 3 },
      {
        $set: {
          moves: [
            {
              type: 'receive',
              postings: { inTransit: -4, spendable: 4 },
              given: [{ kind: 'general', expiresOn: '2026-12-01', points: 4 }],
              of: `${entryId(seqs.sent)}#0`,
            },
          ],
        } as never,
      },
    );
    expect(await findings()).toEqual([{ ...here(), entryId: entryId(seqs.sent) }]);
  });
});

describe('what does not come to rest is found', () => {
  it('a hold that is not ended, and an expiry that is not booked', async () => {
    const late = at('2026-03-01T02:00:00+08:00');
    const audit = await ledger.audit(late, { accountId: id });
    expect(audit.findings).toMatchObject([{ code: 'L9', accountId: id }]);
    expect(audit.findings[0]?.message).toContain('hold h');
    const later = await ledger.audit(at('2026-12-03T00:00:01+08:00'), { accountId: id });
    expect(later.findings.map(({ message }) => message)).toContain('an expiry is overdue');
  });

  it('an entry that a consumer has not seen for an hour', async () => {
    await editEntry(1, { $set: { unseenBy: ['notify'] } });
    const found = async (when: string) =>
      (await ledger.audit(at(when), {})).findings.filter(({ entryId: it }) => it === entryId(1));
    expect(await found('2026-01-31T09:00:00+08:00')).toEqual([]);
    expect(await found('2026-01-31T09:00:01+08:00')).toMatchObject([
      { code: 'L10', accountId: id, message: 'not seen by notify' },
    ]);
    await editEntry(1, { $set: { unseenBy: [] } });
  });
});
