import { z } from 'zod';
import { nothing } from './answers.ts';
import { batches } from './batches.ts';
import type { Caller } from './caller.ts';
import { openIdPage, openIdPages } from './open-id-pages.ts';
import { requireValid } from './require-valid.ts';

const INVALID = 'REMARK_INVALID';
const BATCH = 100;
const REMARK_BYTES = 29;

/** Somebody as the platform shows them; of who does not follow it shows nothing. */
export type User = { readonly openId: string; readonly following: false } | Follower;

/** A follower. The platform gives neither name nor picture (reference 5.7). */
export interface Follower {
  readonly openId: string;
  readonly following: true;
  readonly followedAt: Date;
  /** Only of an account that is bound to an Open Platform account. */
  readonly unionId: string | null;
  readonly remark: string;
  readonly tagIds: readonly number[];
  /** How they came, `ADD_SCENE_QR_CODE`; new values appear without notice. */
  readonly scene: string;
  /** The scene of the code that they scanned to follow; '' without one. */
  readonly qrScene: string;
}

/** What the platform knows of followers (reference 5.7). @throws WechatError, RemoteError */
export interface Users {
  info(openId: string): Promise<User>;
  /** The same of many, in their order, a hundred with each call. */
  batchGet(openIds: readonly string[]): Promise<readonly User[]>;
  /** Everybody who follows, in pages of up to 10,000; goes on after `after`. 500 calls a day. */
  all(after?: string): AsyncGenerator<readonly string[]>;
  /** The note that staff see beside a follower. @throws DomainError REMARK_INVALID past 29 bytes */
  remark(openId: string, remark: string): Promise<void>;
  /**
   * Who followers of another account are here, after it was merged into this one; in their order, a
   * hundred with each call.
   */
  moved(fromAppId: string, openIds: readonly string[]): Promise<readonly MovedUser[]>;
}

/** A follower of an account that was merged into this one. */
export interface MovedUser {
  readonly oldOpenId: string;
  /** Null when they were not moved; `said` is why, in the platform's words. */
  readonly openId: string | null;
  readonly said: string;
}

const away = z
  .object({ subscribe: z.literal(0), openid: z.string() })
  .transform(({ openid }): User => ({ openId: openid, following: false }));
const follower = z
  .object({
    subscribe: z.literal(1),
    openid: z.string(),
    subscribe_time: z.number(),
    unionid: z.string().optional(),
    remark: z.string().default(''),
    tagid_list: z.array(z.number()).default([]),
    subscribe_scene: z.string().default(''),
    qr_scene: z.union([z.string(), z.number()]).default(''),
    qr_scene_str: z.string().default(''),
  })
  .transform(
    (given): User => ({
      openId: given.openid,
      following: true,
      followedAt: new Date(given.subscribe_time * 1000),
      unionId: given.unionid ?? null,
      remark: given.remark,
      tagIds: given.tagid_list,
      scene: given.subscribe_scene,
      qrScene: given.qr_scene_str || (given.qr_scene === 0 ? '' : String(given.qr_scene)),
    }),
  );
const user = z.union([away, follower]);
const infos = z.object({ user_info_list: z.array(user) });
const moves = z.object({
  result_list: z.array(
    z
      .object({
        ori_openid: z.string(),
        new_openid: z.string().default(''),
        err_msg: z.string().default(''),
      })
      .transform(
        (given): MovedUser => ({
          oldOpenId: given.ori_openid,
          openId: given.new_openid || null,
          said: given.err_msg,
        }),
      ),
  ),
});

export function users(caller: Caller): Users {
  return {
    info(openId) {
      const query = { openid: openId, lang: 'zh_CN' };
      return caller.call({ path: 'cgi-bin/user/info', query, answer: user, repeatable: true });
    },
    async batchGet(openIds) {
      const found: User[] = [];
      for (const batch of batches(openIds, BATCH)) {
        const json = { user_list: batch.map((openid) => ({ openid, lang: 'zh_CN' })) };
        const path = 'cgi-bin/user/info/batchget';
        const { user_info_list: some } = await caller.call({
          path,
          json,
          answer: infos,
          repeatable: true,
        });
        found.push(...some);
      }
      return found;
    },
    all(after) {
      return openIdPages((openId) => {
        const query: Record<string, string> = openId === '' ? {} : { next_openid: openId };
        return caller.call({
          path: 'cgi-bin/user/get',
          query,
          answer: openIdPage,
          repeatable: true,
        });
      }, after);
    },
    async remark(openId, remark) {
      requireValid(
        Buffer.byteLength(remark) <= REMARK_BYTES,
        INVALID,
        'a remark has at most 29 bytes',
      );
      const json = { openid: openId, remark };
      const path = 'cgi-bin/user/info/updateremark';
      await caller.call({ path, json, answer: nothing, repeatable: true });
    },
    async moved(fromAppId, openIds) {
      const found: MovedUser[] = [];
      for (const batch of batches(openIds, BATCH)) {
        const json = { from_appid: fromAppId, openid_list: batch };
        const call = { path: 'cgi-bin/changeopenid', json, answer: moves, repeatable: true };
        found.push(...(await caller.call(call)).result_list);
      }
      return found;
    },
  };
}
