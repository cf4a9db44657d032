import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import { findFollower } from '../../world/people.ts';
import { ApiProblem } from '../api-problem.ts';

/** Whom an open id means. @throws ApiProblem 40003 */
export function findPerson({ world }: Platform, openId: string): Follower {
  const person = findFollower(world, openId);
  if (!person) throw new ApiProblem(40003, 'invalid openid');
  return person;
}

/** Several people at once. @throws ApiProblem 40032 for none or too many, 40003 */
export function findPeople(
  platform: Platform,
  openIds: readonly string[],
  most: number,
): readonly Follower[] {
  if (openIds.length < 1 || openIds.length > most) {
    throw new ApiProblem(40032, 'invalid openid list size');
  }
  return openIds.map((openId) => findPerson(platform, openId));
}

/** One page of a list of people, as every such API answers it (reference 5.7). */
export function pageOf(people: readonly Follower[], after: string, most: number) {
  const from = after === '' ? 0 : people.findIndex(({ openId }) => openId === after) + 1;
  if (after !== '' && from === 0) throw new ApiProblem(40003, 'invalid next_openid');
  const openid = people.slice(from, from + most).map(({ openId }) => openId);
  const count = openid.length;
  const data = count > 0 ? { data: { openid } } : {};
  return { count, ...data, next_openid: openid.at(-1) ?? '' };
}
