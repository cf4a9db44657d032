import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { BACK, BOUGHT, useTill, waiting } from '../../../tests/support/till.ts';
import * as ledger from '../ledger/index.ts';
import * as settings from '../settings/index.ts';
import { recordPurchase, recordRefund } from './index.ts';

const { request, sale, sold, returned, refundsOf, till } = useTill();

describe('a refund', () => {
  test('of a whole sale takes back all that it earned, from its own lot, by its own rules', async () => {
    const input = await sold();
    await settings.change(request(BACK), 'rules', { inForce: 'wiki@1' });
    const refund = returned(input);
    const answer = await recordRefund(request(BACK), refund);
    await settings.change(request(BACK), 'rules', { inForce: 'standard@1' });
    expect(answer).toEqual({
      entryId: expect.stringMatching(new RegExp(`^${input.memberId}\\.0+2$`)),
      pointsTaken: 32,
      balance: 0,
      debt: 0,
      repeated: false,
    });
    const key = `purchase-refund:${till}:${input.purchaseId}:${refund.refundId}`;
    expect(await ledger.entryOf(request(BACK), input.memberId, key)).toMatchObject({
      reason: 'purchase-refund',
      moves: [
        {
          type: 'clawback',
          taken: [{ points: 32, expiresOn: '2027-02-01' }],
          ruleVersion: 'standard@1',
        },
      ],
    });
    expect(await waiting()).toBe(0);
  });

  test('leaves other points alone, also those that expire sooner', async () => {
    const input = await sold();
    await ledger.post(request(BOUGHT), input.memberId, 'gift:1', (book) => {
      book.earn({ points: 40, expiresOn: '2026-03-01' });
      return {};
    });
    await recordRefund(request(BACK), returned(input));
    expect(await ledger.expiringOf(request(BACK), input.memberId, '2027-12-31')).toEqual([
      { expiresOn: '2026-03-01', points: 40 },
    ]);
  });

  test('in parts loses nothing to rounding: the last one takes what is left', async () => {
    const input = await sold();
    const taken: number[] = [];
    for (const amountFen of [49, 1, 1, 1149, 2050]) {
      const answer = await recordRefund(request(BACK), returned(input, { amountFen }));
      taken.push(answer.pointsTaken);
      expect(answer.entryId === null).toBe(answer.pointsTaken === 0);
    }
    // ¥32.50 → 32.01 → 32.00 → 31.99 → 20.50 → 0.
    expect(taken).toEqual([0, 0, 1, 11, 20]);
    const { available } = await ledger.balanceOf(request(BACK), input.memberId);
    expect(available).toBe(0);
  });

  test('takes the extra of a large order as soon as the rest is none', async () => {
    await settings.change(request(BOUGHT), 'rules', { inForce: 'micro-store@1' });
    const input = await sold({ amountFen: 10_100 });
    await settings.change(request(BOUGHT), 'rules', { inForce: 'standard@1' });
    const take = (amountFen: number) => recordRefund(request(BACK), returned(input, { amountFen }));
    expect(await take(100)).toMatchObject({ pointsTaken: 1, balance: 150 });
    expect(await take(1)).toMatchObject({ pointsTaken: 51, balance: 99 });
    expect(await take(9999)).toMatchObject({ pointsTaken: 99, balance: 0 });
  });

  test('of points that were spent is owed, and the next sale repays it', async () => {
    const input = await sold();
    await ledger.post(request(BOUGHT), input.memberId, 'spend:1', (book) => {
      book.spend({ points: 20, purpose: 'redemption' });
      return {};
    });
    expect(await recordRefund(request(BACK), returned(input))).toMatchObject({
      pointsTaken: 32,
      balance: 0,
      debt: 20,
    });
    const next = sale({ memberId: input.memberId, amountFen: 5000 });
    expect(await recordPurchase(request(BACK), next)).toMatchObject({
      pointsEarned: 50,
      balance: 30,
    });
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ debt: 0 });
  });

  test('of a sale that earned nothing is on record and takes nothing', async () => {
    const input = await sold({ amountFen: 99 });
    const refund = returned(input);
    const nothing = { entryId: null, pointsTaken: 0, balance: 0, debt: 0 };
    expect(await recordRefund(request(BACK), refund)).toEqual({ ...nothing, repeated: false });
    expect(await recordRefund(request(BACK), refund)).toEqual({ ...nothing, repeated: true });
    expect(await refundsOf(input)).toMatchObject([{ amountFen: 99, points: 0 }]);
    expect(await waiting()).toBe(0);
  });
});

describe('a refund by category', () => {
  const lines = [
    { category: '奶粉', amountFen: 20_000 },
    { category: '文具', amountFen: 5000 },
  ];
  beforeAll(() => settings.change(at(BOUGHT), 'rules', { inForce: 'category@1' }));
  afterAll(() => settings.change(at(BOUGHT), 'rules', { inForce: 'standard@1' }));

  test('takes what that category had earned', async () => {
    const input = await sold({ amountFen: 25_000, lines });
    const line = { category: '奶粉', amountFen: 1000 };
    const milk = returned(input, { amountFen: 1000, lines: [line] });
    expect(await recordRefund(request(BACK), milk)).toMatchObject({
      pointsTaken: 30,
      balance: 620,
    });
  });

  test('without lines counts for what earned least, until lines say otherwise', async () => {
    const input = await sold({ amountFen: 25_000, lines });
    const unsaid = returned(input, { amountFen: 5000 });
    expect(await recordRefund(request(BACK), unsaid)).toMatchObject({ pointsTaken: 50 });
    // The pens come back by name: so it was milk powder before.
    const pens = returned(input, {
      amountFen: 5000,
      lines: [{ category: '文具', amountFen: 5000 }],
    });
    expect(await recordRefund(request(BACK), pens)).toMatchObject({ pointsTaken: 150 });
    const rest = returned(input, { amountFen: 15_000 });
    expect(await recordRefund(request(BACK), rest)).toMatchObject({ pointsTaken: 450, balance: 0 });
  });

  test('beyond what was sold of it is refused', async () => {
    const input = await sold({ amountFen: 25_000, lines });
    const pens = [{ category: '文具', amountFen: 5001 }];
    const tooMuch = returned(input, { amountFen: 5001, lines: pens });
    await expect(recordRefund(request(BACK), tooMuch)).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_SALE',
      details: { category: '文具', paidFen: 5000, refundedFen: 5001 },
    });
    const plain = await sold();
    const named = returned(plain, { amountFen: 1, lines: [{ category: '文具', amountFen: 1 }] });
    await expect(recordRefund(request(BACK), named)).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_SALE',
    });
    const wrong = returned(input, { amountFen: 2, lines: [{ category: '文具', amountFen: 1 }] });
    await expect(recordRefund(request(BACK), wrong)).rejects.toMatchObject({
      code: 'AMOUNT_INVALID',
    });
    expect([await refundsOf(input), await refundsOf(plain)]).toEqual([[], []]);
  });
});

describe('a refund that is reported again', () => {
  test('takes nothing more', async () => {
    const input = await sold();
    const refund = returned(input, { amountFen: 1000 });
    const first = await recordRefund(request(BACK), refund);
    expect(await recordRefund(request(BACK), refund)).toEqual({ ...first, repeated: true });
    expect(await refundsOf(input)).toHaveLength(1);
  });

  test.each([
    ['amount', { amountFen: 1001 }],
    ['time', { refundedAt: new Date('2026-02-02T09:55:01+08:00') }],
    ['lines', { lines: [{ category: '奶粉', amountFen: 1000 }] }],
  ])('with another %s is KEY_REUSED, and nothing changes', async (_what, change) => {
    const input = await sold();
    const refund = returned(input, { amountFen: 1000 });
    await recordRefund(request(BACK), refund);
    const other = { ...refund, ...change };
    await expect(recordRefund(request(BACK), other)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'KEY_REUSED',
    });
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ available: 22 });
  });

  test('ten times at the same moment takes once', async () => {
    const input = await sold();
    const refund = returned(input);
    const all = await Promise.all(
      Array.from({ length: 10 }, () => recordRefund(request(BACK), refund)),
    );
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(all.map(({ entryId }) => entryId)).size).toBe(1);
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({
      available: 0,
      debt: 0,
    });
  });
});

describe('refunds of one sale at the same moment', () => {
  test('take exactly what it earned together', async () => {
    const input = await sold({ amountFen: 3255 });
    const parts = Array.from({ length: 7 }, () => returned(input, { amountFen: 465 }));
    const all = await Promise.all(parts.map((part) => recordRefund(request(BACK), part)));
    expect(all.reduce((sum, { pointsTaken }) => sum + pointsTaken, 0)).toBe(32);
    expect(await refundsOf(input)).toHaveLength(7);
    expect(await waiting()).toBe(0);
  });

  test('never exceed what was paid', async () => {
    const input = await sold();
    const parts = Array.from({ length: 5 }, () => returned(input, { amountFen: 1300 }));
    const all = await Promise.allSettled(parts.map((part) => recordRefund(request(BACK), part)));
    const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(refused).toEqual(Array.from({ length: 3 }, () => 'REFUND_EXCEEDS_SALE'));
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ available: 6 });
  });
});
