import { describe, expect, test } from 'vitest';
import { BACK, BOUGHT, useTill, waiting } from '../../../tests/support/till.ts';
import * as ledger from '../ledger/index.ts';
import * as members from '../members/index.ts';
import { recordPurchase, recordRefund } from './index.ts';
import { PurchaseModel } from './purchase.model.ts';

const { request, sale, sold, returned, refundsOf } = useTill();

describe('a refund is refused, and nothing is written,', () => {
  test.each([0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'of %d fen',
    async (amountFen) => {
      const input = await sold();
      const refund = returned(input, { amountFen });
      await expect(recordRefund(request(BACK), refund)).rejects.toMatchObject({
        kind: 'invalid',
        code: 'AMOUNT_INVALID',
      });
      expect(await refundsOf(input)).toEqual([]);
    },
  );

  test.each([
    ['beyond what was paid', { amountFen: 3251 }, 'REFUND_EXCEEDS_SALE'],
    ['far beyond it', { amountFen: 2 ** 53 - 1 }, 'REFUND_EXCEEDS_SALE'],
    [
      'before the sale',
      { refundedAt: new Date('2026-01-31T11:59:59+08:00') },
      'REFUNDED_AT_INVALID',
    ],
    ['in the future', { refundedAt: new Date('2026-02-02T10:10:01+08:00') }, 'REFUNDED_AT_INVALID'],
    ['at no time', { refundedAt: new Date('never') }, 'REFUNDED_AT_INVALID'],
    ['without a name', { refundId: '' }, 'REFUND_ID_INVALID'],
    ['with a colon in its name', { refundId: 'a:b' }, 'REFUND_ID_INVALID'],
    ['called like a day', { refundId: '2026-02-02' }, 'REFUND_ID_INVALID'],
    ['with a name that is too long', { refundId: 'x'.repeat(51) }, 'REFUND_ID_INVALID'],
    ['of a sale that nobody reported', { purchaseId: 'unknown' }, 'PURCHASE_NOT_FOUND'],
    ['by a till that did not report it', { source: 'key_other' }, 'PURCHASE_NOT_FOUND'],
  ])('%s', async (_what, change, code) => {
    const input = await sold();
    const refund = returned(input, change);
    await expect(recordRefund(request(BACK), refund)).rejects.toMatchObject({ code });
    expect(await refundsOf(input)).toEqual([]);
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ available: 32 });
  });

  test('after a hundred of one sale', async () => {
    const input = await sold();
    const { purchaseId } = input;
    const { now: clock } = request(BACK);
    const one = { amountFen: 1, lines: null, refundedAt: clock, recordedAt: clock };
    const refunds = Array.from({ length: 99 }, (_, n) => {
      return { ...one, refundId: `n${n}`, points: 0 };
    });
    await PurchaseModel.updateOne({ purchaseId }, { $set: { refunds } });
    await recordRefund(request(BACK), returned(input, { amountFen: 1 }));
    const more = recordRefund(request(BACK), returned(input, { amountFen: 1 }));
    await expect(more).rejects.toMatchObject({ code: 'REFUNDS_TOO_MANY' });
  });
});

test('the longest names that are allowed are a key of the ledger', async () => {
  const input = await sold({ purchaseId: 'p'.repeat(100) });
  const refund = returned(input, { refundId: 'r'.repeat(50) });
  expect(await recordRefund(request(BACK), refund)).toMatchObject({ pointsTaken: 32 });
});

test('a sale of before there were refunds can be refunded', async () => {
  const input = await sold();
  await PurchaseModel.updateOne({ purchaseId: input.purchaseId }, { $unset: { refunds: 1 } });
  const answer = await recordRefund(request(BACK), returned(input));
  expect(answer).toMatchObject({ pointsTaken: 32, balance: 0 });
});

describe('nothing is taken, and the refund is on record,', () => {
  const nothing = { entryId: null, pointsTaken: 0, debt: 0, repeated: false };

  test('of a closed account', async () => {
    const input = await sold();
    await ledger.post(request(BOUGHT), input.memberId, 'close:test', (book) => {
      book.close();
      return {};
    });
    expect(await recordRefund(request(BACK), returned(input))).toMatchObject(nothing);
    expect(await refundsOf(input)).toMatchObject([{ points: 32 }]);
    expect(await waiting()).toBe(0);
  });

  test('of a sale that came when the account was closed already', async () => {
    const input = sale();
    await ledger.post(request(BOUGHT), input.memberId, 'close:test', (book) => {
      book.close();
      return {};
    });
    await recordPurchase(request(BOUGHT), input);
    expect(await recordRefund(request(BACK), returned(input))).toMatchObject(nothing);
  });
});

test('leaving before the goods are reported back keeps no points', async () => {
  const openId = 'o_left';
  const at = request(BOUGHT).now;
  const { member } = await members.enrol(request(BOUGHT), { openId, at, by: 'subscribe' });
  const input = await sold({ memberId: member._id });
  await members.leave(request(BACK), { openId, at: request(BACK).now });
  expect(await recordRefund(request(BACK), returned(input))).toMatchObject({
    pointsTaken: 32,
    balance: 0,
  });
});
