import type { Context } from '../../kernel/context.ts';
import * as ledger from '../ledger/index.ts';
import { isOffered } from './must-be-offered.ts';
import { type Reward, RewardModel } from './reward.model.ts';
import { stockOf } from './stock.ts';

const LISTED_MAX = 100;

/** A reward that is on offer. */
export interface OfferedReward extends Reward {
  /** Pieces that can still be redeemed. */
  readonly left: number;
}

/** What can be redeemed now, in the order of the list, also what has run out: `left` says so. */
export async function listRewards(ctx: Context): Promise<readonly OfferedReward[]> {
  const rewards = await RewardModel.find({ status: 'on' })
    .sort({ order: 1, _id: 1 })
    .limit(LISTED_MAX)
    .lean<Reward[]>();
  const offered = rewards.filter((reward) => isOffered(reward, ctx.now));
  return Promise.all(offered.map((reward) => withLeft(ctx, reward)));
}

async function withLeft(ctx: Context, reward: Reward): Promise<OfferedReward> {
  const { available } = await ledger.balanceOf(ctx, stockOf(reward._id));
  return { ...reward, left: available };
}
