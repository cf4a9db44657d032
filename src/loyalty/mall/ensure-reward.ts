import type { Context } from '../../kernel/context.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { type Reward, RewardModel } from './reward.model.ts';

/** Creates a reward unless it is there; one that is there keeps what operators made of it. */
export async function ensureReward(_ctx: Context, reward: Reward): Promise<void> {
  await RewardModel.create(reward).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
  });
}
