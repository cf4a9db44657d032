import { z } from 'zod';
import { ApiProblem } from './api-problem.ts';

const Leaf = z.looseObject({
  name: z.string(),
  type: z.string().optional(),
  key: z.string().optional(),
  url: z.string().optional(),
});
/** A button: a top one may hold further ones instead of a type. */
export const Button = Leaf.extend({ sub_button: z.array(Leaf).optional() });
export type Button = z.infer<typeof Button>;

const Menu = z.object({ button: z.array(Button) });

const KEYED = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
];
const OTHERS = ['view', 'miniprogram', 'media_id', 'article_id', 'article_view_limited'];

/** Checks a menu as `menu/create` does (reference 5.1). @throws ApiProblem */
export function checkedMenu(body: unknown): Button[] {
  const menu = Menu.safeParse(body);
  if (!menu.success) throw new ApiProblem(40016, 'invalid button size');
  const { button: buttons } = menu.data;
  if (buttons.length < 1 || buttons.length > 3) throw new ApiProblem(40016, 'invalid button size');
  for (const button of buttons) {
    if (bytes(button.name) > 16 || button.name === '') throw nameInvalid();
    if (button.sub_button?.length) checkBelow(button.sub_button);
    else checkLeaf(button);
  }
  return buttons;
}

function checkBelow(buttons: readonly Button[]): void {
  if (buttons.length > 5) throw new ApiProblem(40023, 'invalid sub button size');
  for (const button of buttons) {
    if (bytes(button.name) > 60 || button.name === '') throw nameInvalid();
    checkLeaf(button);
  }
}

function checkLeaf({ type = '', key = '', url = '' }: Button): void {
  if (![...KEYED, ...OTHERS].includes(type)) throw new ApiProblem(40017, 'invalid button type');
  if (KEYED.includes(type) && (key === '' || bytes(key) > 128)) {
    throw new ApiProblem(40019, 'invalid button key size');
  }
  if (type === 'view' && (!/^https?:\/\/./.test(url) || bytes(url) > 1024)) {
    throw new ApiProblem(40020, 'invalid button url size');
  }
}

function nameInvalid(): ApiProblem {
  return new ApiProblem(40018, 'invalid button name size');
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
