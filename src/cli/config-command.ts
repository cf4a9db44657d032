import type { Command } from 'commander';
import { describeConfig } from '../config.ts';
import { configOf, type Terminal } from './command.ts';

/** `config`: what the service would run with. */
export function configCommand(program: Command, terminal: Terminal): void {
  program
    .command('config')
    .description('the effective configuration, without secrets')
    .option('--json', 'for machines')
    .action(({ json = false }: { json?: boolean }) => {
      const config = configOf(terminal);
      const described = describeConfig(config);
      for (const warning of config.warnings) terminal.say(`! ${warning}`);
      if (json) return terminal.print(JSON.stringify(described));
      for (const [name, value] of Object.entries(described)) terminal.print(`${name}=${value}`);
    });
}
