import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { post, type WeixinCalls } from '../weixin-call.ts';
import { findPeople, findPerson, pageOf } from './find-person.ts';
import { checkTag } from './tags.ts';

const BATCH = 50;
const TAGS_EACH = 20;
const PAGE = 10_000;

/** Who has which tag (reference 5.7). */
export const TAGGING_CALLS: WeixinCalls = {
  'cgi-bin/tags/members/batchtagging': post(tagPeople),
  'cgi-bin/tags/members/batchuntagging': post(untagPeople),
  'cgi-bin/tags/getidlist': post(tagsOf),
  'cgi-bin/user/tag/get': post(peopleWith),
};

const Batch = z.object({ openid_list: z.array(z.string()), tagid: z.int() });
const One = z.object({ openid: z.string() });
const With = z.object({ tagid: z.int(), next_openid: z.string().default('') });

/** All or none; a tag that somebody has already becomes the last applied one. */
function tagPeople(platform: Platform, { body }: Asked): object {
  const { openid_list: openIds, tagid } = read(Batch, body);
  checkTag(platform, tagid);
  const people = findPeople(platform, openIds, BATCH);
  const more = people.map(({ tags }) => [...tags.filter((tag) => tag !== tagid), tagid]);
  if (more.some((tags) => tags.length > TAGS_EACH)) {
    throw new ApiProblem(45059, 'can not put too many tags on one user');
  }
  for (const [index, person] of people.entries()) person.tags = more[index] ?? person.tags;
  return {};
}

function untagPeople(platform: Platform, { body }: Asked): object {
  const { openid_list: openIds, tagid } = read(Batch, body);
  checkTag(platform, tagid);
  for (const person of findPeople(platform, openIds, BATCH)) {
    person.tags = person.tags.filter((tag) => tag !== tagid);
  }
  return {};
}

function tagsOf(platform: Platform, { body }: Asked): object {
  return { tagid_list: findPerson(platform, read(One, body).openid).tags };
}

function peopleWith(platform: Platform, { body }: Asked): object {
  const { tagid, next_openid: after } = read(With, body);
  checkTag(platform, tagid);
  const people = platform.world.state.followers.filter(({ tags }) => tags.includes(tagid));
  return pageOf(people, after, PAGE);
}
