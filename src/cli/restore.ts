import type { Command } from 'commander';
import type { Core } from '../core.ts';
import { keyedHash } from '../platform/data-key.ts';
import { audit } from './audit.ts';
import { fillDatabase } from './backup/fill-database.ts';
import type { End, Head } from './backup/lines.ts';
import { BackupError, readBackup } from './backup/read-backup.ts';
import { nameOf } from './backup/sections.ts';
import { firstFilled } from './backup/write-database.ts';
import { DATA_KEY_MARK } from './backup.ts';
import { type Terminal, withCore } from './command.ts';
import { CommandError, EXIT } from './exit.ts';

interface Options {
  readonly check?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** `restore`: a backup into an empty database, proved before and after. */
export function restoreCommand(program: Command, terminal: Terminal): void {
  program
    .command('restore')
    .description('a backup into an empty database, then an audit; stop the service before')
    .argument('<file>', 'what backup wrote')
    .option('--check', 'only prove the file; nothing is written, no database is needed')
    .option('--json', 'for machines')
    .option('--yes', 'also when it was made with another DATA_KEY')
    .action((file: string, options: Options) => restore(terminal, file, options));
}

async function restore(terminal: Terminal, file: string, options: Options): Promise<void> {
  const { say, exit } = terminal;
  try {
    const proof = await proved(terminal, file);
    if (options.check) return tell(terminal, proof, options);
    await withCore(terminal, (core) => filled(terminal, core, { file, proof, options }));
    await audit(terminal, { json: options.json ?? false });
  } catch (error) {
    if (!(error instanceof BackupError)) throw error;
    say(`✗ ${error.message}`);
    exit(EXIT.wrong);
  }
}

interface Proof {
  readonly head: Head;
  readonly end: End;
}

/** Reads the whole file before anything is written. @throws BackupError */
async function proved({ say }: Terminal, file: string): Promise<Proof> {
  const seen: Head[] = [];
  const chunks = readBackup(file, (told) => seen.push(told));
  let next = await chunks.next().catch(notReadable);
  let documents = 0;
  for (; !next.done; next = await chunks.next()) documents += next.value.documents.length;
  say(`… ${documents} documents match their checksums`);
  const [head] = seen;
  if (!head) throw new BackupError('the backup is damaged: the head: it is not there');
  return { head, end: next.value };
}

function notReadable(error: unknown): never {
  const isOfSystem = error instanceof Error && 'syscall' in error;
  throw isOfSystem ? new CommandError(EXIT.usage, error.message) : error;
}

function tell({ print }: Terminal, { head, end }: Proof, { json }: Options): void {
  const { startedAt } = head;
  const { sha256, sections } = end;
  if (json) {
    print(JSON.stringify({ ok: true, startedAt, sha256, sections }));
    return;
  }
  for (const section of sections) print(`✓ ${nameOf(section)}: ${section.documents} documents`);
  print(`✓ a whole backup of ${startedAt}, sha256 ${sha256}`);
}

interface Filling {
  readonly file: string;
  readonly proof: Proof;
  readonly options: Options;
}

async function filled(terminal: Terminal, core: Core, filling: Filling): Promise<void> {
  const { file, proof, options } = filling;
  await mustBeReady(proof, options);
  await fillDatabase(core, { file, say: terminal.say });
}

/** @throws CommandError (refused) */
async function mustBeReady({ head }: Proof, { yes = false }: Options): Promise<void> {
  const filled = await firstFilled();
  if (filled) {
    throw new CommandError(EXIT.refused, `the database is not empty: ${filled} holds documents`);
  }
  if (head.dataKeyMark === keyedHash(DATA_KEY_MARK) || yes) return;
  const words = 'it was made with another DATA_KEY: addresses, codes and members would be lost';
  throw new CommandError(EXIT.refused, `${words}; set that key, or add --yes`);
}
