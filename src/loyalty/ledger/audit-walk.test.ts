import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import type { Account } from './account.model.ts';
import { auditAccounts } from './audit.ts';
import type { Join, Mismatch } from './audit-join.ts';
import type { Entry } from './entry.model.ts';
import * as ledger from './index.ts';
import type { AccountId } from './points.ts';

const { connection } = useDatabase();
const NOW = at('2026-01-31T08:00:00+08:00');
const HOUR_MS = 3_600_000;
const WRONG: Mismatch = { code: 'L13', message: 'not as it is outside' };

function open(): void {
  const { standalone } = connection();
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => NOW.now, log: NOW.log });
}

beforeAll(open);
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.close();
  for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
  open();
});

const accounts = () => database().collection<Account>('accounts');
const entries = () => database().collection<Entry>('entries');

function earn(accountId: AccountId, key: string) {
  return ledger.post(NOW, accountId, key, (book) => {
    book.earn({ points: 1, expiresOn: '2027-02-01' });
    return {};
  });
}

/** So many accounts with one entry each, which was relayed. */
async function earners(count: number): Promise<readonly AccountId[]> {
  const ids = Array.from({ length: count }, (_, n): AccountId => `mem_${n}`);
  await Promise.all(ids.map((accountId) => earn(accountId, 'k1')));
  await ledger.relayNow(NOW);
  return ids;
}

/** Does something whenever an account has been compared, and says what it says. */
function joining(act: (times: number) => Promise<readonly Mismatch[]>): Join & { times: number } {
  const join = {
    times: 0,
    accounts: 'mem_' as const,
    begin: () => ({
      take: async () => [],
      finish: () => act(++join.times),
    }),
  };
  return join;
}

describe('a walk over accounts', () => {
  it('goes by id, behind the one that is named, up to a limit', async () => {
    const ids = await earners(5);
    const page = (more: object) => auditAccounts(NOW, more);
    expect(await page({})).toEqual({
      ok: true,
      checkedAt: NOW.now,
      accounts: 5,
      entries: 5,
      findings: [],
      next: null,
    });
    expect(await page({ limit: 2 })).toMatchObject({ accounts: 2, next: ids[1] });
    expect(await page({ limit: 2, after: ids[1] })).toMatchObject({ accounts: 2, next: ids[3] });
    expect(await page({ limit: 2, after: ids[3] })).toMatchObject({ accounts: 1, next: null });
    expect(await page({ limit: 1, after: ids[4] })).toMatchObject({ accounts: 0, next: null });
    expect(await page({ accountId: ids[2] })).toMatchObject({ accounts: 1, entries: 1 });
  });

  it('of an account that is gone finds its entries, and of one that never was nothing', async () => {
    const [id = 'mem_0'] = await earners(1);
    await accounts().deleteOne({ _id: id });
    expect(await auditAccounts(NOW, { accountId: id })).toMatchObject({
      ok: false,
      accounts: 0,
      findings: [{ code: 'L4', accountId: id, entryId: `${id}.000000001` }],
    });
    expect((await auditAccounts(NOW, { accountId: 'mem_9' })).findings).toEqual([]);
  });
});

describe('entries that a consumer has not seen', () => {
  it('are told by a walk over all accounts, by its first page only', async () => {
    const ids = await earners(3);
    await entries().updateMany(
      { accountId: ids[1] as AccountId },
      { $set: { unseenBy: ['a', 'b'] } },
    );
    await entries().updateMany({ accountId: ids[2] as AccountId }, { $set: { unseenBy: [] } });
    const later = at(new Date(NOW.now.getTime() + HOUR_MS + 1).toISOString());
    const found = async (what: object) =>
      (await auditAccounts(later, what)).findings.filter(({ code }) => code === 'L10');
    const unseen = {
      code: 'L10',
      accountId: ids[1],
      entryId: `${ids[1]}.000000001`,
      message: 'not seen by a, b',
    };
    expect(await found({})).toEqual([unseen]);
    expect(await found({ limit: 1 })).toEqual([unseen]);
    expect(await found({ after: ids[0] })).toEqual([]);
    expect(await found({ accountId: ids[1] })).toEqual([]);
    const onTime = at(new Date(NOW.now.getTime() + HOUR_MS).toISOString());
    expect((await auditAccounts(onTime, {})).findings).toEqual([]);
  });

  it('are shown up to a hundred', async () => {
    await earners(101);
    await entries().updateMany({}, { $set: { unseenBy: ['a'] } });
    const later = at('2026-01-31T09:00:01+08:00');
    const { findings } = await auditAccounts(later, {});
    expect(findings.filter(({ code }) => code === 'L10')).toHaveLength(100);
  });
});

describe('an account that is written while it is read', () => {
  it('is read again, and found right when it is', async () => {
    const [id = 'mem_0'] = await earners(1);
    const join = joining(async (times) => {
      if (times > 1) return [];
      await earn(id, 'k2');
      await ledger.relayNow(NOW);
      return [WRONG];
    });
    const audit = await auditAccounts(NOW, { accountId: id, joins: [join] });
    expect(audit).toMatchObject({ ok: true, entries: 2 });
    expect(join.times).toBe(2);
  });

  it('is read three times more at most', async () => {
    const [id = 'mem_0'] = await earners(1);
    const join = joining(async (times) => {
      await earn(id, `k${times + 1}`);
      return [WRONG];
    });
    const audit = await auditAccounts(NOW, { accountId: id, joins: [join] });
    expect(audit.findings).toMatchObject([{ ...WRONG, accountId: id }]);
    expect(join.times).toBe(4);
  });

  it('is not read again when nobody wrote it, or when it is gone', async () => {
    const [id = 'mem_0'] = await earners(1);
    const still = joining(async () => [WRONG]);
    expect((await auditAccounts(NOW, { accountId: id, joins: [still] })).ok).toBe(false);
    expect(still.times).toBe(1);
    const gone = joining(async () => {
      await accounts().deleteOne({ _id: id });
      return [WRONG];
    });
    expect((await auditAccounts(NOW, { accountId: id, joins: [gone] })).ok).toBe(false);
    expect(gone.times).toBe(1);
  });

  it('is not blamed for entries that it counts by now', async () => {
    const [, second = 'mem_1'] = await earners(2);
    // Both accounts have been read when the first one is compared.
    const join = joining(async (times) => {
      if (times > 1) return [];
      await earn(second, 'k2');
      await ledger.relayNow(NOW);
      return [];
    });
    expect(await auditAccounts(NOW, { joins: [join] })).toMatchObject({ ok: true, entries: 2 });
    expect(join.times).toBe(2);
  });
});
