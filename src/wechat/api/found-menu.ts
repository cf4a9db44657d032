import { z } from 'zod';
import type { MenuPlatform } from '../menu.ts';
import { idText } from './answers.ts';

/** A button as the platform shows it; also of types that only its console makes. */
export interface FoundButton {
  readonly name: string;
  /** Null for a group. */
  readonly type: string | null;
  /** What it needs, by the platform's names: `key`, `url`, `media_id`, `appid`, … */
  readonly values: Readonly<Record<string, string>>;
  readonly buttons: readonly FoundButton[];
}

/** A menu for some followers, as the platform shows it. */
export interface FoundConditionalMenu {
  readonly menuId: string;
  readonly buttons: readonly FoundButton[];
  readonly tagId: number | null;
  readonly platform: MenuPlatform | null;
  /** Conditions that the platform took away: with one of them the menu is shown to nobody. */
  readonly withdrawn: readonly string[];
}

const PLATFORMS = new Map<string, MenuPlatform>([
  ['1', 'ios'],
  ['2', 'android'],
  ['3', 'other'],
]);
const WITHDRAWN = ['sex', 'country', 'province', 'city', 'language'];

const leaf = z.looseObject({ name: z.string(), type: z.string().optional() });
const leaves = z.array(leaf);
/** `get_current_selfmenu_info` wraps the inner buttons once more (reference 5.1). */
const inner = z.union([leaves, z.object({ list: leaves }).transform(({ list }) => list)]);
const top = leaf.extend({ sub_button: inner.optional() });

/** The buttons of a menu, read. */
export const foundButtons = z.array(top).transform((tops): readonly FoundButton[] =>
  tops.map(({ sub_button, ...button }) => ({
    ...found(button),
    buttons: (sub_button ?? []).map((below) => found(below)),
  })),
);

function found({ name, type, ...rest }: z.infer<typeof leaf>): FoundButton {
  const texts = Object.entries(rest).filter((entry): entry is [string, string] => {
    return typeof entry[1] === 'string' && entry[1] !== '';
  });
  return { name, type: type ?? null, values: Object.fromEntries(texts), buttons: [] };
}

const rule = z.record(z.string(), z.union([z.string(), z.number()]).nullable());

/** One of `conditionalmenu`, read. */
export const foundConditionalMenu = z
  .object({ menuid: idText, button: foundButtons, matchrule: rule.default({}) })
  .transform(({ menuid, button, matchrule }): FoundConditionalMenu => {
    const of = (name: string) => String(matchrule[name] ?? '');
    const tagId = of('tag_id');
    return {
      menuId: menuid,
      buttons: button,
      tagId: tagId === '' ? null : Number(tagId),
      platform: PLATFORMS.get(of('client_platform_type')) ?? null,
      withdrawn: WITHDRAWN.filter((name) => of(name) !== ''),
    };
  });
