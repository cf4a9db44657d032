import type { Command } from 'commander';
import { buildIndexes, missingIndexes } from '../platform/mongo.ts';
import { type Terminal, withCore } from './command.ts';
import { EXIT } from './exit.ts';

/** `indexes`: builds what the models ask for. */
export function indexesCommand(program: Command, terminal: Terminal): void {
  program
    .command('indexes')
    .description('build the indexes of the database')
    .option('--check', 'only say which are missing')
    .action(({ check = false }: { check?: boolean }) => {
      return withCore(terminal, () => (check ? checked(terminal) : built(terminal)));
    });
}

async function built({ print }: Terminal): Promise<void> {
  for (const name of await buildIndexes()) print(`✓ ${name}`);
}

async function checked({ print, exit }: Terminal): Promise<void> {
  const missing = await missingIndexes();
  for (const index of missing) print(`✗ ${index}`);
  if (missing.length > 0) exit(EXIT.wrong);
  else print('✓ every index is there');
}
