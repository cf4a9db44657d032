import { z } from 'zod';
import { type Button, type ConditionalMenu, menuFor } from '../../account/menus.ts';
import type { Platform } from '../../platform.ts';
import { findFollower } from '../../world/people.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { post, type WeixinCalls } from '../weixin-call.ts';
import { checkedMenu } from './check-menu.ts';
import { materialsOf } from './materials-of.ts';

const MENUS_MAX = 100;
const DOMAINS_MAX = 3;
const WITHDRAWN = ['sex', 'country', 'province', 'city', 'language'];

/** Menus for some followers only (reference 5.1). */
export const CONDITIONAL_CALLS: WeixinCalls = {
  'cgi-bin/menu/addconditional': post(addConditional, 2000),
  'cgi-bin/menu/delconditional': post(deleteConditional, 2000),
  'cgi-bin/menu/trymatch': post(tryMatch, 20_000),
};

const text = z.union([z.string(), z.number().transform(String)]);
const Added = z.object({ matchrule: z.record(z.string(), text).default({}) });
const Deleted = z.object({ menuid: z.coerce.number().int() });
const Tried = z.object({ user_id: z.string() });

function addConditional(platform: Platform, { body }: Asked): object {
  const { state } = platform.world;
  if (!state.menu) throw new ApiProblem(65303, 'there is no default menu');
  const matchrule = checkedRule(read(Added, body).matchrule);
  const button = checkedMenu(body, materialsOf(platform));
  const all = [...state.conditionalMenus.map((menu) => menu.button), button];
  if (all.length > MENUS_MAX) throw new ApiProblem(65305, 'too many conditional menus');
  if (new Set(all.flatMap(domainsIn)).size > DOMAINS_MAX) {
    throw new ApiProblem(65316, 'too many domains in conditional menus');
  }
  state.lastNumber += 1;
  state.conditionalMenus.push({ menuid: state.lastNumber, button, matchrule });
  return { menuid: String(state.lastNumber) };
}

function deleteConditional({ world: { state } }: Platform, { body }: Asked): object {
  const { menuid } = read(Deleted, body);
  const left = state.conditionalMenus.filter((menu) => menu.menuid !== menuid);
  if (left.length === state.conditionalMenus.length) throw new ApiProblem(65301, 'no such menu');
  state.conditionalMenus = left;
  return {};
}

function tryMatch({ world }: Platform, { body }: Asked): object {
  const person = findFollower(world, read(Tried, body).user_id);
  if (!person) throw new ApiProblem(65302, 'there is no such user');
  const menu = menuFor(world.state, person);
  if (!menu) throw new ApiProblem(65303, 'there is no default menu');
  return { button: menu.button };
}

/** What was withdrawn for privacy is refused, and a rule has to say something. */
function checkedRule(rule: Readonly<Record<string, string>>): ConditionalMenu['matchrule'] {
  const said = Object.entries(rule).filter(([, value]) => value !== '');
  if (said.some(([name]) => WITHDRAWN.includes(name))) {
    throw new ApiProblem(65320, 'privacy fields in matchrule');
  }
  const { tag_id, client_platform_type } = Object.fromEntries(said);
  if (!tag_id && !client_platform_type) throw new ApiProblem(65304, 'match rule is empty');
  return { ...(tag_id && { tag_id }), ...(client_platform_type && { client_platform_type }) };
}

function domainsIn(buttons: readonly Button[]): string[] {
  const all = [...buttons, ...buttons.flatMap((button) => button.sub_button ?? [])];
  return all.flatMap(({ url }) => (url && URL.canParse(url) ? [new URL(url).hostname] : []));
}
