import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import type { Purchase } from './purchase.model.ts';

/** What a sale earned. */
export interface PostedPurchase {
  /** Null for a sale that earned nothing: nothing was posted. */
  readonly entryId: string | null;
  readonly pointsEarned: number;
  readonly balance: number;
  /** True when it had been recorded before: nothing was changed this time. */
  readonly repeated: boolean;
}

/** Credits what a stored sale earns, once. A closed account earns nothing any more. */
export async function postPurchase(ctx: Context, purchase: Purchase): Promise<PostedPurchase> {
  const { memberId, earning } = purchase;
  if (earning.points === 0) {
    const { available } = await ledger.balanceOf(ctx, memberId);
    return { entryId: null, pointsEarned: 0, balance: available, repeated: false };
  }
  const key = earningKeyOf(purchase);
  const { outcome, entry, balance, repeated } = await ledger.post(ctx, memberId, key, (book) => {
    if (book.status === 'closed') return { pointsEarned: 0 };
    book.earn(earning);
    return { pointsEarned: earning.points };
  });
  return {
    entryId: entry?._id ?? null,
    pointsEarned: outcome.pointsEarned,
    balance,
    repeated,
  };
}

/** What the account knows the earning of a sale by. */
export function earningKeyOf({ source, purchaseId }: Purchase): string {
  return `purchase:${source}:${purchaseId}`;
}
