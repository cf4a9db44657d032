import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type Document,
  type Parts,
  partsOf,
  writeParts,
} from '../../../tests/support/backup-file.ts';
import { useRestorable } from '../../../tests/support/restored.ts';
import { expectCleanBooks, follower } from '../../../tests/support/shop.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as cases from '../../loyalty/cases/index.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as risk from '../../loyalty/risk/index.ts';

// Each test fills a database several times, on a server that may be busy.
vi.setConfig({ testTimeout: 90_000 });

const shop = useRestorable();
const why = { by: '王芳', reason: '一人多号 𠮷' };
let ann: MemberId;
/** The books as they were before anybody decided anything. */
let older: Parts['documents'];

beforeEach(async () => {
  await shop.empty();
  ann = await follower(shop.ctx(), 100);
  await ledger.relayNow(shop.ctx());
  older = partsOf(await shop.backUp()).documents;
});

/** A backup of now, in which some sections are changed. */
async function backedUp(change: (documents: Parts['documents']) => void): Promise<string> {
  await ledger.relayNow(shop.ctx());
  const parts = partsOf(await shop.backUp());
  change(parts.documents);
  const file = shop.file();
  writeParts(file, parts);
  return file;
}

/** The account of Ann is older than everything else: what was booked since is cut. */
function withOlderAccount(documents: Parts['documents']): void {
  const others = (documents.get('accounts') ?? []).filter(({ _id }) => _id !== ann);
  const then = (older.get('accounts') ?? []).filter(({ _id }) => _id === ann);
  documents.set('accounts', [...others, ...then]);
}

async function adjusted(points: number, reason = '收银机故障'): Promise<cases.AdjustmentId> {
  const request = { memberId: ann, points, category: 'correction', reason, by: '王芳' } as const;
  const { _id: requestId } = await cases.requestAdjustment(shop.ctx(), request);
  await cases.approveAdjustment(shop.ctx(), { requestId, by: '李雷' });
  return requestId;
}

async function available(): Promise<number> {
  return (await ledger.balanceOf(shop.ctx(), ann)).available;
}

/** What became of Ann's account, oldest first. */
async function keys(): Promise<readonly string[]> {
  const { entries } = await ledger.statementOf(shop.ctx(), ann, { limit: 50 });
  return entries.map(({ key }) => key).toReversed();
}

/** What was said beside the progress. */
function told(said: readonly string[]): readonly string[] {
  return said.filter((line) => !line.startsWith('…'));
}

describe('decisions whose entries were cut', () => {
  test('are carried out again, in their order, under their own keys', async () => {
    const plus = await adjusted(50);
    const frozen = await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    const taken = await risk.forfeit(shop.ctx(), { accountId: ann, ...why });
    const given = await risk.restore(shop.ctx(), { accountId: ann, ...why });
    const opened = await risk.unfreeze(shop.ctx(), { accountId: ann, ...why });
    const minus = await adjusted(-30);
    const before = await keys();
    const said = await shop.restore(await backedUp(withOlderAccount));
    expect(told(said)).toEqual([
      'entries that are younger than their accounts, dropped: 6',
      `correction ${plus} of ${ann}: carried out again`,
      `freeze ${frozen._id} of ${ann}: carried out again`,
      `forfeit ${taken._id} of ${ann}: carried out again`,
      `restore ${given._id} of ${ann}: carried out again`,
      `unfreeze ${opened._id} of ${ann}: carried out again`,
      `correction ${minus} of ${ann}: carried out again`,
    ]);
    expect(await keys()).toEqual(before);
    expect(await available()).toBe(120);
    expect(await risk.statusOf(shop.ctx(), ann)).toBe('active');
    await expectCleanBooks(shop.ctx());
    // And once more there is nothing left to do.
    expect(told(await shop.restore(await backedUp(() => undefined)))).toEqual([]);
    expect(await available()).toBe(120);
  });

  test('leave an account frozen that was frozen, and nothing can be taken from it', async () => {
    await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    await shop.restore(await backedUp(withOlderAccount));
    const spend = ledger.post(shop.ctx(), ann, 'order:1', (book) => {
      book.spend({ points: 1, purpose: 'redemption' });
      return {};
    });
    await expect(spend).rejects.toMatchObject({ code: 'ACCOUNT_FROZEN' });
    const { sanction } = await risk.accountStory(shop.ctx(), ann);
    expect(sanction).toMatchObject({ verb: 'freeze', ...why });
  });

  test('take what is there now: a forfeiture says how much that was', async () => {
    await ledger.post(shop.ctx(), ann, 'gift:9', (book) => {
      book.earn({ points: 900, expiresOn: '2027-12-01' });
      return {};
    });
    await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    expect(await risk.forfeit(shop.ctx(), { accountId: ann, ...why })).toMatchObject({
      points: 1000,
    });
    // The gift is cut as well, and nobody brings it again.
    await shop.restore(await backedUp(withOlderAccount));
    const [forfeiture] = await risk.listSanctions(shop.ctx(), ann, { limit: 1 });
    expect(forfeiture).toMatchObject({ status: 'done', points: 100 });
    expect(await available()).toBe(0);
    expect(await risk.restore(shop.ctx(), { accountId: ann, ...why })).toMatchObject({
      points: 100,
    });
    expect(await available()).toBe(100);
  });

  test('that the account does not allow any more are told, and kept as refused', async () => {
    await ledger.post(shop.ctx(), ann, 'gift:9', (book) => {
      book.earn({ points: 900, expiresOn: '2027-12-01' });
      return {};
    });
    const requestId = await adjusted(-1000);
    const earlier = { accountId: ann, ...why };
    const said = await shop.restore(await backedUp(withOlderAccount));
    expect(said).toContain(`correction ${requestId} of ${ann}: refused, POINTS_INSUFFICIENT`);
    expect(await cases.getAdjustment(shop.ctx(), requestId)).toMatchObject({
      status: 'refused',
      refusal: 'POINTS_INSUFFICIENT',
    });
    expect(await available()).toBe(100);
    await expect(risk.restore(shop.ctx(), earlier)).rejects.toMatchObject({
      code: 'NOTHING_TO_RESTORE',
    });
    await expectCleanBooks(shop.ctx());
  });

  test('a forfeiture that finds nothing, and its restoring with it', async () => {
    await ledger.post(shop.ctx(), ann, 'order:1', (book) => {
      book.spend({ points: 100, purpose: 'redemption' });
      return {};
    });
    await ledger.relayNow(shop.ctx());
    older = partsOf(await shop.backUp()).documents;
    await ledger.post(shop.ctx(), ann, 'gift:9', (book) => {
      book.earn({ points: 900, expiresOn: '2027-12-01' });
      return {};
    });
    await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    const taken = await risk.forfeit(shop.ctx(), { accountId: ann, ...why });
    const given = await risk.restore(shop.ctx(), { accountId: ann, ...why });
    const said = await shop.restore(await backedUp(withOlderAccount));
    expect(said).toContain(`forfeit ${taken._id} of ${ann}: refused, NOTHING_TO_FORFEIT`);
    expect(said).toContain(`restore ${given._id} of ${ann}: refused, NOTHING_TO_RESTORE`);
    expect(await available()).toBe(0);
    await expectCleanBooks(shop.ctx());
  });
});

describe('decisions that were taken while the backup ran', () => {
  /** The first reading of a collection, as it was before. */
  const asBefore = (name: string) => (documents: Parts['documents']) => {
    documents.set(name, [...(older.get(name) ?? [])]);
  };

  test('are read again, so that the account that they froze knows why', async () => {
    await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    const said = await shop.restore(await backedUp(asBefore('sanctions')));
    expect(told(said)).toEqual([]);
    expect((await risk.accountStory(shop.ctx(), ann)).sanction).toMatchObject(why);
  });

  test('a correction that was asked for long ago is read as decided', async () => {
    const asked = { points: 50, category: 'correction', reason: '收银机故障', by: '王芳' } as const;
    const request = await cases.requestAdjustment(shop.ctx(), { memberId: ann, ...asked });
    await ledger.relayNow(shop.ctx());
    older = partsOf(await shop.backUp()).documents;
    shop.nowMs += 3 * 86_400_000;
    const { _id: requestId } = request;
    await cases.approveAdjustment(shop.ctx(), { requestId, by: '李雷' });
    const said = await shop.restore(await backedUp(asBefore('adjustment_requests')));
    expect(told(said)).toEqual([]);
    expect(await cases.getAdjustment(shop.ctx(), requestId)).toMatchObject({ status: 'booked' });
    const reject = cases.rejectAdjustment(shop.ctx(), { requestId, by: '李雷' });
    await expect(reject).rejects.toMatchObject({ code: 'ADJUSTMENT_STATUS_CONFLICT' });
    expect(await available()).toBe(150);
  });

  test('two decisions about one account, the older read before it was carried out', async () => {
    const frozen = await risk.freeze(shop.ctx(), { accountId: ann, ...why });
    const opened = await risk.unfreeze(shop.ctx(), { accountId: ann, ...why });
    // At most one of an account waits for the books, and yet the first reading saw both as waiting.
    const file = await backedUp((documents) => {
      const waiting = (documents.get('sanctions') ?? []).map((one) => ({
        ...one,
        status: 'decided',
      }));
      documents.set('sanctions', waiting as Document[]);
    });
    expect(told(await shop.restore(file))).toEqual([]);
    const list = await risk.listSanctions(shop.ctx(), ann, { limit: 9 });
    expect(list.map(({ _id, status }) => [_id, status])).toEqual([
      [opened._id, 'done'],
      [frozen._id, 'done'],
    ]);
  });
});
