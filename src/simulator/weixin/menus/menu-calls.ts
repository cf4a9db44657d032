import type { Button } from '../../account/menus.ts';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import type { Asked } from '../asked.ts';
import { get, post, type WeixinCalls } from '../weixin-call.ts';
import { checkedMenu } from './check-menu.ts';
import { CONDITIONAL_CALLS } from './conditional-menus.ts';
import { materialsOf } from './materials-of.ts';

/** The account's menus (reference 5.1). */
export const MENU_CALLS: WeixinCalls = {
  'cgi-bin/menu/create': post(createMenu, 1000),
  'cgi-bin/menu/get': get(getMenu, 10_000),
  'cgi-bin/menu/delete': get(deleteMenu, 1000),
  'cgi-bin/get_current_selfmenu_info': get(currentMenu),
  ...CONDITIONAL_CALLS,
};

function createMenu(platform: Platform, { body }: Asked): object {
  platform.world.state.menu = checkedMenu(body, materialsOf(platform));
  return {};
}

function getMenu({ world }: Platform): object {
  const { menu, conditionalMenus } = world.state;
  if (!menu) throw new ApiProblem(46003, 'menu no exist');
  const conditional = conditionalMenus.length > 0 ? { conditionalmenu: conditionalMenus } : {};
  return { menu: { button: menu }, ...conditional };
}

/** Takes the conditional menus away with the default one. */
function deleteMenu({ world }: Platform): object {
  world.state.menu = null;
  world.state.conditionalMenus = [];
  return {};
}

/** In another shape: what is below a button is in a list of its own. */
function currentMenu({ world }: Platform): object {
  const { menu } = world.state;
  if (!menu) return { is_menu_open: 0, selfmenu_info: { button: [] } };
  return { is_menu_open: 1, selfmenu_info: { button: menu.map(reshaped) } };
}

function reshaped({ sub_button: below, ...button }: Button): object {
  return below?.length ? { name: button.name, sub_button: { list: below } } : button;
}
