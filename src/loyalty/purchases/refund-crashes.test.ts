import { describe, expect, test, vi } from 'vitest';
import { BACK, BOUGHT, receive, useTill, waiting } from '../../../tests/support/till.ts';
import { newId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { recordPurchase, recordRefund, relayOutbox } from './index.ts';
import { PurchaseModel } from './purchase.model.ts';

const { request, sale, sold, returned, refundsOf } = useTill();

describe('a process that died', () => {
  /** A name that tells a time a quarter of an hour ahead: the ledger takes no facts from the future. */
  const ahead = (instant: string) => newId('key', new Date(instant));
  const later = '2026-02-02T10:16:00+08:00';

  test('before it stored the refund has done nothing', async () => {
    const input = await sold();
    vi.spyOn(PurchaseModel, 'updateOne').mockRejectedValueOnce(new Error('died'));
    const refund = returned(input);
    await expect(recordRefund(request(BACK), refund)).rejects.toThrow('died');
    expect([await refundsOf(input), await waiting()]).toEqual([[], 0]);
    expect(await recordRefund(request(BACK), refund)).toMatchObject({
      pointsTaken: 32,
      repeated: false,
    });
  });

  async function storedOnly() {
    const input = await sold();
    const refund = returned(input, { refundId: ahead(later) });
    const failed = recordRefund(request(BACK), refund);
    await expect(failed).rejects.toMatchObject({ code: 'FACT_FROM_THE_FUTURE' });
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ available: 32 });
    expect(await waiting()).toBe(1);
    return { input, refund };
  }

  test('before it took the points is followed by the relay', async () => {
    const { input, refund } = await storedOnly();
    // A repeat of the sale's own report leaves what the refund still wants.
    await recordPurchase(request(BACK), input);
    expect(await waiting()).toBe(1);
    expect(await relayOutbox(request(later), receive)).toEqual({ done: 1, more: false });
    expect(await relayOutbox(request(later), receive)).toEqual({ done: 0, more: false });
    expect(await recordRefund(request(later), refund)).toMatchObject({
      pointsTaken: 32,
      balance: 0,
      repeated: true,
    });
  });

  test('before it took the points is followed by the repeat of the report', async () => {
    const { input, refund } = await storedOnly();
    const both = [recordRefund(request(later), refund), relayOutbox(request(later), receive)];
    await Promise.all(both);
    expect(await waiting()).toBe(0);
    expect(await ledger.balanceOf(request(later), input.memberId)).toMatchObject({
      available: 0,
      debt: 0,
    });
  });

  test('after it took the points, and before it forgot to do so, takes nothing more', async () => {
    const input = await sold();
    const { updateOne } = PurchaseModel;
    const dies = vi.spyOn(PurchaseModel, 'updateOne');
    dies.mockImplementationOnce((...args) => updateOne.apply(PurchaseModel, args as never));
    dies.mockRejectedValueOnce(new Error('died'));
    const refund = returned(input, { amountFen: 1000 });
    await expect(recordRefund(request(BACK), refund)).rejects.toThrow('died');
    expect(await waiting()).toBe(1);
    expect(await relayOutbox(request(BACK), receive)).toEqual({ done: 1, more: false });
    expect(await waiting()).toBe(0);
    expect(await ledger.balanceOf(request(BACK), input.memberId)).toMatchObject({ available: 22 });
  });

  test('before it credited the sale: the refund credits it first', async () => {
    const input = sale({ source: ahead('2026-01-31T12:20:00+08:00') });
    const failed = recordPurchase(request(BOUGHT), input);
    await expect(failed).rejects.toMatchObject({ code: 'FACT_FROM_THE_FUTURE' });
    const part = returned(input, { amountFen: 1000 });
    expect(await recordRefund(request(BACK), part)).toMatchObject({ pointsTaken: 10, balance: 22 });
    expect(await relayOutbox(request(BACK), receive)).toEqual({ done: 1, more: false });
    expect(await recordPurchase(request(BACK), input)).toMatchObject({
      pointsEarned: 32,
      balance: 22,
      repeated: true,
    });
    expect(await waiting()).toBe(0);
  });

  test('before it credited the sale or took anything: the relay does both in any order', async () => {
    const source = ahead(later);
    const input = sale({ source, paidAt: new Date('2026-02-02T09:50:00+08:00') });
    await expect(recordPurchase(request(BACK), input)).rejects.toThrow('FACT_FROM_THE_FUTURE');
    const part = returned(input, { amountFen: 1000 });
    await expect(recordRefund(request(BACK), part)).rejects.toThrow('FACT_FROM_THE_FUTURE');
    const { outbox } = await PurchaseModel.findOne({ source }).orFail().lean();
    expect(outbox.map(({ event }) => event.type)).toEqual([
      'purchase.recorded',
      'purchase.refunded',
    ]);
    for (const { event } of outbox.toReversed()) await receive(request(later), event);
    await relayOutbox(request(later), receive);
    expect(await waiting()).toBe(0);
    expect(await ledger.balanceOf(request(later), input.memberId)).toMatchObject({
      available: 22,
      debt: 0,
    });
  });
});
