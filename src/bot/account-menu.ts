import type { Menu } from '../wechat/index.ts';
import type { Say } from '../wording/index.ts';
import type { Intent } from './understand/index.ts';

/** The menu under the chat: what most followers come for, one tap away. Keys as the guide, 10.5. */
export function accountMenu(say: Say): Menu {
  const click = (name: string, intent: Intent) =>
    ({ name, type: 'click', key: intent.toUpperCase() }) as const;
  return {
    buttons: [
      click(say('menu.checkin'), 'checkin'),
      click(say('menu.redeem'), 'redeem'),
      {
        name: say('menu.mine'),
        buttons: [
          click(say('menu.balance'), 'balance'),
          click(say('menu.statement'), 'statement'),
          click(say('menu.orders'), 'orders'),
          click(say('menu.tasks'), 'tasks'),
          click(say('menu.help'), 'help'),
        ],
      },
    ],
  };
}
