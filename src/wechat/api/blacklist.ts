import { nothing } from './answers.ts';
import { batches } from './batches.ts';
import type { Caller } from './caller.ts';
import { openIdPage, openIdPages } from './open-id-pages.ts';

const BATCH = 20;

/** Followers whom the account neither hears nor reaches (reference 5.7). @throws WechatError, RemoteError */
export interface Blacklist {
  /** Everybody on it, in pages of up to 1,000; goes on after `after`. */
  all(after?: string): AsyncGenerator<readonly string[]>;
  /** Twenty with each call; after an error the same again is safe. */
  add(openIds: readonly string[]): Promise<void>;
  remove(openIds: readonly string[]): Promise<void>;
}

export function blacklist(caller: Caller): Blacklist {
  async function change(path: string, openIds: readonly string[]): Promise<void> {
    for (const batch of batches(openIds, BATCH)) {
      await caller.call({ path, json: { openid_list: batch }, answer: nothing, repeatable: true });
    }
  }

  return {
    all(after) {
      const path = 'cgi-bin/tags/members/getblacklist';
      return openIdPages((openId) => {
        const json = { begin_openid: openId };
        return caller.call({ path, json, answer: openIdPage, repeatable: true });
      }, after);
    },
    add: (openIds) => change('cgi-bin/tags/members/batchblacklist', openIds),
    remove: (openIds) => change('cgi-bin/tags/members/batchunblacklist', openIds),
  };
}
