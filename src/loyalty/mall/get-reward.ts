import type { Context } from '../../kernel/context.ts';
import type { RewardId } from '../../kernel/ids.ts';
import { rewardNotFound } from './errors.ts';
import { type Reward, RewardModel } from './reward.model.ts';

/**
 * A reward, also one that is off or not on offer today: `mustBeOffered` says whether it can be redeemed.
 * @throws REWARD_NOT_FOUND
 */
export async function getReward(_ctx: Context, rewardId: RewardId): Promise<Reward> {
  const reward = await RewardModel.findById(rewardId).lean<Reward>();
  if (!reward) throw rewardNotFound(rewardId);
  return reward;
}
