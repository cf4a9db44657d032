import { z } from 'zod';
import { nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { openIdPage, openIdPages } from './open-id-pages.ts';
import { requireValid } from './require-valid.ts';
import { type Pause, tagging } from './tagging.ts';

const INVALID = 'TAG_INVALID';
const NAME_CHARACTERS = 30;
const SYSTEM_TAG_MAX = 2;

/** A tag of the account. */
export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly followers: number;
}

/** Tags on followers: at most 100 of the account, 20 on one follower (reference 5.7). */
export interface Tags {
  /** @returns its id. @throws DomainError TAG_INVALID past 30 characters */
  create(name: string): Promise<number>;
  list(): Promise<readonly Tag[]>;
  /** @throws DomainError TAG_INVALID for the platform's own tags, 0 to 2 */
  rename(tagId: number, name: string): Promise<void>;
  /** Takes it off everybody, too. @throws as `rename` */
  remove(tagId: number): Promise<void>;
  /** Everybody who has it, page by page; goes on after `after`. */
  members(tagId: number, after?: string): AsyncGenerator<readonly string[]>;
  /** Puts it on any number of followers. @returns those whom the platform refused to the end */
  tag(tagId: number, openIds: readonly string[]): Promise<readonly string[]>;
  /** Takes it off. @returns as `tag` */
  untag(tagId: number, openIds: readonly string[]): Promise<readonly string[]>;
  tagsOf(openId: string): Promise<readonly number[]>;
}

const created = z.object({ tag: z.object({ id: z.number() }) });
const listed = z.object({
  tags: z.array(z.object({ id: z.number(), name: z.string(), count: z.number() })),
});
const ids = z.object({ tagid_list: z.array(z.number()) });

export function tags(caller: Caller, pause?: Pause): Tags {
  const { tag, untag } = tagging(caller, pause);
  return {
    tag,
    untag,
    async create(name) {
      checkName(name);
      const json = { tag: { name } };
      return (await caller.call({ path: 'cgi-bin/tags/create', json, answer: created })).tag.id;
    },
    async list() {
      const path = 'cgi-bin/tags/get';
      const { tags: all } = await caller.call({ path, answer: listed, repeatable: true });
      return all.map(({ id, name, count }) => ({ id, name, followers: count }));
    },
    async rename(tagId, name) {
      checkOwn(tagId);
      checkName(name);
      const json = { tag: { id: tagId, name } };
      await caller.call({ path: 'cgi-bin/tags/update', json, answer: nothing, repeatable: true });
    },
    async remove(tagId) {
      checkOwn(tagId);
      const json = { tag: { id: tagId } };
      await caller.call({ path: 'cgi-bin/tags/delete', json, answer: nothing });
    },
    members(tagId, after) {
      return openIdPages((openId) => {
        const json = { tagid: tagId, next_openid: openId };
        const path = 'cgi-bin/user/tag/get';
        return caller.call({ path, json, answer: openIdPage, repeatable: true });
      }, after);
    },
    async tagsOf(openId) {
      const json = { openid: openId };
      const path = 'cgi-bin/tags/getidlist';
      return (await caller.call({ path, json, answer: ids, repeatable: true })).tagid_list;
    },
  };
}

function checkName(name: string): void {
  const length = [...name].length;
  requireValid(length >= 1 && length <= NAME_CHARACTERS, INVALID, 'a tag has 1 to 30 characters');
}

function checkOwn(tagId: number): void {
  requireValid(tagId > SYSTEM_TAG_MAX, INVALID, `tag ${tagId} belongs to the platform`);
}
