import { describe, expect, it, vi } from 'vitest';
import { DAY, night, useNights } from '../../../tests/support/audit-nights.ts';
import { at } from '../../../tests/support/context.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { withLease } from '../../platform/lease.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import { type AuditRound, AuditRoundModel } from './audit-round.model.ts';
import type { Entry } from './entry.model.ts';
import * as ledger from './index.ts';
import { limits } from './limits.ts';

const open = useNights();
const NOBODY: MemberId = 'mem_nobody';

function accounts() {
  return database().collection<Account>('accounts');
}

/** An account with two lots, so that points can be moved between them without breaking the balance. */
async function earns(ctx: Context, accountId = newId('mem', ctx.now)): Promise<MemberId> {
  await gives(ctx, accountId);
  await ledger.relayNow(ctx);
  return accountId;
}

/** The same for many who were not there before. */
async function allEarn(count: number): Promise<MemberId[]> {
  const all = Array.from({ length: count }, () => newId('mem', DAY.now));
  await Promise.all(all.map((accountId) => gives(DAY, accountId)));
  await ledger.relayNow(DAY);
  return all;
}

async function gives(ctx: Context, accountId: MemberId): Promise<void> {
  await ledger.post(ctx, accountId, `gift:${ctx.today}`, (book) => {
    book.earn({ points: 100, expiresOn: '2027-02-01' });
    book.earn({ points: 50, expiresOn: '2027-03-01' });
    return {};
  });
}

/** Ten years more for a lot: what somebody with access to the database would like to have. */
async function prolongs(accountId: MemberId): Promise<void> {
  // This process must not remember the account as it was.
  await ledger.close();
  await accounts().updateOne(
    { _id: accountId },
    { $set: { 'lots.1.expiresOn': '2037-03-01' } as never },
  );
  open();
}

/** Batches until the night is done; how many there were. */
async function audits(ctx: Context): Promise<number> {
  let batches = 0;
  for (let more = true; more; batches++) ({ more } = await ledger.auditNightly(ctx));
  await ledger.relayNow(ctx);
  return batches;
}

async function round(): Promise<AuditRound> {
  return AuditRoundModel.findById('nightly').orFail().lean<AuditRound>();
}

async function gauge(name: string): Promise<number> {
  const { text } = await renderMetrics();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

describe('an account that was edited by hand', () => {
  it('is found, named in the log, counted and frozen, and its redemptions stop', async () => {
    const thief = await earns(DAY);
    const other = await earns(DAY);
    await prolongs(thief);
    const error = vi.fn();
    await audits(night(0, { log: { ...DAY.log, error } }));

    expect(error.mock.calls).toEqual([
      [
        { law: 'L5', accountId: thief, entryId: undefined, finding: expect.any(String) },
        'law broken',
      ],
    ]);
    expect(await gauge('jifenwu_audit_findings')).toBe(1);
    expect(await ledger.entryOf(DAY, thief, 'audit:2026-02-01')).toMatchObject({
      status: 'frozen',
      outcome: { laws: 'L5' },
    });
    expect(await round()).toMatchObject({ findings: 1, unfrozen: 0, suspects: [thief] });

    const spend = (book: ledger.Book) => book.spend({ points: 10, purpose: 'redemption' });
    const redeem = (accountId: MemberId) =>
      ledger.post(night(0), accountId, 'order:1', (book) => ({ type: spend(book).type }));
    await expect(redeem(thief)).rejects.toMatchObject({ code: 'ACCOUNT_FROZEN' });
    expect((await redeem(other)).balance).toBe(140);
    await earns(night(0), thief);
    expect((await ledger.balanceOf(night(0), thief)).available).toBe(300);
  });

  it('is frozen once a day, and again on the next one when it was let go unrepaired', async () => {
    const thief = await earns(DAY);
    await prolongs(thief);
    await audits(night(0));
    const seq = (await accounts().findOne({ _id: thief }))?.seq;
    await AuditRoundModel.deleteMany({});
    await audits(night(0));
    expect((await accounts().findOne({ _id: thief }))?.seq).toBe(seq);

    await ledger.post(night(0), thief, 'appeal:1', (book) => {
      book.unfreeze();
      return {};
    });
    await audits(night(1));
    expect(await ledger.entryOf(DAY, thief, 'audit:2026-02-02')).toMatchObject({
      status: 'frozen',
    });
  });

  it('stays counted every night until it is repaired, whoever else is looked at', async () => {
    const thief = await earns(DAY);
    await prolongs(thief);
    for (const n of [0, 1, 2, 3]) {
      await audits(night(n));
      expect(await gauge('jifenwu_audit_findings')).toBe(1);
    }
    await ledger.close();
    await accounts().updateOne(
      { _id: thief },
      { $set: { 'lots.1.expiresOn': '2027-03-01' } as never },
    );
    open();
    await ledger.auditNightly(night(4));
    expect(await gauge('jifenwu_audit_findings')).toBe(1);
    await audits(night(4));
    expect(await gauge('jifenwu_audit_findings')).toBe(0);
    expect(await gauge('jifenwu_audit_finished_seconds')).toBe(night(4).now.getTime() / 1000);
  });

  it('and that cannot be posted to any more is counted and shouted about', async () => {
    const richer = await earns(DAY);
    const gone = await earns(DAY);
    await ledger.close();
    await accounts().updateOne({ _id: richer }, { $inc: { 'lots.0.points': 5 } as never });
    open();
    await audits(night(0));
    await accounts().deleteOne({ _id: gone });
    await earns(night(0));
    await database()
      .collection<Entry>('entries')
      .updateOne({ accountId: gone }, { $set: { postedAt: night(0).now } });
    const error = vi.fn();
    await audits(night(1, { log: { ...DAY.log, error } }));

    const shouted = error.mock.calls.filter(([, phrase]) => phrase === 'account cannot be frozen');
    expect(shouted.map(([{ accountId }]) => accountId)).toEqual([richer, gone]);
    expect(await round()).toMatchObject({ unfrozen: 2, suspects: [richer, gone] });
    expect(await accounts().countDocuments({ _id: gone })).toBe(0);
    const spend = ledger.post(night(1), richer, 'order:1', (book) => ({
      type: book.spend({ points: 1, purpose: 'redemption' }).type,
    }));
    await expect(spend).rejects.toThrow('do not balance');
  });
});

it('work that is only late is counted, and no member is frozen for it', async () => {
  const [late = NOBODY, unseen = NOBODY] = await allEarn(2);
  const entries = database().collection<Entry>('entries');
  await entries.updateOne({ accountId: unseen }, { $set: { unseenBy: ['notify'] } });
  const error = vi.fn();
  await audits(night(395, { log: { ...DAY.log, error } }));
  const laws = error.mock.calls.map(([{ accountId, law }]) => `${accountId} ${law}`);
  expect(new Set(laws)).toEqual(new Set([`${unseen} L10`, `${late} L9`, `${unseen} L9`]));
  const { findings, suspects, unfrozen } = await round();
  expect(findings).toBe(laws.length);
  expect(suspects.toSorted()).toEqual([late, unseen].toSorted());
  expect(unfrozen).toBe(0);
  expect(await accounts().countDocuments({ status: 'active' })).toBe(2);
});

describe('a night', () => {
  it('begins at two, is done once, and costs nothing more until the next', async () => {
    await earns(DAY);
    await audits(night(0));
    const before = await round();
    expect(before).toMatchObject({ night: '2026-02-01', stage: 'done', accounts: 1, entries: 1 });
    for (const later of ['2026-02-01T02:01:00+08:00', '2026-02-02T01:59:59+08:00']) {
      expect(await ledger.auditNightly(at(later))).toEqual({ done: 0, more: false });
    }
    expect(await round()).toEqual(before);
    await audits(at('2026-02-02T02:00:00+08:00'));
    expect(await round()).toMatchObject({ night: '2026-02-02', stage: 'done' });
  });

  it('looks at everything first, then at what changed and a fortieth of the rest', async () => {
    const all = await allEarn(50);
    await audits(night(0));
    expect(await round()).toMatchObject({ accounts: 50, entries: 50 });
    // The last by its id: the rotation begins with the first.
    const changed = all.toSorted().at(-1) ?? NOBODY;
    await earns(at('2026-02-01T12:00:00+08:00'), changed);
    await audits(night(1));
    // The one that changed, and two more: a fortieth, rounded up.
    expect(await round()).toMatchObject({ accounts: 3, entries: 4 });
  });

  it('finds by the rotation what nobody touched: a month of nights covers every account', async () => {
    const all = await allEarn(12);
    await audits(night(0));
    await ledger.close();
    await accounts().updateMany({}, { $set: { 'lots.1.expiresOn': '2037-03-01' } as never });
    open();
    for (let n = 1; n <= 12; n++) await audits(night(n));
    expect(await accounts().countDocuments({ status: 'frozen' })).toBe(all.length);
  }, 60_000);

  it('goes on with the account where the rotation stopped, and begins anew at the end', async () => {
    await allEarn(3);
    await audits(night(0));
    const seen = [];
    for (let n = 1; n <= 4; n++) {
      await audits(night(n));
      seen.push((await round()).rotation.after);
    }
    const ids = (await accounts().find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
    expect(seen).toEqual([ids[0], ids[1], ids[2], ids[0]]);
  });

  it('is the former one until that is done, however late', async () => {
    await allEarn(5);
    limits.auditedAtOnce = 4;
    for (const _ of ['unseen', 'again', 'changed', 'rotation']) {
      expect(await ledger.auditNightly(night(0))).toMatchObject({ more: true });
    }
    await audits(night(2));
    expect(await round()).toMatchObject({ night: '2026-02-01', stage: 'done', accounts: 5 });
    await audits(night(2));
    expect(await round()).toMatchObject({ night: '2026-02-03', stage: 'done' });
  });
});

describe('an audit that is killed', () => {
  it('goes on with the batch that it had not finished, and counts nothing twice', async () => {
    const all = await allEarn(5);
    const thief = all[3] ?? NOBODY;
    await prolongs(thief);
    limits.auditedAtOnce = 4;
    const batches: number[] = [];
    for (let more = true; more; ) {
      // The process dies before it keeps the batch, even behind the freeze; then it does it again.
      const write = vi.spyOn(AuditRoundModel, 'updateOne').mockRejectedValueOnce(new Error('dead'));
      await expect(ledger.auditNightly(night(0))).rejects.toThrow('dead');
      write.mockRestore();
      const batch = await ledger.auditNightly(night(0));
      batches.push(batch.done);
      more = batch.more;
    }
    expect(batches.filter((done) => done > 0)).toEqual([4, 1]);
    expect(await round()).toMatchObject({ accounts: 5, findings: 1, suspects: [thief] });
    expect(await accounts().findOne({ _id: thief })).toMatchObject({ status: 'frozen', seq: 2 });
  });
});

describe('two instances', () => {
  it('at once: the one with the lease does the work', async () => {
    await allEarn(5);
    const job = { name: 'job:audit-ledger', holdMs: 60_000 };
    const outcomes = await Promise.all(
      [1, 2].map(() => withLease(night(0), job, () => audits(night(0)))),
    );
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['done', 'held']);
    expect(await round()).toMatchObject({ accounts: 5 });
  });

  it('of which one held the lease for too long: the slower batch keeps nothing', async () => {
    await allEarn(5);
    await Promise.all([1, 2, 3].map(() => audits(night(0))));
    await audits(night(0));
    expect(await round()).toMatchObject({ stage: 'done', accounts: 5, entries: 5, findings: 0 });
  });
});
