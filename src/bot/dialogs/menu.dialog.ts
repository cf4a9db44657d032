import { chosenNumber } from '../choice.ts';
import type { Dialog } from '../dialog.ts';
import type { DialogForm, Turn } from '../turn.ts';
import type { Intent } from '../understand/index.ts';

const MENU: DialogForm = { name: 'menu', version: 1 };

interface MenuState {
  readonly intents: readonly Intent[];
}

/** Commands that were offered by number. A text that is none of them is no matter of this list. */
export const menuDialog: Dialog<MenuState> = {
  ...MENU,
  resumeLine: null,
  ask: async ({ say }) => say('unknown.bare'),
  async take({ text, say }, { state }) {
    const number = chosenNumber(text);
    if (number === null) return null;
    const intent = state.intents[number - 1];
    return intent ? { type: 'command', intent } : say('choice.range', { n: state.intents.length });
  },
  back: async () => null,
  // Nothing was begun: the list only offered it.
  dropped: ({ say }) => say('cancel.none'),
};

/** Offers commands: their numbers can be typed from now on. */
export function offerCommands(
  { dialogs }: Pick<Turn, 'dialogs'>,
  intents: readonly Intent[],
): void {
  dialogs.goTo(MENU, { step: 'list', state: { intents } satisfies MenuState });
}
