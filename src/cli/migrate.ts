import type { Command } from 'commander';
import type { Core } from '../core.ts';
import { migrations } from '../jobs/index.ts';
import {
  isPending,
  LiftError,
  type Migration,
  migrateSome,
  tryMigration,
} from '../platform/migrations.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

/** `migrate`: lifts documents of earlier versions to their newest form. */
export function migrateCommand(program: Command, terminal: Terminal): void {
  program
    .command('migrate')
    .description('lift documents of earlier versions to their newest form; may be repeated')
    .option('--dry-run', 'only try it on every document, and say how many there are')
    .action(({ dryRun = false }: { dryRun?: boolean }) =>
      withCore(terminal, async (core) => {
        for (const migration of migrations) {
          const work = dryRun ? dryRunOf(terminal, migration) : apply(terminal, core, migration);
          await work.catch(mustBeLifted);
        }
      }),
    );
}

/** The migrations that still have something to lift, by name. */
export async function pendingMigrations(): Promise<readonly string[]> {
  const pending: string[] = [];
  for (const migration of migrations) {
    if (await isPending(migration)) pending.push(migration.name);
  }
  return pending;
}

/** A document that cannot be lifted is named, without a stack that helps nobody. */
function mustBeLifted(error: unknown): never {
  throw error instanceof LiftError ? new CommandError(EXIT.wrong, error.message) : error;
}

async function dryRunOf({ print }: Terminal, migration: Migration): Promise<void> {
  const documents = await tryMigration(migration);
  const { name } = migration;
  print(documents === 0 ? `✓ ${name}: nothing to lift` : `· ${name}: ${documents} to lift`);
}

async function apply({ print, say }: Terminal, core: Core, migration: Migration): Promise<void> {
  const { name } = migration;
  let lifted = 0;
  let more = await isPending(migration);
  while (more) {
    const batch = await migrateSome(core.contextOf('migrate'), migration);
    if (batch.outcome === 'held') {
      throw new CommandError(EXIT.refused, 'another runner is at it; run migrate again later');
    }
    lifted += batch.value.lifted;
    more = batch.value.more;
    say(`… ${name}: ${lifted} lifted`);
  }
  print(lifted === 0 ? `✓ ${name}: nothing to lift` : `✓ ${name}: ${lifted} lifted`);
}
