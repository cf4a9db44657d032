import { z } from 'zod';
import { Button } from '../../account/menus.ts';
import { ApiProblem } from '../api-problem.ts';
import { checkLeaf, SUB, TOP } from './check-leaf.ts';

const Menu = z.object({ button: z.array(Button) });
const Nested = z.object({ sub_button: z.array(z.unknown()).min(1) });

/**
 * Checks a menu as `menu/create` does (reference 5.1). `materials` are the account's permanent ones.
 * @throws ApiProblem 40016 to 40027, 40054, 40055, 40007
 */
export function checkedMenu(body: unknown, materials: ReadonlySet<string>): Button[] {
  const menu = Menu.safeParse(body);
  if (!menu.success) throw new ApiProblem(40016, 'invalid button size');
  const { button: buttons } = menu.data;
  if (buttons.length < 1 || buttons.length > 3) throw new ApiProblem(40016, 'invalid button size');
  for (const button of buttons) {
    TOP.checkName(button.name);
    if (button.sub_button?.length) checkBelow(button.sub_button, materials);
    else checkLeaf(button, TOP, materials);
  }
  return buttons;
}

function checkBelow(buttons: readonly Button[], materials: ReadonlySet<string>): void {
  if (buttons.length > 5) throw new ApiProblem(40023, 'invalid sub button size');
  for (const button of buttons) {
    if (Nested.safeParse(button).success) throw new ApiProblem(40022, 'invalid sub button level');
    SUB.checkName(button.name);
    checkLeaf(button, SUB, materials);
  }
}
