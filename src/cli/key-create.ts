import { type Command, Option } from 'commander';
import * as staff from '../staff/index.ts';
import { type Terminal, withCore } from './command.ts';

interface Options {
  readonly scope: readonly staff.Scope[];
  readonly name: string;
  readonly json?: boolean;
}

/** `key:create`: a key for a partner's system. */
export function keyCreateCommand(program: Command, terminal: Terminal): void {
  const scope = new Option('--scope <scope...>', 'what the key may do')
    .choices(staff.SCOPES)
    .makeOptionMandatory();
  program
    .command('key:create')
    .description('a key for /api/v1; it is shown this once')
    .addOption(scope)
    .option('--name <name>', 'what staff call it', 'partner')
    .option('--json', 'for machines')
    .action(({ scope: scopes, name, json = false }: Options) =>
      withCore(terminal, async (core) => {
        const made = await staff.createPartnerKey(core.contextOf('key:create'), { name, scopes });
        if (json) return terminal.print(JSON.stringify({ ...made, scopes }));
        terminal.say(`${made.keyId} (${scopes.join(', ')}): keep this key, it is not shown again`);
        terminal.print(made.key);
      }),
    );
}
