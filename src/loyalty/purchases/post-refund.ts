import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import { earningKeyOf, postPurchase } from './post-purchase.ts';
import type { Purchase, Refund } from './purchase.model.ts';

/** What a refund took. */
export interface PostedRefund {
  /** Null when nothing was taken: nothing was posted. */
  readonly entryId: string | null;
  /** Usable points, and a debt where there were none any more. */
  readonly pointsTaken: number;
  /** What can be spent now. */
  readonly balance: number;
  /** All that the account owes now; earnings repay it. */
  readonly debt: number;
  /** True when it had been recorded before: nothing was changed this time. */
  readonly repeated: boolean;
}

/**
 * Takes back what a stored refund says, once. The sale is credited first, in case nobody did. Of a
 * closed account, or a sale that never earned, nothing is taken.
 */
export async function postRefund(
  ctx: Context,
  purchase: Purchase,
  refund: Refund,
): Promise<PostedRefund> {
  const { memberId } = purchase;
  const earned = await postPurchase(ctx, purchase);
  const isOwed = earned.entryId !== null && refund.points > 0;
  const taken = isOwed ? await takenBack(ctx, purchase, refund) : NOTHING;
  const { available: balance, debt } = await ledger.balanceOf(ctx, memberId);
  return { ...taken, balance, debt };
}

const NOTHING = { entryId: null, pointsTaken: 0, repeated: false } as const;

async function takenBack(ctx: Context, purchase: Purchase, { refundId, points }: Refund) {
  const { memberId, source, purchaseId, earning } = purchase;
  const { ruleVersion } = earning;
  const earned = await ledger.entryOf(ctx, memberId, earningKeyOf(purchase));
  assert(earned, `the earning of ${purchaseId} is there`);
  const of = ledger.moveOf(earned);
  const key = `purchase-refund:${source}:${purchaseId}:${refundId}`;
  const { outcome, entry, repeated } = await ledger.post(ctx, memberId, key, (book) => {
    if (book.status === 'closed') return { pointsTaken: 0 };
    book.clawback({ points, of, ruleVersion });
    return { pointsTaken: points };
  });
  return { entryId: entry?._id ?? null, pointsTaken: outcome.pointsTaken, repeated };
}
