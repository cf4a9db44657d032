import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import * as ledger from '../ledger/index.ts';
import * as risk from '../risk/index.ts';
import { CaseModel } from './case.model.ts';
import { closeCase, listCases, seeEntries } from './index.ts';

const { connection } = useDatabase();
const DAY = at('2026-01-31T10:00:00+08:00');
const NIGHT = at('2026-02-01T02:00:00+08:00');
const NEXT_NIGHT = at('2026-02-02T02:00:00+08:00');
const why = { note: '有人改过数据库 𠮷', by: '王芳' };
let thief: MemberId;
let other: MemberId;

function open(): void {
  const { standalone } = connection();
  const consumers = [{ name: 'cases', see: seeEntries }];
  ledger.open({ couriers: [], consumers, standalone, clock: () => DAY.now, log: DAY.log });
}

beforeAll(open);
afterAll(() => ledger.close());
beforeEach(async () => {
  await ledger.close();
  for (const name of ['accounts', 'entries', 'audit_rounds', 'cases', 'sanctions']) {
    await database().collection(name).deleteMany({});
  }
  open();
  [thief, other] = [newId('mem', DAY.now), newId('mem', DAY.now)];
  for (const accountId of [thief, other]) {
    await ledger.post(DAY, accountId, 'gift:1', (book) => {
      book.earn({ points: 100, expiresOn: '2027-02-01' });
      return {};
    });
  }
  await ledger.relayNow(DAY);
  await ledger.close();
  // Ten years more: what somebody with access to the database would like to have.
  const prolonged = { $set: { 'lots.0.expiresOn': '2037-02-01' } };
  await database().collection<{ _id: string }>('accounts').updateOne({ _id: thief }, prolonged);
  open();
});

/** A whole night of the audit. */
async function audits(ctx = NIGHT): Promise<void> {
  for (let more = true; more; ) ({ more } = await ledger.auditNightly(ctx));
  await ledger.relayNow(ctx);
}

describe('an account that the nightly audit found wrong', () => {
  test('has a case that names it, the law and the entry that froze it; nobody else has', async () => {
    await audits();
    expect(await listCases(NIGHT, { limit: 9 })).toMatchObject([
      {
        kind: 'audit-finding',
        accountId: thief,
        laws: 'L5',
        entryId: `${thief}.000000002`,
        status: 'open',
        closedBy: null,
        note: null,
      },
    ]);
  });

  test('has one case for it, however often and by whomever the entry is shown', async () => {
    await audits();
    const { entries } = await ledger.statementOf(NIGHT, thief, { limit: 9 });
    await Promise.all(Array.from({ length: 6 }, () => seeEntries(NEXT_NIGHT, entries)));
    expect(await CaseModel.countDocuments()).toBe(1);
    const [first] = await listCases(NIGHT, { limit: 9 });
    if (!first) throw new Error('no case was opened');
    await closeCase(NEXT_NIGHT, { caseId: first._id, ...why });
    await seeEntries(NEXT_NIGHT, entries);
    expect(await listCases(NIGHT, { limit: 9 })).toMatchObject([{ status: 'closed' }]);
  });

  test('has another one when it was opened again and is still wrong', async () => {
    await audits();
    await risk.unfreeze(NIGHT, { accountId: thief, reason: '看过了', by: '王芳' });
    await audits(NEXT_NIGHT);
    const found = await listCases(NEXT_NIGHT, { limit: 9, accountId: thief });
    expect(found.map(({ entryId }) => entryId)).toEqual([
      `${thief}.000000004`,
      `${thief}.000000002`,
    ]);
    expect(await listCases(NEXT_NIGHT, { limit: 1 })).toMatchObject([{ _id: found[0]?._id }]);
    const before = found[0]?._id;
    if (!before) throw new Error('no case was opened');
    expect(await listCases(NEXT_NIGHT, { limit: 9, before })).toMatchObject([found[1]]);
  });

  test('has none for being frozen by a person', async () => {
    await risk.freeze(DAY, { accountId: other, reason: '一人多号', by: '王芳' });
    await ledger.relayNow(DAY);
    expect(await listCases(DAY, { limit: 9 })).toEqual([]);
  });
});

describe('closing', () => {
  async function caseId() {
    await audits();
    const [found] = await listCases(NIGHT, { limit: 9, status: 'open' });
    if (!found) throw new Error('no case was opened');
    return found._id;
  }

  test('says who, when and what came out, and opens no account', async () => {
    const closed = await closeCase(NEXT_NIGHT, { caseId: await caseId(), ...why });
    const closedBy = '王芳';
    expect(closed).toMatchObject({ status: 'closed', closedBy, note: why.note });
    expect(closed.closedAt).toEqual(NEXT_NIGHT.now);
    expect(await listCases(NIGHT, { limit: 9, status: 'open' })).toEqual([]);
    expect(await risk.statusOf(NIGHT, thief)).toBe('frozen');
  });

  test('twice with the same words is once; by another or with other words it comes too late', async () => {
    const id = await caseId();
    const first = await closeCase(NIGHT, { caseId: id, ...why });
    expect(await closeCase(NEXT_NIGHT, { caseId: id, ...why })).toEqual(first);
    for (const change of [{ by: '李雷' }, { note: '别的' }]) {
      const again = closeCase(NEXT_NIGHT, { caseId: id, ...why, ...change });
      await expect(again).rejects.toMatchObject({ code: 'CASE_STATUS_CONFLICT' });
    }
  });

  test('needs a case, a name and a note', async () => {
    const id = await caseId();
    const nobody = newId('cas', NIGHT.now);
    await expect(closeCase(NIGHT, { caseId: nobody, ...why })).rejects.toMatchObject({
      code: 'CASE_NOT_FOUND',
    });
    await expect(closeCase(NIGHT, { caseId: id, ...why, by: ' ' })).rejects.toMatchObject({
      code: 'NAME_INVALID',
    });
    await expect(closeCase(NIGHT, { caseId: id, ...why, note: '' })).rejects.toMatchObject({
      code: 'REASON_INVALID',
    });
    expect(await listCases(NIGHT, { limit: 9, status: 'open' })).toHaveLength(1);
  });
});
