import { Argument, type Command, InvalidArgumentError } from 'commander';
import { configOf, type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';
import { clearDatabase } from './seed/clear-database.ts';
import { SEEDS, type SeedKind, seed } from './seed/seed.ts';

interface Options {
  readonly members: number;
  readonly days: number;
  readonly clear?: boolean;
  readonly yes?: boolean;
}

/** `seed`: made-up data, the same at every run. */
export function seedCommand(program: Command, terminal: Terminal): void {
  program
    .command('seed')
    .description('made-up data with a fixed seed; never for a real account')
    .addArgument(new Argument('[kind]', 'how much').choices(SEEDS).default('demo'))
    .option('--members <n>', 'of load: how many', wholeNumber, 2000)
    .option('--days <n>', 'of load: how long a history', wholeNumber, 90)
    .option('--clear', 'empty the database before')
    .option('--yes', 'do not ask')
    .action((kind: SeedKind, options: Options) => run(terminal, kind, options));
}

async function run(terminal: Terminal, kind: SeedKind, options: Options): Promise<void> {
  if (configOf(terminal).realAccount) {
    throw new CommandError(EXIT.refused, 'this is a real account: made-up data has no place in it');
  }
  if (options.clear && !options.yes) {
    throw new CommandError(EXIT.refused, '--clear drops every collection: add --yes to confirm');
  }
  if (options.clear) {
    await withCore(terminal, () => clearDatabase());
    terminal.say('the database is empty');
  }
  await withCore(terminal, async (core) => {
    const { members, days } = options;
    const seeded = await seed(core.contextOf('seed'), kind, { members, days });
    terminal.print(JSON.stringify(seeded));
  });
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text))
    throw new InvalidArgumentError('takes a whole number from 1 on');
  return Number(text);
}
