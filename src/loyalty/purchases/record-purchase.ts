import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { outboxItem } from '../../platform/outbox.ts';
import { keyReused } from './errors.ts';
import { linesText } from './lines-text.ts';
import { type PostedPurchase, postPurchase } from './post-purchase.ts';
import { type Purchase, PurchaseModel } from './purchase.model.ts';
import { quotePurchase, type RecordPurchaseInput } from './quote-purchase.ts';

/**
 * Stores a sale once and credits what it earns by the rules on the day it was paid. Safe to repeat:
 * a repeat gets the first answer, and finishes what a crash left undone.
 * @throws KEY_REUSED for the same id with another member, amount, time or lines; AMOUNT_INVALID,
 * PURCHASE_ID_INVALID, PAID_AT_INVALID
 */
export async function recordPurchase(
  ctx: Context,
  input: RecordPurchaseInput,
): Promise<PostedPurchase> {
  const known = await purchaseOf(input);
  const purchase = known ?? (await stored(ctx, input));
  if (!isSame(purchase, input)) throw keyReused(input.purchaseId);
  const posted = await postPurchase(ctx, purchase);
  if (purchase.outbox.length > 0) await forgetOutbox(purchase);
  // What earns nothing has no entry that could tell whether it was there before.
  return posted.entryId === null ? { ...posted, repeated: known !== null } : posted;
}

async function stored(ctx: Context, input: RecordPurchaseInput): Promise<Purchase> {
  const earning = await quotePurchase(ctx, input);
  const { purchaseId, memberId, amountFen, paidAt, source, lines = null } = input;
  const _id = newId('pur', ctx.now);
  const recorded = { type: 'purchase.recorded', recordId: _id } as const;
  const purchase: Purchase = {
    _id,
    source,
    purchaseId,
    memberId,
    amountFen,
    lines,
    paidAt,
    recordedAt: ctx.now,
    earning,
    outbox: [outboxItem(ctx, recorded)],
  };
  try {
    await PurchaseModel.create(purchase);
    return purchase;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const first = await purchaseOf(input);
    if (!first) throw error;
    return first;
  }
}

/** It is done: the relay need not come. What refunds of this sale still want stays. */
async function forgetOutbox({ _id }: Purchase): Promise<void> {
  const done = { 'event.type': 'purchase.recorded' };
  await PurchaseModel.updateOne({ _id }, { $pull: { outbox: done } });
}

async function purchaseOf({ source, purchaseId }: RecordPurchaseInput): Promise<Purchase | null> {
  return PurchaseModel.findOne({ source, purchaseId }).lean<Purchase>();
}

function isSame(purchase: Purchase, input: RecordPurchaseInput): boolean {
  return (
    purchase.memberId === input.memberId &&
    purchase.amountFen === input.amountFen &&
    purchase.paidAt.getTime() === input.paidAt.getTime() &&
    linesText(purchase.lines) === linesText(input.lines ?? null)
  );
}
