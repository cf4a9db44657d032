import type { Context } from '../../kernel/context.ts';
import { outboxItem } from '../../platform/outbox.ts';
import { purchaseNotFound, refundReused } from './errors.ts';
import { linesText } from './lines-text.ts';
import { type PostedRefund, postRefund } from './post-refund.ts';
import { type Purchase, PurchaseModel, type Refund } from './purchase.model.ts';
import { mustBeRefund, quoteRefund, type RecordRefundInput } from './quote-refund.ts';

/**
 * Stores a refund of a reported sale once and takes back what the returned part had earned, by the
 * rules of that sale: usable points, then a debt. Safe to repeat: a repeat takes nothing more, and
 * finishes what a crash left undone. Refunds of one sale at the same moment wait for each other.
 * Ledger 7.
 * @throws PURCHASE_NOT_FOUND, KEY_REUSED for the same id with another amount, time or lines,
 * REFUND_EXCEEDS_SALE, REFUNDS_TOO_MANY, REFUND_ID_INVALID, AMOUNT_INVALID, REFUNDED_AT_INVALID
 */
export async function recordRefund(ctx: Context, input: RecordRefundInput): Promise<PostedRefund> {
  mustBeRefund(ctx, input);
  const { purchase, refund, isNew } = await kept(ctx, input);
  const posted = await postRefund(ctx, purchase, refund);
  await forgetOutbox(purchase, refund);
  // What takes nothing has no entry that could tell whether it was there before.
  return posted.entryId === null ? { ...posted, repeated: !isNew } : posted;
}

interface Kept {
  readonly purchase: Purchase;
  readonly refund: Refund;
  readonly isNew: boolean;
}

async function kept(ctx: Context, input: RecordRefundInput): Promise<Kept> {
  const { source, purchaseId, refundId } = input;
  // Whenever the update misses, another refund was added; a sale has only so many.
  for (;;) {
    const purchase = await PurchaseModel.findOne({ source, purchaseId }).lean<Purchase>();
    if (!purchase) throw purchaseNotFound(purchaseId);
    const known = purchase.refunds?.find((item) => item.refundId === refundId);
    if (known && !isSame(known, input)) throw refundReused(refundId);
    if (known) return { purchase, refund: known, isNew: false };
    const refund = await quoteRefund(ctx, purchase, input);
    if (await isAdded(ctx, purchase, refund)) return { purchase, refund, isNew: true };
  }
}

/** Adds a refund and what must follow, unless the sale has got another one since it was read. */
async function isAdded(
  ctx: Context,
  { _id, refunds = [] }: Purchase,
  refund: Refund,
): Promise<boolean> {
  const { refundId } = refund;
  const refunded = { type: 'purchase.refunded', recordId: _id, refundId } as const;
  const { matchedCount } = await PurchaseModel.updateOne(
    { _id, [`refunds.${refunds.length}`]: { $exists: false } },
    { $push: { refunds: refund, outbox: outboxItem(ctx, refunded) } },
  );
  return matchedCount === 1;
}

/** It is done: the relay need not come. */
async function forgetOutbox({ _id }: Purchase, { refundId }: Refund): Promise<void> {
  await PurchaseModel.updateOne({ _id }, { $pull: { outbox: { 'event.refundId': refundId } } });
}

function isSame(refund: Refund, input: RecordRefundInput): boolean {
  return (
    refund.amountFen === input.amountFen &&
    refund.refundedAt.getTime() === input.refundedAt.getTime() &&
    linesText(refund.lines) === linesText(input.lines ?? null)
  );
}
