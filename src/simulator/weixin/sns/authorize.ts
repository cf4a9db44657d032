import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { redirectAnswer } from '../answers.ts';
import type { Asked } from '../asked.ts';
import { asking, wrongLink } from './asking.ts';

/** The platform reads them in this order only. */
const ORDER = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'];

const Link = z.object({
  appid: z.string(),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  response_type: z.literal('code'),
  scope: z.enum(['snsapi_base', 'snsapi_userinfo']),
  state: z
    .string()
    .regex(/^[A-Za-z0-9]{0,128}$/)
    .default(''),
});

/**
 * GET connect/oauth2/authorize: sends the browser back with a code; asks before where the scope is
 * `snsapi_userinfo`. With `snapshot=1` the code is that of a made-up person (reference 5.11).
 */
export function authorize(platform: Platform, asked: Asked): object {
  const { query } = asked;
  const link = Link.safeParse(query);
  const order = Object.keys(query).filter((name) => ORDER.includes(name));
  const isOrdered = order.join() === ORDER.filter((name) => order.includes(name)).join();
  if (!link.success || !isOrdered || link.data.appid !== platform.account.appId) {
    return wrongLink(platform);
  }
  const { redirect_uri: url, scope, state } = link.data;
  const choice = asking(platform, asked, scope === 'snsapi_base' ? 'base' : 'userinfo');
  if ('bytes' in choice) return choice;
  if (!choice.allows) return redirectAnswer(url, { state });
  const isSnapshot = query.snapshot === '1';
  const { openId } = choice.person;
  const allowed = { openId: isSnapshot ? shadowOf(openId) : openId, scope, isSnapshot };
  return redirectAnswer(url, { code: platform.signIns.codeFor(allowed), state });
}

/** The open id under which somebody is seen who only looked at a snapshot page. */
function shadowOf(openId: string): string {
  return `o_snap_${createHash('sha256').update(openId).digest('hex').slice(0, 20)}`;
}
