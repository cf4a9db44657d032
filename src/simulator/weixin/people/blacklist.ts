import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { post, type WeixinCalls } from '../weixin-call.ts';
import { findPeople, pageOf } from './find-person.ts';

const BATCH = 20;
const PAGE = 1000;

/** Whom the account does not want to hear from, and cannot send to (reference 5.7). */
export const BLACKLIST_CALLS: WeixinCalls = {
  'cgi-bin/tags/members/getblacklist': post(listBlocked),
  'cgi-bin/tags/members/batchblacklist': post(block),
  'cgi-bin/tags/members/batchunblacklist': post(unblock),
};

const Batch = z.object({ openid_list: z.array(z.string()) });
const After = z.object({ begin_openid: z.string().default('') });

function block(platform: Platform, asked: Asked): object {
  for (const person of askedFor(platform, asked)) person.isBlocked = true;
  return {};
}

function unblock(platform: Platform, asked: Asked): object {
  for (const person of askedFor(platform, asked)) person.isBlocked = false;
  return {};
}

function askedFor(platform: Platform, { body }: Asked): readonly Follower[] {
  return findPeople(platform, read(Batch, body).openid_list, BATCH);
}

function listBlocked({ world }: Platform, { body }: Asked): object {
  const all = world.state.followers.filter(({ isBlocked }) => isBlocked);
  return { total: all.length, ...pageOf(all, read(After, body).begin_openid, PAGE) };
}

/** @throws ApiProblem 43019 */
export function checkNotBlocked({ isBlocked }: { readonly isBlocked: boolean }): void {
  if (isBlocked) throw new ApiProblem(43019, 'require remove blacklist');
}
