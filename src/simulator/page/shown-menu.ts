import type { Button } from '../account/menus.ts';
import { linkTo } from './text-pieces.ts';

/** A button of the account's menu as the phone shows it. */
export interface ShownButton {
  readonly name: string;
  /** What a tap tells the service: the button's key, or its address. */
  readonly key: string;
  /** Where a tap leads; null for one that is answered in the chat. */
  readonly link: ReturnType<typeof linkTo>;
  readonly below: readonly ShownButton[];
}

/** Readies the menu that the service has made; empty while there is none. */
export function shownMenu(menu: readonly Button[] | null): readonly ShownButton[] {
  return (menu ?? []).map((button) => ({
    ...shown(button),
    below: (button.sub_button ?? []).map(shown),
  }));
}

function shown({ name, key, url }: Button): ShownButton {
  return { name, key: key ?? url ?? name, link: url ? linkTo(url) : null, below: [] };
}
