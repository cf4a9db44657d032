import { DomainError } from '../kernel/errors.ts';

const TOP_MAX = 3;
const SUB_MAX = 5;
const BYTES_MAX = { top: 16, sub: 60, key: 128, url: 1024 };

/** A button that does something. */
export type MenuAction =
  | { readonly name: string; readonly type: 'click'; readonly key: string }
  | { readonly name: string; readonly type: 'view'; readonly url: string };

/** One to three buttons; a button does something or opens up to five that do. */
export interface Menu {
  readonly buttons: readonly (MenuAction | MenuGroup)[];
}

export interface MenuGroup {
  readonly name: string;
  readonly buttons: readonly MenuAction[];
}

/** The menu as the API takes it (reference 5.1; limits in UTF-8 bytes). @throws DomainError MENU_INVALID */
export function menuJson(menu: Menu) {
  const { length } = menu.buttons;
  check(length >= 1 && length <= TOP_MAX, 'a menu has one to three buttons', '');
  return { button: menu.buttons.map(topJson) };
}

function topJson(button: MenuAction | MenuGroup) {
  checkBytes(button.name, { what: 'name', max: BYTES_MAX.top, of: button.name });
  if (!('buttons' in button)) return actionJson(button);
  const { length } = button.buttons;
  check(length >= 1 && length <= SUB_MAX, 'a group has one to five buttons', button.name);
  return { name: button.name, sub_button: button.buttons.map(subJson) };
}

function subJson(button: MenuAction) {
  checkBytes(button.name, { what: 'name', max: BYTES_MAX.sub, of: button.name });
  return actionJson(button);
}

function actionJson(button: MenuAction) {
  const { name, type } = button;
  if (button.type === 'click') {
    checkBytes(button.key, { what: 'key', max: BYTES_MAX.key, of: name });
    return { type, name, key: button.key };
  }
  checkBytes(button.url, { what: 'url', max: BYTES_MAX.url, of: name });
  check(/^https?:\/\//.test(button.url), 'an address begins with http:// or https://', name);
  return { type, name, url: button.url };
}

function checkBytes(
  text: string,
  { what, max, of }: { readonly what: string; readonly max: number; readonly of: string },
): void {
  const size = Buffer.byteLength(text);
  check(size >= 1 && size <= max, `a ${what} has 1 to ${max} bytes`, of);
}

function check(holds: boolean, message: string, button: string): void {
  if (holds) return;
  throw new DomainError({ kind: 'invalid', code: 'MENU_INVALID', message, details: { button } });
}
