import type { Context } from '../../kernel/context.ts';
import type { RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { batchReused, stockKindWrong } from './errors.ts';
import { getReward } from './get-reward.ts';
import { piecesOf, restockKey, stockOf } from './stock.ts';

/** Pieces of a reward that came in. */
export interface RestockInput {
  readonly rewardId: RewardId;
  readonly pieces: number;
  /** Names the delivery that came in (`2026-01-31-a`), so that it is counted once. */
  readonly batchId: string;
}

/**
 * Adds pieces of a reward to its stock; the same batch again changes nothing.
 * @throws REWARD_NOT_FOUND, STOCK_KIND_WRONG (a code reward), BATCH_ID_INVALID, KEY_REUSED, POINTS_INVALID
 */
export async function restock(
  ctx: Context,
  { rewardId, pieces, batchId }: RestockInput,
): Promise<{ readonly left: number; readonly repeated: boolean }> {
  const key = restockKey(batchId);
  const reward = await getReward(ctx, rewardId);
  if (reward.fulfilment === 'code') throw stockKindWrong(reward);
  return bookPieces(ctx, { rewardId, pieces, batchId, key });
}

/** Books a batch once. @throws KEY_REUSED when it was booked with another number of pieces */
export async function bookPieces(
  ctx: Context,
  { rewardId, pieces, batchId, key }: RestockInput & { readonly key: string },
): Promise<{ readonly left: number; readonly repeated: boolean }> {
  const { outcome, balance, repeated } = await ledger.post(ctx, stockOf(rewardId), key, (book) => {
    book.earn(piecesOf(pieces));
    return { pieces };
  });
  if (outcome.pieces !== pieces) throw batchReused(batchId);
  return { left: balance, repeated };
}
