import type { Platform } from '../platform.ts';
import { findFollower } from '../world/people.ts';
import { ApiProblem } from './api-problem.ts';
import type { Asked } from './asked.ts';
import { grantStable, grantToken } from './grant-token.ts';
import { checkedMenu } from './menu.ts';
import { PRIVATE_TEMPLATES } from './private-templates.ts';
import { sendCustomerMessage } from './send-customer-message.ts';
import { sendTemplate } from './send-template.ts';

/** One address of the pretend API: what it answers, besides `errcode` and `errmsg`. */
interface WeixinCall {
  readonly method: 'GET' | 'POST';
  /** Calls a day of a new account (reference 4.3). */
  readonly daily: number;
  readonly open?: true;
  readonly answer: (platform: Platform, asked: Asked) => object;
}

/** What the pretend API can do, by path; all but the open ones ask for an access token. */
export const WEIXIN_CALLS: Readonly<Record<string, WeixinCall>> = {
  'cgi-bin/stable_token': { method: 'POST', daily: 500_000, open: true, answer: grantStable },
  'cgi-bin/token': { method: 'GET', daily: 2000, open: true, answer: grantToken },
  'cgi-bin/template/get_all_private_template': {
    method: 'GET',
    daily: 100_000,
    answer: () => ({ template_list: PRIVATE_TEMPLATES }),
  },
  'cgi-bin/message/template/send': { method: 'POST', daily: 100_000, answer: sendTemplate },
  'cgi-bin/message/custom/send': { method: 'POST', daily: 500_000, answer: sendCustomerMessage },
  'cgi-bin/menu/create': { method: 'POST', daily: 1000, answer: createMenu },
  'cgi-bin/menu/get': { method: 'GET', daily: 10_000, answer: getMenu },
  'cgi-bin/menu/delete': { method: 'GET', daily: 1000, answer: deleteMenu },
  'cgi-bin/user/info': { method: 'GET', daily: 5_000_000, answer: userInfo },
};

function createMenu({ world }: Platform, { body }: Asked): object {
  world.state.menu = checkedMenu(body);
  return {};
}

function getMenu({ world }: Platform): object {
  if (!world.state.menu) throw new ApiProblem(46003, 'menu no exist');
  return { menu: { button: world.state.menu } };
}

function deleteMenu({ world }: Platform): object {
  world.state.menu = null;
  return {};
}

/** Without nickname and picture, which the platform no longer gives. */
function userInfo({ world }: Platform, { query }: Asked): object {
  const follower = findFollower(world, query.openid ?? '');
  if (!follower) throw new ApiProblem(40003, 'invalid openid');
  const { openId: openid, standing, followedAt } = follower;
  if (standing !== 'following') return { subscribe: 0, openid };
  const rest = {
    language: 'zh_CN',
    subscribe_time: followedAt,
    subscribe_scene: 'ADD_SCENE_OTHERS',
  };
  return { subscribe: 1, openid, ...rest };
}
