import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { findPeople, findPerson, pageOf } from './find-person.ts';

const PAGE = 10_000;
const BATCH = 100;
const REMARK_BYTES = 30;

/** Who follows, and what the account wrote about them (reference 5.7). */
export const USER_CALLS: WeixinCalls = {
  'cgi-bin/user/info': get(userInfo, 5_000_000),
  'cgi-bin/user/info/batchget': post(batchUserInfo, 5_000_000),
  'cgi-bin/user/get': get(listFollowers, 500),
  'cgi-bin/user/info/updateremark': post(updateRemark, 10_000),
};

function userInfo(platform: Platform, { query }: Asked): object {
  return infoOf(findPerson(platform, query.openid ?? ''), query.lang);
}

const Batch = z.object({
  user_list: z.array(z.object({ openid: z.string(), lang: z.string().optional() })),
});

function batchUserInfo(platform: Platform, { body }: Asked): object {
  const { user_list: asked } = read(Batch, body);
  const openIds = asked.map(({ openid }) => openid);
  const people = findPeople(platform, openIds, BATCH);
  return { user_info_list: people.map((person, index) => infoOf(person, asked[index]?.lang)) };
}

/** Without nickname and picture, which the platform no longer gives. */
function infoOf(person: Follower, lang = 'zh_CN'): object {
  const { openId: openid, standing, followedAt, remark, tags, scene } = person;
  if (standing !== 'following') return { subscribe: 0, openid };
  const isNumber = scene !== null && /^[1-9]\d{0,9}$/.test(scene);
  return {
    subscribe: 1,
    openid,
    language: lang,
    subscribe_time: followedAt,
    remark,
    groupid: tags.at(-1) ?? 0,
    tagid_list: tags,
    subscribe_scene: scene === null ? 'ADD_SCENE_OTHERS' : 'ADD_SCENE_QR_CODE',
    qr_scene: isNumber ? Number(scene) : 0,
    qr_scene_str: isNumber ? '' : (scene ?? ''),
  };
}

function listFollowers({ world }: Platform, { query }: Asked): object {
  const all = world.state.followers.filter(({ standing }) => standing === 'following');
  return { total: all.length, ...pageOf(all, query.next_openid ?? '', PAGE) };
}

const Remark = z.object({ openid: z.string(), remark: z.string() });

function updateRemark(platform: Platform, { body }: Asked): object {
  const { openid, remark } = read(Remark, body);
  if (Buffer.byteLength(remark) >= REMARK_BYTES) throw new ApiProblem(40058, 'remark too long');
  findPerson(platform, openid).remark = remark;
  return {};
}
