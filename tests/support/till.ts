import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Context } from '../../src/kernel/context.ts';
import { newId } from '../../src/kernel/ids.ts';
import type { Event } from '../../src/loyalty/events/index.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as purchases from '../../src/loyalty/purchases/index.ts';
import { type Purchase, PurchaseModel } from '../../src/loyalty/purchases/purchase.model.ts';
import { useDataKey } from '../../src/platform/data-key.ts';
import { at } from './context.ts';
import { useDatabase } from './database.ts';

export const BOUGHT = '2026-01-31T12:05:00+08:00';
export const BACK = '2026-02-02T10:00:00+08:00';
const OPENED = new Date('2026-01-01T00:00:00+08:00');
const AUDITED = '2026-02-02T10:20:00+08:00';

/** A till that reports sales and refunds, over an open ledger that has to add up at the end. */
export function useTill() {
  const { connection } = useDatabase();
  const till = newId('key', OPENED);
  let clock = OPENED;
  let count = 0;
  beforeAll(() => {
    useDataKey(Buffer.alloc(32, 7));
    const { log } = at(BOUGHT);
    const { standalone } = connection();
    ledger.open({ couriers: [], consumers: [], standalone, clock: () => clock, log });
  });
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => {
    await ledger.settleDue(at(AUDITED), 500);
    await ledger.relayNow(at(AUDITED));
    const { findings } = await ledger.audit(at(AUDITED), {});
    await ledger.close();
    expect(findings).toEqual([]);
  });

  function request(instant: string): Context {
    const ctx = at(instant, { actor: { type: 'system', id: till } });
    clock = ctx.now;
    return ctx;
  }

  /** A sale of ¥32.50, paid at noon of 31 January: 32 points. */
  function sale(more: Partial<purchases.RecordPurchaseInput> = {}): purchases.RecordPurchaseInput {
    return {
      purchaseId: `sale-${++count}`,
      memberId: newId('mem', OPENED),
      amountFen: 3250,
      paidAt: new Date('2026-01-31T12:00:00+08:00'),
      source: till,
      ...more,
    };
  }

  return {
    till,
    request,
    sale,

    async sold(more: Partial<purchases.RecordPurchaseInput> = {}) {
      const input = sale(more);
      await purchases.recordPurchase(request(BOUGHT), input);
      return input;
    },

    /** All of a sale came back two days later. */
    returned(
      { source, purchaseId, amountFen }: purchases.RecordPurchaseInput,
      more: Partial<purchases.RecordRefundInput> = {},
    ): purchases.RecordRefundInput {
      const refundedAt = new Date('2026-02-02T09:55:00+08:00');
      return { source, purchaseId, refundId: `r${++count}`, amountFen, refundedAt, ...more };
    },

    async refundsOf({ purchaseId }: purchases.RecordPurchaseInput) {
      const stored = await PurchaseModel.findOne({ purchaseId }).orFail().lean<Purchase>();
      return stored.refunds ?? [];
    },
  };
}

/** Sales that something has still to follow. */
export async function waiting(): Promise<number> {
  return PurchaseModel.countDocuments({ 'outbox.0': { $exists: true } });
}

/** What `jobs` does with an event. */
export async function receive(ctx: Context, event: Event): Promise<void> {
  if (event.type === 'purchase.recorded') await purchases.payPurchase(ctx, event);
  if (event.type === 'purchase.refunded') await purchases.takeBack(ctx, event);
}
