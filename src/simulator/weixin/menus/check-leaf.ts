import type { Button } from '../../account/menus.ts';
import { ApiProblem } from '../api-problem.ts';

/** What the platform says about a button, which differs for one below another. */
interface Level {
  checkName(name: string): void;
  readonly type: number;
  readonly key: number;
  readonly url: number;
  readonly domain: number;
}

const KEY_BYTES = 128;
const URL_BYTES = 1024;

/** A button of the bar itself. */
export const TOP: Level = {
  checkName: (name) => checkLength(name, 16, 40018),
  type: 40017,
  key: 40019,
  url: 40020,
  domain: 40055,
};

/** A button below another. */
export const SUB: Level = {
  checkName: (name) => checkLength(name, 60, 40025),
  type: 40024,
  key: 40026,
  url: 40027,
  domain: 40054,
};

type Check = (button: Button, level: Level, materials: ReadonlySet<string>) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  click: checkKey,
  scancode_push: checkKey,
  scancode_waitmsg: checkKey,
  pic_sysphoto: checkKey,
  pic_photo_or_album: checkKey,
  pic_weixin: checkKey,
  location_select: checkKey,
  view: checkUrl,
  miniprogram: checkMiniProgram,
  media_id: checkMaterial,
  view_limited: checkMaterial,
  article_id: checkArticle,
  article_view_limited: checkArticle,
};

/** Checks a button that has none below it. @throws ApiProblem */
export const checkLeaf: Check = (button, level, materials) => {
  const check = CHECKS[button.type ?? ''];
  if (!check) throw new ApiProblem(level.type, 'invalid button type');
  check(button, level, materials);
};

function checkKey({ key = '' }: Button, level: Level): void {
  checkLength(key, KEY_BYTES, level.key);
}

function checkUrl({ url = '' }: Button, level: Level): void {
  if (!/^https?:\/\/./.test(url)) throw new ApiProblem(level.url, 'invalid button url size');
  checkLength(url, URL_BYTES, level.url);
  const isPossible = URL.canParse(url) && /^[a-z\d.:[\]-]+$/.test(new URL(url).hostname);
  if (!isPossible) throw new ApiProblem(level.domain, 'invalid button url domain');
}

function checkMiniProgram(button: Button, level: Level): void {
  checkUrl(button, level);
  if (textIn(button, 'appid') === '') throw new ApiProblem(40013, 'invalid appid');
  if (textIn(button, 'pagepath') === '') throw new ApiProblem(45064, 'invalid weapp pagepath');
}

function checkMaterial(button: Button, _: Level, materials: ReadonlySet<string>): void {
  if (!materials.has(textIn(button, 'media_id'))) throw new ApiProblem(40007, 'invalid media_id');
}

/** The pretend account publishes nothing, so any article is taken for one of before. */
function checkArticle(button: Button): void {
  if (textIn(button, 'article_id') === '') throw new ApiProblem(53600, 'invalid article_id');
}

function textIn(button: Button, name: string): string {
  const value = button[name];
  return typeof value === 'string' ? value : '';
}

function checkLength(text: string, most: number, errcode: number): void {
  if (text === '' || Buffer.byteLength(text) > most) {
    throw new ApiProblem(errcode, 'invalid button size');
  }
}
