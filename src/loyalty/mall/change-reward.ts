import type { Context } from '../../kernel/context.ts';
import type { RewardId } from '../../kernel/ids.ts';
import { rewardNotFound } from './errors.ts';
import { type Reward, RewardModel } from './reward.model.ts';

/** What operators change; how a reward is fulfilled stays as it is, because its stock is counted so. */
export type RewardChange = Partial<Omit<Reward, '_id' | 'fulfilment'>>;

/**
 * Changes a reward from now on. Orders placed before keep their price and name, and who was quoted the
 * old price is asked again.
 * @throws REWARD_NOT_FOUND
 */
export async function changeReward(
  _ctx: Context,
  rewardId: RewardId,
  change: RewardChange,
): Promise<void> {
  const changed = { $set: change };
  const { matchedCount } = await RewardModel.updateOne({ _id: rewardId }, changed, {
    runValidators: true,
  });
  if (matchedCount === 0) throw rewardNotFound(rewardId);
}
