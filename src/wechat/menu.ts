import { DomainError } from '../kernel/errors.ts';

const TOP_MAX = 3;
const SUB_MAX = 5;
const DOMAINS_MAX = 3;
const BYTES_MAX = { top: 16, sub: 60, key: 128, url: 1024 };

/** What sends a key: a tap, a scan, a picture or a place (reference 5.1). */
type KeyedType =
  | 'click'
  | 'scancode_push'
  | 'scancode_waitmsg'
  | 'pic_sysphoto'
  | 'pic_photo_or_album'
  | 'pic_weixin'
  | 'location_select';

/** A button that does something. */
export type MenuAction =
  | { readonly name: string; readonly type: KeyedType; readonly key: string }
  | { readonly name: string; readonly type: 'view'; readonly url: string }
  /** Sends permanent material; `view_limited` is what it once was called for articles. */
  | {
      readonly name: string;
      readonly type: 'media_id' | 'view_limited';
      readonly mediaId: string;
    }
  /** Sends a published article, or opens it. */
  | {
      readonly name: string;
      readonly type: 'article_id' | 'article_view_limited';
      readonly articleId: string;
    }
  /** Opens a mini program, in old clients `url` instead. */
  | {
      readonly name: string;
      readonly type: 'miniprogram';
      readonly appId: string;
      readonly pagePath: string;
      readonly url: string;
    };

/** One to three buttons; a button does something or opens up to five that do. */
export interface Menu {
  readonly buttons: readonly (MenuAction | MenuGroup)[];
}

export interface MenuGroup {
  readonly name: string;
  readonly buttons: readonly MenuAction[];
}

/** Whom a menu of its own is for; at least one of the two (reference 5.1). */
export interface MenuRule {
  /** Of somebody with several tags the one given last decides. */
  readonly tagId?: number;
  readonly platform?: MenuPlatform;
}

export type MenuPlatform = 'ios' | 'android' | 'other';

const PLATFORMS: Readonly<Record<MenuPlatform, string>> = { ios: '1', android: '2', other: '3' };

/** The menu as the API takes it (reference 5.1; limits in UTF-8 bytes). @throws DomainError MENU_INVALID */
export function menuJson(menu: Menu) {
  const { length } = menu.buttons;
  check(length >= 1 && length <= TOP_MAX, 'a menu has one to three buttons', '');
  return { button: menu.buttons.map(topJson) };
}

/** A menu for some followers, and for whom. @throws DomainError MENU_INVALID */
export function conditionalMenuJson(menu: Menu, { tagId, platform }: MenuRule) {
  check(tagId !== undefined || platform !== undefined, 'a rule names a tag or a platform', '');
  const domains = new Set(menu.buttons.flatMap(domainsOf));
  check(domains.size <= DOMAINS_MAX, 'menus for some lead to at most three domains', '');
  const matchrule = {
    ...(tagId === undefined ? {} : { tag_id: String(tagId) }),
    ...(platform === undefined ? {} : { client_platform_type: PLATFORMS[platform] }),
  };
  return { ...menuJson(menu), matchrule };
}

function domainsOf(button: MenuAction | MenuGroup): readonly string[] {
  if ('buttons' in button) return button.buttons.flatMap(domainsOf);
  if (!('url' in button) || !URL.canParse(button.url)) return [];
  return [new URL(button.url).hostname];
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

function actionJson(button: MenuAction): Readonly<Record<string, string>> {
  const { name, type } = button;
  switch (type) {
    case 'view':
      checkUrl(button.url, name);
      return { type, name, url: button.url };
    case 'media_id':
    case 'view_limited':
      check(button.mediaId !== '', 'material is named by its id', name);
      return { type, name, media_id: button.mediaId };
    case 'article_id':
    case 'article_view_limited':
      check(button.articleId !== '', 'an article is named by its id', name);
      return { type, name, article_id: button.articleId };
    case 'miniprogram':
      return { type, name, ...miniProgramJson(button) };
    default:
      checkBytes(button.key, { what: 'key', max: BYTES_MAX.key, of: name });
      return { type, name, key: button.key };
  }
}

function miniProgramJson(button: MenuAction & { readonly type: 'miniprogram' }) {
  const { name, url, appId, pagePath } = button;
  checkUrl(url, name);
  check(appId !== '' && pagePath !== '', 'a mini program is named by its id and its page', name);
  return { url, appid: appId, pagepath: pagePath };
}

function checkUrl(url: string, of: string): void {
  checkBytes(url, { what: 'url', max: BYTES_MAX.url, of });
  check(/^https?:\/\//.test(url), 'an address begins with http:// or https://', of);
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
