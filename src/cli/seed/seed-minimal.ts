import type { Context } from '../../kernel/context.ts';
import { CROCKFORD } from '../../kernel/ids.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import { type Random, randomFrom } from './random.ts';
import { REWARDS, type SeedReward, TASKS } from './shop-data.ts';

/** Rules, rewards with their stock, and tasks. Seeding again adds nothing. */
export async function seedMinimal(ctx: Context): Promise<void> {
  await rules.ensureRulesets(ctx);
  const random = randomFrom(20_260_131);
  for (const seed of REWARDS) await stocked(ctx, seed, random);
  for (const task of TASKS) await tasks.ensureTask(ctx, task);
}

async function stocked(ctx: Context, { reward, pieces }: SeedReward, random: Random) {
  await mall.ensureReward(ctx, reward);
  const batch = { rewardId: reward._id, batchId: 'opening' };
  if (reward.fulfilment === 'shipment') {
    await mall.restock(ctx, { ...batch, pieces });
    return;
  }
  const codes = Array.from({ length: pieces }, () => `${four(random)}-${four(random)}`);
  await mall.addCodes(ctx, { ...batch, codes });
}

function four(random: Random): string {
  const chars = Array.from({ length: 4 }, () => CROCKFORD[Math.floor(random() * 32)]);
  return chars.join('').toUpperCase();
}
