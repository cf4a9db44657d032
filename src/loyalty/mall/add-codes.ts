import type { Context } from '../../kernel/context.ts';
import type { RewardId } from '../../kernel/ids.ts';
import {
  type Batch,
  earlierTryOf,
  knownElsewhere,
  loadBatch,
  releaseBatch,
  withdrawBatch,
} from './code-batch.ts';
import { type CodeProblem, readCodeLines } from './code-lines.ts';
import { codeCountInvalid, stockKindWrong } from './errors.ts';
import { getReward } from './get-reward.ts';
import { bookPieces } from './restock.ts';
import { restockKey } from './stock.ts';

const CODES_MAX = 50_000;

/** A batch of codes for one reward. */
export interface AddCodesInput {
  readonly rewardId: RewardId;
  /** Names the file that came in, so that it is counted once. */
  readonly batchId: string;
  /** One code a line, as pasted; blanks around it do not count. At most 50,000. */
  readonly codes: readonly string[];
}

/** `pieces` are those of the batch, `left` all that can be redeemed now. */
export type AddCodesResult =
  | {
      readonly outcome: 'added';
      readonly pieces: number;
      readonly left: number;
      readonly repeated: boolean;
    }
  /** Nothing was changed; each bad line is named, by its number. */
  | { readonly outcome: 'refused'; readonly problems: readonly CodeProblem[] };

/**
 * Adds a batch of codes to a reward, all of them or none, and one piece of stock for each. Safe to repeat
 * with the same batch, also after a crash in the middle: each code and each piece is there once.
 * @throws REWARD_NOT_FOUND, STOCK_KIND_WRONG, BATCH_ID_INVALID, CODE_COUNT_INVALID, KEY_REUSED,
 * BATCH_BUSY (unavailable)
 */
export async function addCodes(ctx: Context, input: AddCodesInput): Promise<AddCodesResult> {
  const { rewardId, batchId, codes } = input;
  const key = restockKey(batchId);
  const reward = await getReward(ctx, rewardId);
  if (reward.fulfilment !== 'code') throw stockKindWrong(reward);
  if (codes.length === 0 || codes.length > CODES_MAX) {
    throw codeCountInvalid(codes.length, CODES_MAX);
  }
  const { lines, problems } = readCodeLines(codes);
  const batch: Batch = { rewardId, batchId, lines };
  const earlier = await earlierTryOf(batch);
  const known = await knownElsewhere({ ...batch, lines: earlier.missing });
  const bad = [...problems, ...known];
  if (bad.length > 0) return { outcome: 'refused', problems: bad.toSorted(byLine) };
  const crossed = await loadBatch(ctx, batch, earlier);
  if (crossed.length > 0) {
    await withdrawBatch(batch);
    return { outcome: 'refused', problems: crossed };
  }
  // Free before they are counted: a piece that can be claimed has its code.
  await releaseBatch(batch);
  const booked = await bookPieces(ctx, { rewardId, batchId, key, pieces: lines.length });
  return { outcome: 'added', pieces: lines.length, ...booked };
}

function byLine(a: CodeProblem, b: CodeProblem): number {
  return a.line - b.line;
}
