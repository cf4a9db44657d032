import type { RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { rewardLimitReached } from './errors.ts';
import type { Reward } from './reward.model.ts';

/** So many rewards are remembered in the account; a facet has 512 bytes. */
const REMEMBERED_MAX = 12;

/** How often a member redeemed each reward that has a limit, the one counted last at the end. */
type Redeemed = Readonly<Record<RewardId, number>>;

const redeemedFacet = ledger.defineFacet<Redeemed>({ name: 'mall.redeemed', initial: {} });

/**
 * Counts one redemption of a reward that has a limit per member. The account remembers the rewards
 * counted last; `placedBefore` (orders of this member and reward) stands in for what it has forgotten. Ledger 6.
 * @throws REWARD_LIMIT_REACHED, with the details `item`, `n` and `used`
 */
export function countRedemption(
  book: ledger.Book,
  { _id, name, perMember }: Pick<Reward, '_id' | 'name' | 'perMember'>,
  placedBefore = 0,
): void {
  if (perMember === null) return;
  const { [_id]: remembered, ...others } = book.facet(redeemedFacet);
  const used = remembered ?? placedBefore;
  if (used >= perMember) throw rewardLimitReached({ name, perMember }, used);
  const kept = Object.entries(others).slice(1 - REMEMBERED_MAX);
  book.setFacet(redeemedFacet, { ...Object.fromEntries(kept), [_id]: used + 1 });
}

/** Takes one back: the redemption did not come about. */
export function uncountRedemption(book: ledger.Book, rewardId: RewardId): void {
  const redeemed = book.facet(redeemedFacet);
  const used = redeemed[rewardId];
  // No limit then, or forgotten: the orders do not count it either.
  if (used === undefined) return;
  const { [rewardId]: _, ...others } = redeemed;
  book.setFacet(redeemedFacet, used > 1 ? { ...redeemed, [rewardId]: used - 1 } : others);
}
