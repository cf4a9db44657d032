import type { Context } from '../../kernel/context.ts';
import type { RewardId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import { chosenName } from '../choice.ts';
import type { Turn } from '../turn.ts';
import { normalise } from '../understand/index.ts';

const ALIKE_MAX = 2;

/** What one member can be offered now. */
export interface Offer {
  /** What the member can spend. */
  readonly balance: number;
  /** Everything on offer: what can be afforded first, then by price. What has run out is among it. */
  readonly rewards: readonly mall.OfferedReward[];
}

export async function offerFor(ctx: Context, { member }: Pick<Turn, 'member'>): Promise<Offer> {
  const [{ available }, rewards] = await Promise.all([
    ledger.balanceOf(ctx, member._id),
    mall.listRewards(ctx),
  ]);
  return { balance: available, rewards: rewards.toSorted(byReach(available)) };
}

/** What can still be redeemed, in the order of the list. */
export function inStock({ rewards }: Offer): readonly mall.OfferedReward[] {
  return rewards.filter(({ left }) => left > 0);
}

export function isAffordable({ balance }: Offer, { pricePoints }: mall.Reward): boolean {
  return pricePoints <= balance;
}

/** Up to two rewards that can be had instead, closest in price first. */
export function alike(offer: Offer, reward: mall.Reward): readonly mall.OfferedReward[] {
  const distance = ({ pricePoints }: mall.Reward) => Math.abs(pricePoints - reward.pricePoints);
  return inStock(offer)
    .filter((other) => other._id !== reward._id && isAffordable(offer, other))
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, ALIKE_MAX);
}

/** Every reward that a text may mean: the one of that name, or those that the text is a part of. */
export function search({ rewards }: Offer, text: string): readonly mall.OfferedReward[] {
  const wanted = normalise(text);
  if (wanted === '') return [];
  const names = rewards.map(({ name }) => normalise(name));
  const one = chosenName(wanted, names);
  const only = one === null ? undefined : rewards[one];
  if (only) return [only];
  return rewards.filter((_, index) => names[index]?.includes(wanted));
}

export function findIn({ rewards }: Offer, rewardId: RewardId): mall.OfferedReward | undefined {
  return rewards.find(({ _id }) => _id === rewardId);
}

function byReach(balance: number) {
  return (a: mall.Reward, b: mall.Reward) => {
    const far = Number(a.pricePoints > balance) - Number(b.pricePoints > balance);
    return far || a.pricePoints - b.pricePoints || a.order - b.order;
  };
}
