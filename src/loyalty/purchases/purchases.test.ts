import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import type { Event } from '../events/index.ts';
import * as ledger from '../ledger/index.ts';
import * as settings from '../settings/index.ts';
import { payPurchase, type RecordPurchaseInput, recordPurchase, relayOutbox } from './index.ts';
import { PurchaseModel } from './purchase.model.ts';

const { connection } = useDatabase();
let clock = new Date('2026-01-01T00:00:00+08:00');
const till = newId('key', clock);
beforeAll(() => {
  const { log } = at('2026-01-01T00:00:00+08:00');
  const { standalone } = connection();
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => clock, log });
});
afterAll(() => ledger.close());

function request(instant: string): Context {
  const ctx = at(instant, { actor: { type: 'system', id: till } });
  clock = ctx.now;
  return ctx;
}

let sales = 0;

/** A sale of ¥32.50 that was paid at noon of 31 January. */
function sale(more: Partial<RecordPurchaseInput> = {}): RecordPurchaseInput {
  return {
    purchaseId: `20260131-${++sales}`,
    memberId: newId('mem', new Date('2026-01-01T00:00:00+08:00')),
    amountFen: 3250,
    paidAt: new Date('2026-01-31T12:00:00+08:00'),
    source: till,
    ...more,
  };
}

async function available(ctx: Context, memberId: MemberId): Promise<number> {
  return (await ledger.balanceOf(ctx, memberId)).available;
}

/** What `jobs` does with an event. */
async function receive(ctx: Context, event: Event): Promise<void> {
  if (event.type === 'purchase.recorded') await payPurchase(ctx, event);
}

const soon = '2026-01-31T12:05:00+08:00';

describe('a sale', () => {
  test('earns a point for each yuan, and says which rule gave it', async () => {
    const ctx = request(soon);
    const input = sale();
    const answer = await recordPurchase(ctx, input);
    expect(answer).toEqual({
      entryId: expect.stringMatching(new RegExp(`^${input.memberId}\\.0+1$`)),
      pointsEarned: 32,
      balance: 32,
      repeated: false,
    });
    const key = `purchase:${till}:${input.purchaseId}`;
    const entry = await ledger.entryOf(ctx, input.memberId, key);
    expect(entry?.moves).toMatchObject([
      {
        given: [{ points: 32, expiresOn: '2027-02-01' }],
        sources: [{ source: 'purchase.base', points: 32 }],
        ruleVersion: 'standard@1',
      },
    ]);
    expect(await PurchaseModel.countDocuments({ 'outbox.0': { $exists: true } })).toBe(0);
  });

  test('counts for the day it was paid on, also when it is reported in the next month', async () => {
    const input = sale({ paidAt: new Date('2026-01-31T23:59:59+08:00') });
    const ctx = request('2026-02-01T00:10:00+08:00');
    await recordPurchase(ctx, input);
    expect(await ledger.expiringOf(ctx, input.memberId, '2027-12-31')).toEqual([
      { expiresOn: '2027-02-01', points: 32 },
    ]);
  });

  test.each([
    [0, 0],
    [1, 0],
    [99, 0],
    [100, 1],
    [199, 1],
    [100_000_000_099, 1_000_000_000],
  ])('of %i fen earns %i', async (amountFen, points) => {
    const input = sale({ amountFen });
    const first = await recordPurchase(request(soon), input);
    expect(first).toMatchObject({ pointsEarned: points, balance: points, repeated: false });
    expect(first.entryId === null).toBe(points === 0);
    const again = await recordPurchase(request(soon), input);
    expect(again).toEqual({ ...first, repeated: true });
  });

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53 - 1, 2 ** 53, 100_000_000_100])(
    'of %d fen is no amount, and nothing is stored',
    async (amountFen) => {
      const input = sale({ amountFen });
      await expect(recordPurchase(request(soon), input)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'AMOUNT_INVALID',
      });
      expect(await PurchaseModel.exists({ purchaseId: input.purchaseId })).toBeNull();
    },
  );

  test.each(['', 'with space', 'a:b', '2026-01-31', 'x'.repeat(101), '编号'])(
    'cannot be called "%s"',
    async (purchaseId) => {
      await expect(recordPurchase(request(soon), sale({ purchaseId }))).rejects.toMatchObject({
        code: 'PURCHASE_ID_INVALID',
      });
    },
  );

  test.each([
    ['in the future', '2026-01-31T12:16:00+08:00'],
    ['before its points would have expired', '2024-12-31T12:00:00+08:00'],
    ['at no time', 'never'],
  ])('paid %s is refused', async (_when, paidAt) => {
    const input = sale({ paidAt: new Date(paidAt) });
    await expect(recordPurchase(request(soon), input)).rejects.toMatchObject({
      code: 'PAID_AT_INVALID',
    });
  });
});

describe('a sale that is reported again', () => {
  test('gets the first answer and earns nothing more, whatever the rules are by then', async () => {
    const input = sale();
    const first = await recordPurchase(request(soon), input);
    const later = request('2026-03-01T09:00:00+08:00');
    await settings.change(later, 'rules', { inForce: 'wiki@1' });
    expect(await recordPurchase(later, input)).toEqual({ ...first, repeated: true });
    await settings.change(later, 'rules', { inForce: 'standard@1' });
  });

  test('ten times at the same moment earns once', async () => {
    const input = sale();
    const all = await Promise.all(
      Array.from({ length: 10 }, () => recordPurchase(request(soon), input)),
    );
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await available(request(soon), input.memberId)).toBe(32);
  });

  test.each([
    ['amount', { amountFen: 3251 }],
    ['time', { paidAt: new Date('2026-01-31T12:00:01+08:00') }],
    ['member', { memberId: newId('mem', new Date('2026-01-02T00:00:00+08:00')) }],
    ['lines', { lines: [{ category: '奶粉', amountFen: 3250 }] }],
  ])('with another %s is KEY_REUSED, and nothing changes', async (_what, change) => {
    const input = sale();
    await recordPurchase(request(soon), input);
    const other = { ...input, ...change };
    await expect(recordPurchase(request(soon), other)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'KEY_REUSED',
    });
    expect(await available(request(soon), input.memberId)).toBe(32);
  });

  test('by another till is another sale', async () => {
    const input = sale();
    await recordPurchase(request(soon), input);
    const other = await recordPurchase(request(soon), { ...input, source: 'key_other' });
    expect(other).toMatchObject({ repeated: false, balance: 64 });
  });
});

describe('a sale that was stored by a process that died before it was credited', () => {
  /**
   * The sale is stored and its posting fails: the till's id is of a clock that is a quarter of an hour
   * ahead, and the ledger takes no facts from the future.
   */
  async function crashed(): Promise<RecordPurchaseInput> {
    const input = sale({ source: newId('key', new Date('2026-01-31T12:20:00+08:00')) });
    const failed = recordPurchase(request(soon), input);
    await expect(failed).rejects.toMatchObject({ code: 'FACT_FROM_THE_FUTURE' });
    expect(await available(request(soon), input.memberId)).toBe(0);
    return input;
  }

  test('is credited once by the repeat of the report', async () => {
    const input = await crashed();
    const ctx = request('2026-01-31T12:20:00+08:00');
    expect(await recordPurchase(ctx, input)).toMatchObject({ pointsEarned: 32, repeated: false });
    expect(await recordPurchase(ctx, input)).toMatchObject({ pointsEarned: 32, repeated: true });
    await relayOutbox(ctx, receive);
    expect(await available(ctx, input.memberId)).toBe(32);
  });

  test('is credited once by the relay, and the repeat of the report changes nothing', async () => {
    const input = await crashed();
    const ctx = request('2026-01-31T12:20:00+08:00');
    expect(await relayOutbox(ctx, receive)).toEqual({ done: 1, more: false });
    expect(await relayOutbox(ctx, receive)).toEqual({ done: 0, more: false });
    expect(await available(ctx, input.memberId)).toBe(32);
    expect(await recordPurchase(ctx, input)).toMatchObject({ balance: 32, repeated: true });
  });

  test('is credited once when the report and the relay come at the same moment', async () => {
    const input = await crashed();
    const ctx = request('2026-01-31T12:20:00+08:00');
    await Promise.all([
      recordPurchase(ctx, input),
      relayOutbox(ctx, receive),
      recordPurchase(ctx, input),
    ]);
    expect(await available(ctx, input.memberId)).toBe(32);
  });
});

test('lines earn by their category, and must add up to the amount', async () => {
  const ctx = request('2026-04-01T12:00:00+08:00');
  await settings.change(ctx, 'rules', { inForce: 'category@1' });
  const lines = [
    { category: '奶粉', amountFen: 20_000 },
    { category: '文具', amountFen: 5_000 },
  ];
  const input = sale({ amountFen: 25_000, lines });
  expect(await recordPurchase(ctx, input)).toMatchObject({ pointsEarned: 650 });
  expect(await recordPurchase(ctx, input)).toMatchObject({ repeated: true });
  const wrong = sale({ amountFen: 25_001, lines });
  await expect(recordPurchase(ctx, wrong)).rejects.toMatchObject({ code: 'AMOUNT_INVALID' });
  await settings.change(ctx, 'rules', { inForce: 'standard@1' });
});

test('a closed account earns nothing any more, and the sale is on record', async () => {
  const ctx = request(soon);
  const input = sale();
  await ledger.post(ctx, input.memberId, 'close:test', (book) => {
    book.close();
    return {};
  });
  expect(await recordPurchase(ctx, input)).toEqual({
    entryId: null,
    pointsEarned: 0,
    balance: 0,
    repeated: false,
  });
});
