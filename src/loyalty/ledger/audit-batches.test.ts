import { describe, expect, it } from 'vitest';
import { DAY, night, useNights } from '../../../tests/support/audit-nights.ts';
import { at } from '../../../tests/support/context.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import { type AuditRound, AuditRoundModel } from './audit-round.model.ts';
import * as ledger from './index.ts';
import { limits } from './limits.ts';

const open = useNights();

function accounts() {
  return database().collection<Account>('accounts');
}

/** So many accounts that were not there before, each with an entry a second after the one before. */
async function allEarn(count: number, from = DAY): Promise<MemberId[]> {
  const all = Array.from({ length: count }, () => newId('mem', from.now));
  for (const [n, accountId] of all.entries()) await earns(accountId, n, from);
  await ledger.relayNow(from);
  return all;
}

async function earns(accountId: MemberId, second: number, from = DAY): Promise<void> {
  const ctx = at(new Date(from.now.getTime() + 1000 * second).toISOString());
  await ledger.post(ctx, accountId, `gift:${ctx.now.getTime()}`, (book) => {
    book.earn({ points: 100, expiresOn: '2027-02-01' });
    return {};
  });
}

/** How far the round is after each of its batches, until the night is done. */
async function audits(ctx: Context): Promise<AuditRound[]> {
  const rounds: AuditRound[] = [];
  for (let more = true; more; ) {
    ({ more } = await ledger.auditNightly(ctx));
    rounds.push(await AuditRoundModel.findById('nightly').orFail().lean<AuditRound>());
    if (rounds.length > 50) throw new Error('the night does not end');
  }
  return rounds;
}

/** Batches of a stage: how many accounts were looked at after each of them. */
function proved(rounds: readonly AuditRound[]): readonly string[] {
  return rounds.map(({ stage, accounts: count }) => `${stage} ${count}`);
}

describe('suspects of the night before', () => {
  it('are looked at first, so many at once, and none of them is left out', async () => {
    const all = await allEarn(5);
    await ledger.close();
    await accounts().updateMany({}, { $set: { 'lots.0.expiresOn': '2037-02-01' } as never });
    open();
    await audits(night(0));
    limits.auditedAtOnce = 2;
    const rounds = await audits(night(1));
    const [unseen, first, second, third] = rounds;
    expect(unseen).toMatchObject({ stage: 'again', accounts: 0 });
    expect(unseen?.again.toSorted()).toEqual(all.toSorted());
    expect(first).toMatchObject({ stage: 'again', again: unseen?.again.slice(2), accounts: 2 });
    expect(second).toMatchObject({ stage: 'again', again: unseen?.again.slice(4), accounts: 4 });
    expect(third).toMatchObject({ stage: 'changed', again: [], accounts: 5, entries: 10 });
    expect(rounds.at(-1)?.suspects.toSorted()).toEqual(all.toSorted());
  });

  it('that fill a batch to the brim need no second one', async () => {
    await allEarn(2);
    await ledger.close();
    await accounts().updateMany({}, { $set: { 'lots.0.expiresOn': '2037-02-01' } as never });
    open();
    await audits(night(0));
    limits.auditedAtOnce = 2;
    const rounds = await audits(night(1));
    expect(rounds[1]).toMatchObject({ stage: 'changed', again: [], accounts: 2 });
  });
});

describe('what changed since the night before', () => {
  it('is followed page by page, and each account is looked at once', async () => {
    await audits(night(0));
    const noon = at('2026-02-01T12:00:00+08:00');
    const all = await allEarn(5, noon);
    // Its newer entry is in another page: it is looked at there.
    await earns(all[0] as MemberId, 10, noon);
    await ledger.relayNow(noon);
    limits.followedAtOnce = 3;
    const rounds = await audits(night(1));
    const following = rounds.filter(({ stage }) => stage === 'changed');
    const places = following.map(({ changed: { at: place } }) => place.getTime());
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(new Set(places).size).toBe(places.length);
    expect(places.length).toBeGreaterThan(2);
    const behind = rounds.find(({ stage }) => stage === 'rotation');
    expect(behind).toMatchObject({ accounts: 5, entries: 6, findings: 0 });
  });

  it('is looked at with the joins, as everything is', async () => {
    await audits(night(0));
    const [member] = await allEarn(1, at('2026-02-01T12:00:00+08:00'));
    const begun: string[] = [];
    const join: ledger.Join = {
      accounts: 'mem_',
      begin(_ctx, { accountId }) {
        begun.push(accountId);
        return { take: async () => [], finish: async () => [] };
      },
    };
    const stages = [];
    for (let more = true; more; ) {
      const before = begun.length;
      ({ more } = await ledger.auditNightly(night(1), { joins: [join] }));
      stages.push(begun.slice(before));
    }
    expect(stages).toEqual([[], [], [member], [member]]);
  });
});

describe('the share of all accounts', () => {
  it('of none is none, in one batch', async () => {
    expect(proved(await audits(night(0)))).toEqual([
      'again 0',
      'changed 0',
      'rotation 0',
      'done 0',
    ]);
    expect(await AuditRoundModel.findById('nightly').lean()).toMatchObject({
      rotation: { after: null, left: 0 },
      finishedAt: night(0).now,
    });
  });

  it('that is as large as a batch takes one', async () => {
    await allEarn(4);
    limits.auditedAtOnce = 4;
    expect(proved(await audits(night(0)))).toEqual([
      'again 0',
      'changed 0',
      'rotation 0',
      'done 4',
    ]);
  });

  it('of accounts that are gone since the night began ends all the same', async () => {
    await allEarn(2);
    await ledger.auditNightly(night(0));
    await ledger.close();
    for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
    open();
    const rounds = await audits(night(0));
    expect(rounds.at(-1)).toMatchObject({ stage: 'done', accounts: 0, rotation: { after: null } });
    expect(rounds).toHaveLength(3);
  });

  it('goes on behind the last account of the night before with the first, in the same night', async () => {
    const ids = (await allEarn(3)).toSorted();
    await audits(night(0));
    await AuditRoundModel.updateOne({}, { $set: { 'rotation.after': ids[2] } });
    const rounds = await audits(night(1));
    expect(proved(rounds.slice(-2))).toEqual(['rotation 0', 'done 1']);
    expect(rounds.at(-2)?.rotation).toEqual({ after: null, left: 1 });
    expect(rounds.at(-1)?.rotation).toEqual({ after: ids[0], left: 0 });
  });
});

it('a process that finds the night done shows what another one found', async () => {
  await audits(night(0));
  await AuditRoundModel.updateOne({}, { $set: { findings: 7 } });
  expect(await ledger.auditNightly(night(0))).toEqual({ done: 0, more: false });
  const { text } = await renderMetrics();
  expect(text).toMatch(/^jifenwu_audit_findings 7$/m);
});
