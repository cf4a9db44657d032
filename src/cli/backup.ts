import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { keyedHash } from '../platform/data-key.ts';
import { nameOf } from './backup/sections.ts';
import { writeBackup } from './backup/write-backup.ts';
import { type Terminal, withCore } from './command.ts';

interface Options {
  readonly out?: string;
  readonly json?: boolean;
}

/** What is hashed with the data key, so that a restore knows whether it has the same. */
export const DATA_KEY_MARK = 'jifenwu-backup';

/** `backup`: all collections into one file, while the service runs. */
export function backupCommand(program: Command, terminal: Terminal): void {
  program
    .command('backup')
    .description('all collections with checksums into one file, while the service runs')
    .option('--out <dir>', 'where to; the folder backups of DATA_DIR unless said')
    .option('--json', 'for machines')
    .action((options: Options) => backup(terminal, options));
}

async function backup(terminal: Terminal, { out, json = false }: Options): Promise<void> {
  const { print, say } = terminal;
  await withCore(terminal, async ({ config, clock }) => {
    const startedAt = clock();
    const folder = out ?? join(config.dataDir, 'backups');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, fileNameOf(startedAt));
    const dataKeyMark = keyedHash(DATA_KEY_MARK);
    const { sections, sha256 } = await writeBackup(file, { startedAt, dataKeyMark, say });
    if (json) return print(JSON.stringify({ file, startedAt, sha256, sections }));
    for (const section of sections) print(`✓ ${nameOf(section)}: ${section.documents} documents`);
    print(`✓ sha256 ${sha256}`);
    print(file);
  });
}

/** `jifenwu-2026-01-31T080000Z.jsonl.gz`: sorts by time, and no file system minds it. */
function fileNameOf(startedAt: Date): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '');
  return `jifenwu-${time}Z.jsonl.gz`;
}
