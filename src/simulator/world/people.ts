import { randomBytes } from 'node:crypto';
import { notFollowing } from '../errors.ts';
import { asFollower, type Follower } from './follower.ts';
import { opened, type Trigger } from './windows.ts';
import type { World } from './world.ts';

/** Finds a WeChat user. */
export function findFollower({ people }: World, openId: string): Follower | null {
  return people.get(openId) ?? null;
}

/**
 * The follower who writes or taps. Somebody unknown is taken for one who has followed for long, so that
 * a script needs no preparation. @throws NOT_FOLLOWING for somebody who left or never came
 */
export function speaker(world: World, openId: string): Follower {
  const known = findFollower(world, openId);
  if (known && known.standing !== 'following') throw notFollowing(openId);
  return known ?? enter(world, { openId, name: openId, standing: 'following' });
}

/** A WeChat user whom the platform has not seen before. */
export function enter(
  { state, people }: World,
  newcomer: Parameters<typeof asFollower>[0],
): Follower {
  const follower = asFollower(newcomer);
  state.followers.push(follower);
  people.set(follower.openId, follower);
  return follower;
}

/** A made-up open id. */
export function newOpenId(): string {
  return `o_sim_${randomBytes(6).toString('hex')}`;
}

/** Notes that a follower did something to which the service may answer with customer messages. */
export function touch({ clock }: World, follower: Follower, trigger: Trigger): void {
  follower.windows = opened(follower.windows, trigger, clock.now());
}
