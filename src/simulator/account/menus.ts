import { z } from 'zod';
import type { Follower } from '../world/follower.ts';

const Leaf = z.looseObject({
  name: z.string(),
  type: z.string().optional(),
  key: z.string().optional(),
  url: z.string().optional(),
});
/** A button: a top one may hold further ones instead of a type. */
export const Button = Leaf.extend({ sub_button: z.array(Leaf).optional() });
export type Button = z.infer<typeof Button>;

export const ConditionalMenu = z.object({
  menuid: z.int(),
  button: z.array(Button),
  matchrule: z.object({
    tag_id: z.string().optional(),
    client_platform_type: z.string().optional(),
  }),
});
/** A menu for some followers only (reference 5.1). */
export type ConditionalMenu = z.infer<typeof ConditionalMenu>;

/** The pretend phones are Android. */
const PLATFORM = '2';

interface Menus {
  readonly menu: readonly Button[] | null;
  readonly conditionalMenus: readonly ConditionalMenu[];
}

/** The menu that a follower sees: the newest that fits, else the default one. */
export function menuFor({ menu, conditionalMenus }: Menus, follower: Follower | null) {
  const fitting = conditionalMenus.findLast(({ matchrule }) => fits(matchrule, follower));
  if (menu && fitting) return { button: fitting.button, menuId: fitting.menuid };
  return menu && { button: menu, menuId: null };
}

function fits(rule: ConditionalMenu['matchrule'], follower: Follower | null): boolean {
  const { tag_id: tag = '', client_platform_type: phone = '' } = rule;
  const tagFits = tag === '' || tag === String(follower?.tags.at(-1));
  return tagFits && (phone === '' || phone === PLATFORM);
}
