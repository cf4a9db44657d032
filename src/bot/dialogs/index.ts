import type { Dialog } from '../dialog.ts';
import { menuDialog } from './menu.dialog.ts';
import { ordersDialog } from './orders.dialog.ts';
import { quizDialog } from './quiz.dialog.ts';
import { redeemDialog } from './redeem.dialog.ts';
import { tasksDialog } from './tasks.dialog.ts';

const ALL = [redeemDialog, quizDialog, tasksDialog, ordersDialog, menuDialog];

/** Every dialog by its name; each gets the state that it wrote itself. */
export const dialogs: ReadonlyMap<string, Dialog<never>> = new Map(
  ALL.map((dialog) => [dialog.name, dialog as Dialog<never>]),
);
