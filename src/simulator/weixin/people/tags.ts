import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';

/** The platform's own tag; those below it are the groups that tags came from. */
const STARRED = { id: 2, name: '星标组' };
const SYSTEM_MAX = 2;
const TAGS_MAX = 100;
const NAME_MAX = 30;

/** The account's tags (reference 5.7). */
export const TAG_CALLS: WeixinCalls = {
  'cgi-bin/tags/create': post(createTag),
  'cgi-bin/tags/get': get(listTags),
  'cgi-bin/tags/update': post(updateTag),
  'cgi-bin/tags/delete': post(deleteTag),
};

const Created = z.object({ tag: z.object({ name: z.string() }) });
const Updated = z.object({ tag: z.object({ id: z.int(), name: z.string() }) });
const Deleted = z.object({ tag: z.object({ id: z.int() }) });

function createTag(platform: Platform, { body }: Asked): object {
  const { state } = platform.world;
  const { name } = read(Created, body).tag;
  checkName(platform, name);
  if (state.tags.length >= TAGS_MAX) throw new ApiProblem(45056, 'too many tags');
  state.lastNumber += 1;
  const tag = { id: state.lastNumber, name };
  state.tags.push(tag);
  return { tag };
}

function listTags({ world }: Platform): object {
  const { tags, followers } = world.state;
  const counts = new Map<number, number>();
  for (const id of followers.flatMap((one) => one.tags)) counts.set(id, (counts.get(id) ?? 0) + 1);
  return { tags: [STARRED, ...tags].map((tag) => ({ ...tag, count: counts.get(tag.id) ?? 0 })) };
}

function updateTag(platform: Platform, { body }: Asked): object {
  const { id, name } = read(Updated, body).tag;
  checkOwn(platform, id);
  checkName(platform, name);
  const { state } = platform.world;
  state.tags = state.tags.map((tag) => (tag.id === id ? { id, name } : tag));
  return {};
}

function deleteTag(platform: Platform, { body }: Asked): object {
  const { id } = read(Deleted, body).tag;
  checkOwn(platform, id);
  const { state } = platform.world;
  state.tags = state.tags.filter((tag) => tag.id !== id);
  for (const follower of state.followers) follower.tags = follower.tags.filter((tag) => tag !== id);
  return {};
}

/** @throws ApiProblem 45157 for an empty or a used name, 45158 for a long one */
function checkName({ world }: Platform, name: string): void {
  if ([...name].length > NAME_MAX) throw new ApiProblem(45158, 'tag name too long');
  const isUsed = [STARRED, ...world.state.tags].some((tag) => tag.name === name);
  if (name.trim() === '' || isUsed) throw new ApiProblem(45157, 'invalid tag name');
}

function checkOwn(platform: Platform, id: number): void {
  if (id <= SYSTEM_MAX) throw new ApiProblem(45058, "can't modify sys tag");
  checkTag(platform, id);
}

/** @throws ApiProblem 45159 for a tag that is none */
export function checkTag(platform: Platform, id: number): void {
  if (!isTag(platform, id)) throw new ApiProblem(45159, 'invalid tag id');
}

export function isTag({ world }: Platform, id: number): boolean {
  return id === STARRED.id || world.state.tags.some((tag) => tag.id === id);
}
