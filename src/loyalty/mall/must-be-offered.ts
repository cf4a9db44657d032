import { offerClosed, offerNotOpen, rewardNotFound } from './errors.ts';
import type { Reward } from './reward.model.ts';

/**
 * Refuses what cannot be redeemed at this instant.
 * @throws REWARD_NOT_FOUND (it is off), OFFER_NOT_OPEN (details `name`, `date`, `time`), OFFER_CLOSED (`name`, `date`)
 */
export function mustBeOffered(reward: Reward, now: Date): void {
  const { _id, name, status, availableFrom, availableUntil } = reward;
  if (status === 'off') throw rewardNotFound(_id);
  if (availableFrom && now < availableFrom) throw offerNotOpen(name, availableFrom);
  if (availableUntil && now >= availableUntil) throw offerClosed(name, availableUntil);
}

export function isOffered(reward: Reward, now: Date): boolean {
  const { status, availableFrom, availableUntil } = reward;
  if (status === 'off' || (availableFrom && now < availableFrom)) return false;
  return !availableUntil || now < availableUntil;
}
