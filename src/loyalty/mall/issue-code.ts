import { addDays, type BusinessDay } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { OrderId, RewardId } from '../../kernel/ids.ts';
import { decrypt } from '../../platform/data-key.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { codeNotAvailable } from './errors.ts';
import { getReward } from './get-reward.ts';
import { type RewardCode, RewardCodeModel } from './reward-code.model.ts';

/** A code that belongs to one order. It is worth money: shown to its member, never logged. */
export interface IssuedCode {
  readonly code: string;
  /** The first business day on which it can no longer be used; null without end. */
  readonly expiresOn: BusinessDay | null;
}

/**
 * Gives an order one code of its reward; a repeat gets the same code. A piece of stock was reserved
 * before, so there is one.
 * Ledger 7 (the redemption).
 * @throws CODE_NOT_AVAILABLE (unavailable: it may be repeated), REWARD_NOT_FOUND
 */
export async function issueCode(
  ctx: Context,
  { orderId, rewardId }: { readonly orderId: OrderId; readonly rewardId: RewardId },
): Promise<IssuedCode> {
  const earlier = await codeOf(ctx, orderId);
  if (earlier) return earlier;
  const { validDays } = await getReward(ctx, rewardId);
  const expiresOn = validDays === null ? null : addDays(ctx.today, validDays);
  const issued = await takeFree(rewardId, { orderId, issuedAt: ctx.now, expiresOn });
  // None was taken: someone gave this order its code a moment ago, or none is free.
  const given = issued ?? (await codeOf(ctx, orderId));
  if (!given) throw codeNotAvailable(rewardId, orderId);
  return given;
}

/** The code that an order was given; null when it was given none. */
export async function codeOf(_ctx: Context, orderId: OrderId): Promise<IssuedCode | null> {
  const found = await RewardCodeModel.findOne({ orderId })
    .select({ code: 1, expiresOn: 1 })
    .lean<RewardCode>();
  return found && opened(found);
}

async function takeFree(
  rewardId: RewardId,
  issue: Required<Pick<RewardCode, 'orderId' | 'issuedAt' | 'expiresOn'>>,
): Promise<IssuedCode | null> {
  const taken = await RewardCodeModel.findOneAndUpdate(
    { rewardId, state: 'free' },
    { $set: { ...issue, state: 'issued' } },
    { sort: { _id: 1 }, returnDocument: 'after' },
  )
    .lean<RewardCode>()
    // Two couriers of one order: the index lets one of them have a code.
    .catch((error: unknown) => {
      if (isDuplicateKey(error)) return null;
      throw error;
    });
  return taken && opened(taken);
}

function opened({ code, expiresOn }: RewardCode): IssuedCode {
  return { code: decrypt(code), expiresOn: expiresOn ?? null };
}
