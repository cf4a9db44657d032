import { z } from 'zod';
import { WechatError } from '../api-errors.ts';
import { conditionalMenuJson, type Menu, type MenuRule, menuJson } from '../menu.ts';
import { idNumber, idText, nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import {
  type FoundButton,
  type FoundConditionalMenu,
  foundButtons,
  foundConditionalMenu,
} from './found-menu.ts';

/** The platform's way of saying that there is nothing to show. */
const NO_MENU = 46_003;

/** The menu for all, and those for some. */
export interface FoundMenus {
  readonly buttons: readonly FoundButton[];
  readonly conditional: readonly FoundConditionalMenu[];
}

/** The menus under the chat (reference 5.1). Clients look for changes every five minutes. */
export interface Menus {
  /** Replaces the whole menu. @throws DomainError MENU_INVALID before anything is sent */
  create(menu: Menu): Promise<void>;
  /** The menus that were made by API; null when there are none. */
  get(): Promise<FoundMenus | null>;
  /** Takes away the menu, and with it every conditional one. */
  delete(): Promise<void>;
  /** What followers see now, also when a person made it in the platform's console. */
  current(): Promise<{ readonly isOpen: boolean; readonly buttons: readonly FoundButton[] }>;
  /**
   * Adds a menu for some; the newest that matches is shown. None can be changed later.
   * @returns its id. @throws DomainError MENU_INVALID; WechatError 65303 without a menu for all
   */
  addConditional(menu: Menu, rule: MenuRule): Promise<string>;
  deleteConditional(menuId: string): Promise<void>;
  /** The menu that a follower sees, by OpenID or WeChat name. */
  tryMatch(userId: string): Promise<readonly FoundButton[]>;
}

const all = z
  .object({
    menu: z.object({ button: foundButtons }),
    conditionalmenu: z.array(foundConditionalMenu).default([]),
  })
  .transform((found): FoundMenus => {
    return { buttons: found.menu.button, conditional: found.conditionalmenu };
  });
const shown = z.object({
  is_menu_open: z.number(),
  selfmenu_info: z.object({ button: foundButtons.optional() }).optional(),
});
const added = z.object({ menuid: idText });
const matched = z.union([
  z.object({ button: foundButtons }).transform(({ button }) => button),
  z.object({ menu: z.object({ button: foundButtons }) }).transform(({ menu }) => menu.button),
]);

export function menus(caller: Caller): Menus {
  return {
    async create(menu) {
      const json = menuJson(menu);
      await caller.call({ path: 'cgi-bin/menu/create', json, answer: nothing, repeatable: true });
    },
    get() {
      const path = 'cgi-bin/menu/get';
      return caller.call({ path, answer: all, repeatable: true }).catch((error: unknown) => {
        if (error instanceof WechatError && error.errcode === NO_MENU) return null;
        throw error;
      });
    },
    async delete() {
      await caller.call({ path: 'cgi-bin/menu/delete', answer: nothing, repeatable: true });
    },
    async current() {
      const path = 'cgi-bin/get_current_selfmenu_info';
      const { is_menu_open: open, selfmenu_info: info } = await caller.call({
        path,
        answer: shown,
        repeatable: true,
      });
      return { isOpen: open === 1, buttons: info?.button ?? [] };
    },
    async addConditional(menu, rule) {
      const json = conditionalMenuJson(menu, rule);
      const path = 'cgi-bin/menu/addconditional';
      return (await caller.call({ path, json, answer: added })).menuid;
    },
    async deleteConditional(menuId) {
      const json = { menuid: idNumber(menuId) };
      await caller.call({ path: 'cgi-bin/menu/delconditional', json, answer: nothing });
    },
    tryMatch(userId) {
      const json = { user_id: userId };
      return caller.call({
        path: 'cgi-bin/menu/trymatch',
        json,
        answer: matched,
        repeatable: true,
      });
    },
  };
}
