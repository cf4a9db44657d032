import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { outboxItem } from '../../platform/outbox.ts';
import * as ledger from '../ledger/index.ts';
import { accountStory, forfeit, freeze, listSanctions, restore, unfreeze } from './index.ts';
import { relayOutbox } from './relay-outbox.ts';
import { SanctionModel, type SanctionVerb } from './sanction.model.ts';
import { settleSanction } from './settle-sanction.ts';

const { connection } = useDatabase();
const ctx = at('2026-11-21T10:00:00+08:00');
const later = at('2026-11-21T10:01:00+08:00');
const why = { by: '王芳', reason: '一人多号 𠮷' };
let accountId: MemberId;

beforeAll(() => {
  const { standalone } = connection();
  const clock = () => ctx.now;
  ledger.open({ couriers: [], consumers: [], standalone, clock, log: ctx.log });
});
beforeEach(async () => {
  accountId = newId('mem', ctx.now);
  await earn(100);
});
afterAll(() => ledger.close());

async function earn(points: number): Promise<void> {
  await ledger.post(ctx, accountId, `gift:${points}`, (book) => {
    book.earn({ points, expiresOn: '2027-12-01' });
    return {};
  });
}

/** Everything adds up, and this is what can be spent. */
async function balance(when = ctx): Promise<number> {
  await ledger.relayNow(when);
  expect((await ledger.audit(when, { accountId })).findings).toEqual([]);
  return (await ledger.balanceOf(when, accountId)).available;
}

const keys = async () =>
  (await ledger.statementOf(ctx, accountId, { limit: 50 })).entries.map(({ key }) => key);

/** A decision by a process that died before the books had it. */
async function leftBehind(verb: SanctionVerb) {
  const _id = newId('san', ctx.now);
  const event = { type: 'sanction.decided', sanctionId: _id } as const;
  const outbox = [outboxItem(ctx, event)];
  const decided = { decidedAt: ctx.now, status: 'decided', outbox } as const;
  await SanctionModel.create({ _id, accountId, verb, of: null, ...why, ...decided });
  return _id;
}

describe('freezing', () => {
  test('stops a spend, names its decision in the entry, and keeps the reason out of the books', async () => {
    const { _id, status, points } = await freeze(ctx, { accountId, ...why });
    expect({ status, points }).toEqual({ status: 'done', points: null });
    const spend = ledger.post(ctx, accountId, 'order:1', (book) => {
      book.spend({ points: 1, purpose: 'redemption' });
      return {};
    });
    await expect(spend).rejects.toMatchObject({ code: 'ACCOUNT_FROZEN' });
    const entry = await ledger.entryOf(ctx, accountId, `freeze:${_id}`);
    expect(entry).toMatchObject({ status: 'frozen', outcome: {} });
    expect(JSON.stringify(entry)).not.toMatch(/王芳|一人多号/);
    expect(await SanctionModel.findById(_id).lean()).toMatchObject({ outbox: [], ...why });
    expect(await balance()).toBe(100);
  });

  test('twice is told as frozen already, and leaves no trace', async () => {
    await freeze(ctx, { accountId, ...why });
    await expect(freeze(later, { accountId, by: '李雷', reason: '同上' })).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_ACTIVE',
      message: expect.stringContaining('frozen already'),
    });
    expect(await keys()).toHaveLength(2);
    expect(await listSanctions(ctx, accountId, { limit: 100 })).toHaveLength(1);
  });

  test('by eight people at once happens once', async () => {
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => freeze(ctx, { accountId, by: `p${n}`, reason: 'same' })),
    );
    const said = all.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code));
    expect(said.toSorted()).toEqual([...Array(7).fill('ACCOUNT_NOT_ACTIVE'), 'done']);
    const { entries } = await ledger.statementOf(ctx, accountId, { limit: 50 });
    const frozen = entries.filter(({ status }) => status === 'frozen');
    expect(frozen).toHaveLength(1);
    // Who read the account before it was frozen and decided after it is refused on record.
    for (const entry of entries.filter(({ reason }) => reason === 'freeze')) {
      if (entry._id === frozen[0]?._id) continue;
      expect(entry.outcome).toMatchObject({ outcome: 'refused', code: 'ACCOUNT_NOT_ACTIVE' });
      expect(entry).toMatchObject({ moves: [] });
      expect(entry.status).toBeUndefined();
    }
    expect(await balance()).toBe(100);
  });

  test('is possible before the first point, but not for a stock that nobody knows', async () => {
    const fresh = newId('mem', ctx.now);
    expect(await freeze(ctx, { accountId: fresh, ...why })).toMatchObject({ status: 'done' });
    const stock = `stock:${newId('rwd', ctx.now)}` as const;
    await expect(freeze(ctx, { accountId: stock, ...why })).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FOUND',
    });
    expect((await ledger.statementOf(ctx, stock, { limit: 1 })).entries).toEqual([]);
  });

  test.each([
    ['freeze', freeze],
    ['unfreeze', unfreeze],
    ['forfeit', forfeit],
    ['restore', restore],
  ])('and every other verb: %s leaves a closed account alone', async (_verb, act) => {
    await ledger.post(ctx, accountId, 'close:1', (book) => {
      book.close();
      return {};
    });
    await expect(act(ctx, { accountId, ...why })).rejects.toMatchObject({ code: 'ACCOUNT_CLOSED' });
  });
});

describe('a decision that a crash left behind', () => {
  test('is booked by the relay, once, and then no more is due', async () => {
    const sanctionId = await leftBehind('freeze');
    expect(await relayOutbox(later, settleSanction)).toEqual({ done: 1, more: false });
    expect(await relayOutbox(later, settleSanction)).toEqual({ done: 0, more: false });
    expect(await SanctionModel.findById(sanctionId).lean()).toMatchObject({
      status: 'done',
      outbox: [],
    });
    expect((await keys())[0]).toBe(`freeze:${sanctionId}`);
  });

  test('is finished by whoever repeats it, and is their answer', async () => {
    const sanctionId = await leftBehind('freeze');
    expect(await freeze(later, { accountId, ...why })).toMatchObject({ _id: sanctionId });
  });

  test('comes first when something else is decided', async () => {
    const sanctionId = await leftBehind('freeze');
    await unfreeze(later, { accountId, ...why });
    const [second, first] = await keys();
    expect(first).toBe(`freeze:${sanctionId}`);
    expect(second).toMatch(/^unfreeze:/);
  });

  test('whose note alone was lost changes nothing more', async () => {
    const { _id } = await freeze(ctx, { accountId, ...why });
    await unfreeze(ctx, { accountId, ...why });
    await SanctionModel.updateOne({ _id }, { $set: { status: 'decided' } });
    expect(await settleSanction(later, { sanctionId: _id })).toMatchObject({ status: 'done' });
    expect((await accountStory(ctx, accountId)).status).toBe('active');
  });

  test('keeps the refusal that it got, whatever the account becomes', async () => {
    const sanctionId = await leftBehind('unfreeze');
    expect(await settleSanction(ctx, { sanctionId })).toMatchObject({
      status: 'refused',
      refusal: 'ACCOUNT_NOT_FROZEN',
    });
    await freeze(ctx, { accountId, ...why });
    await SanctionModel.updateOne({ _id: sanctionId }, { $set: { status: 'decided' } });
    expect(await settleSanction(later, { sanctionId })).toMatchObject({ status: 'refused' });
    expect((await accountStory(ctx, accountId)).status).toBe('frozen');
  });

  test('waits where the database fails, and is told as nothing but an error', async () => {
    const lost = vi.spyOn(SanctionModel, 'updateOne').mockImplementationOnce(() => {
      throw new Error('connection lost');
    });
    await expect(freeze(ctx, { accountId, ...why })).rejects.toThrow('connection lost');
    lost.mockRestore();
    expect(await freeze(later, { accountId, ...why })).toMatchObject({ status: 'done' });
    expect((await keys()).filter((key) => key.startsWith('freeze:'))).toHaveLength(1);
  });
});

describe('a forfeiture', () => {
  test('takes what is free, held and pending, and comes back wholly, once', async () => {
    await ledger.post(ctx, accountId, 'more:1', (book) => {
      book.hold({
        holdId: 'h',
        points: 30,
        purpose: 'redemption',
        until: new Date('2026-12-01T00:00:00+08:00'),
      });
      book.earn({ points: 20, expiresOn: '2027-12-01', pendingUntil: '2026-12-05' });
      return {};
    });
    await freeze(ctx, { accountId, ...why });
    expect(await forfeit(ctx, { accountId, ...why })).toMatchObject({
      status: 'done',
      points: 120,
    });
    expect(await ledger.balanceOf(ctx, accountId)).toMatchObject({
      available: 0,
      held: 0,
      pending: 0,
    });
    await expect(forfeit(ctx, { accountId, ...why })).rejects.toMatchObject({
      code: 'NOTHING_TO_FORFEIT',
    });
    expect(await restore(later, { accountId, ...why })).toMatchObject({ points: 120 });
    await expect(restore(later, { accountId, ...why })).rejects.toMatchObject({
      code: 'NOTHING_TO_RESTORE',
    });
    expect(await balance()).toBe(120);
    expect((await accountStory(ctx, accountId)).status).toBe('frozen');
  });

  test('is only for a frozen account of a member', async () => {
    await expect(forfeit(ctx, { accountId, ...why })).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_FROZEN',
    });
    const stock = `stock:${newId('rwd', ctx.now)}` as const;
    await ledger.post(ctx, stock, 'restock:1', (book) => {
      book.earn({ points: 2, kind: 'unit', expiresOn: '9999-12-31' });
      return {};
    });
    await freeze(ctx, { accountId: stock, ...why });
    await expect(forfeit(ctx, { accountId: stock, ...why })).rejects.toMatchObject({
      code: 'ACCOUNT_NOT_OF_MEMBER',
    });
    await unfreeze(ctx, { accountId: stock, ...why });
  });

  test('made by two people at once takes everything once', async () => {
    await freeze(ctx, { accountId, ...why });
    const both = await Promise.allSettled(
      ['a', 'b'].map((by) => forfeit(ctx, { accountId, by, reason: 'same' })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const again = await Promise.allSettled(
      ['a', 'b'].map((by) => restore(ctx, { accountId, by, reason: 'same' })),
    );
    expect(again.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await balance()).toBe(100);
  });

  test.each([
    ['on the last day it can', '2027-11-21T23:59:59+08:00', null],
    ['a day later it cannot', '2027-11-22T00:00:00+08:00', 'REFUND_WINDOW_CLOSED'],
  ])('is given back: %s', async (_when, instant, code) => {
    await freeze(ctx, { accountId, ...why });
    await forfeit(ctx, { accountId, ...why });
    const given = restore(at(instant), { accountId, ...why });
    if (code === null) expect(await given).toMatchObject({ points: 100 });
    else await expect(given).rejects.toMatchObject({ code });
    expect(await balance(at(instant))).toBe(code === null ? 100 : 0);
  });

  test('gives the second one back before the first', async () => {
    await freeze(ctx, { accountId, ...why });
    await forfeit(ctx, { accountId, ...why });
    await earn(7);
    await forfeit(later, { accountId, ...why });
    expect(await restore(later, { accountId, ...why })).toMatchObject({ points: 7 });
    expect(await restore(later, { accountId, ...why })).toMatchObject({ points: 100 });
    expect(await balance()).toBe(107);
  });
});

describe('the story of an account', () => {
  test('names who froze it: a person, or the audit of a night', async () => {
    expect(await accountStory(ctx, accountId)).toMatchObject({ status: 'active', changedBy: null });
    await freeze(ctx, { accountId, ...why });
    expect(await accountStory(ctx, accountId)).toMatchObject({ status: 'frozen', sanction: why });
    await unfreeze(ctx, { accountId, ...why });
    await ledger.post(ctx, accountId, 'audit:2026-11-21', (book) => {
      book.freeze();
      return { laws: 'L4 L5' };
    });
    expect(await accountStory(ctx, accountId)).toMatchObject({
      status: 'frozen',
      sanction: null,
      laws: 'L4 L5',
      changedBy: { key: 'audit:2026-11-21' },
    });
  });

  test('finds what waits behind hundreds of entries', async () => {
    const post = (key: string) =>
      ledger.post(ctx, accountId, key, (book) => {
        if (key === 'order:1') book.deliver({ type: 'order', to: 'ord_1', payload: {} });
        else book.earn({ points: 1, expiresOn: '2027-12-01' });
        return {};
      });
    await post('order:1');
    for (let batch = 0; batch < 7; batch++) {
      await Promise.all(Array.from({ length: 60 }, (_, n) => post(`gift:${batch}-${n}`)));
      await ledger.relayNow(ctx);
    }
    const { openDeliveries, entries } = await accountStory(ctx, accountId);
    expect(entries).toBe(422);
    expect(openDeliveries).toMatchObject([{ type: 'order', to: 'ord_1', sentAt: ctx.now }]);
  });
});
