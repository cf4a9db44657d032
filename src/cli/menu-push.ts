import type { Command } from 'commander';
import * as bot from '../bot/index.ts';
import { type Terminal, withCore } from './command.ts';

/** `menu:push`: the menu under the chat. */
export function menuPushCommand(program: Command, terminal: Terminal): void {
  program
    .command('menu:push')
    .description('send the account menu')
    .option('--dry-run', 'only print it')
    .action(({ dryRun = false }: { dryRun?: boolean }) =>
      withCore(terminal, async (core) => {
        const menu = bot.accountMenu(core.catalogue.say('zh-CN'));
        if (!dryRun) await core.api.menus.create(menu);
        terminal.print(JSON.stringify(menu));
      }),
    );
}
