import { randomBytes } from 'node:crypto';
import type { Platform } from '../../platform.ts';
import { findFollower } from '../../world/people.ts';
import { ApiProblem } from '../api-problem.ts';
import type { Asked } from '../asked.ts';
import { get, open, type WeixinCalls } from '../weixin-call.ts';
import { authorize } from './authorize.ts';

const NO_LIMIT = Number.MAX_SAFE_INTEGER;
const TICKET_SECONDS = 7200;

/** Pages of the service that people open (reference 5.11). */
export const SNS_CALLS: WeixinCalls = {
  'connect/oauth2/authorize': open(get(authorize, NO_LIMIT)),
  'sns/oauth2/access_token': open(get(exchange, NO_LIMIT)),
  'sns/oauth2/refresh_token': open(get(refresh, NO_LIMIT)),
  'sns/userinfo': open(get(userInfo, NO_LIMIT)),
  'sns/auth': open(get(check, NO_LIMIT)),
  'cgi-bin/ticket/getticket': get(ticket),
};

/** Any secret will do, but there must be one. */
function exchange(platform: Platform, { query }: Asked): object {
  checkApp(platform, query.appid);
  if (!query.secret) throw new ApiProblem(41004, 'appsecret missing');
  if (query.grant_type !== 'authorization_code') throw new ApiProblem(40002, 'invalid grant_type');
  if (!query.code) throw new ApiProblem(41008, 'missing code');
  return platform.signIns.exchange(query.code);
}

function refresh(platform: Platform, { query }: Asked): object {
  checkApp(platform, query.appid);
  if (query.grant_type !== 'refresh_token') throw new ApiProblem(40002, 'invalid grant_type');
  return platform.signIns.refresh(query.refresh_token ?? '');
}

/** Without sex and region, which the platform no longer gives. */
function userInfo({ world, signIns, words }: Platform, { query }: Asked): object {
  const { access_token: token, openid = '' } = query;
  if (!token) throw new ApiProblem(41001, 'access_token missing');
  const { scope } = signIns.check(token, openid);
  if (scope !== 'snsapi_userinfo') throw new ApiProblem(48001, 'api unauthorized');
  const nickname = findFollower(world, openid)?.name ?? words('simulator.sns.stranger');
  return { openid, nickname, headimgurl: '', privilege: [] };
}

function check({ signIns }: Platform, { query }: Asked): object {
  signIns.check(query.access_token ?? '', query.openid ?? '');
  return {};
}

/** The same ticket while it is valid, as the platform gives it to everybody who asks. */
function ticket({ tickets, world }: Platform, { query }: Asked): object {
  const { type = '' } = query;
  if (type !== 'jsapi' && type !== 'wx_card') throw new ApiProblem(40097, 'invalid args');
  const now = world.clock.now().getTime();
  const known = tickets.get(type);
  const isGood = known !== undefined && known.until > now;
  const kept = isGood
    ? known
    : { text: randomBytes(48).toString('base64url'), until: now + TICKET_SECONDS * 1000 };
  tickets.set(type, kept);
  return { ticket: kept.text, expires_in: Math.floor((kept.until - now) / 1000) };
}

function checkApp({ account }: Platform, appId: string | undefined): void {
  if (appId !== account.appId) throw new ApiProblem(40013, 'invalid appid');
}
