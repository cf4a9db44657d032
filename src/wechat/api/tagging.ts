import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { WechatError } from '../api-errors.ts';
import { batches } from './batches.ts';
import type { Caller } from './caller.ts';

const BATCH = 50;
const TRIES = 3;
const PAUSE_MS = 500;
/** Somebody else tags one of them right now; a part of the list failed (reference 4.5). */
const CONCURRENT = 45_169;
const PARTLY = 45_171;

export type Pause = (pauseMs: number) => Promise<unknown>;

const part = z.object({ fail_openid_list: z.array(z.string()).optional() });

/**
 * Puts a tag on followers or takes it off, fifty with each call and one call after the other, because
 * the platform refuses to tag one follower twice at once. Who failed is tried again, and nobody else.
 */
export function tagging(caller: Caller, pause: Pause = sleep) {
  const change = (path: string) => async (tagId: number, openIds: readonly string[]) => {
    const failed: string[] = [];
    for (const batch of batches(openIds, BATCH)) {
      failed.push(...(await leftOf(batch, (left) => once(path, tagId, left))));
    }
    return failed;
  };

  async function once(path: string, tagId: number, openIds: readonly string[]) {
    const json = { openid_list: openIds, tagid: tagId };
    const call = { path, json, answer: part, repeatable: true };
    return caller.call(call).then(
      (answer) => answer.fail_openid_list ?? [],
      (error: unknown) => failedIn(error, openIds),
    );
  }

  async function leftOf(
    batch: readonly string[],
    attempt: (openIds: readonly string[]) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    let left = await attempt(batch);
    for (let tries = 1; left.length > 0 && tries < TRIES; tries++) {
      await pause(PAUSE_MS * tries);
      left = await attempt(left);
    }
    return left;
  }

  return {
    tag: change('cgi-bin/tags/members/batchtagging'),
    untag: change('cgi-bin/tags/members/batchuntagging'),
  };
}

/** Whom a refusal is about. @throws the error when it is about more than some followers */
function failedIn(error: unknown, openIds: readonly string[]): readonly string[] {
  if (!(error instanceof WechatError)) throw error;
  if (error.errcode === CONCURRENT) return openIds;
  if (error.errcode !== PARTLY) throw error;
  const read = part.safeParse(error.answer);
  const named = (read.success && read.data.fail_openid_list) || [];
  return named.length > 0 ? named : openIds;
}
