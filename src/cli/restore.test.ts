import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, expect, test, vi } from 'vitest';
import { linesIn, partsOf, writeLines, writeParts } from '../../tests/support/backup-file.ts';
import { databaseUri } from '../../tests/support/database.ts';
import { database } from '../platform/mongo.ts';
import { backupCommand } from './backup.ts';
import { type Terminal, withCore } from './command.ts';
import { EXIT, verdictOn } from './exit.ts';
import { restoreCommand } from './restore.ts';
import { seedCommand } from './seed-command.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const DATA_DIR = mkdtempSync(join(tmpdir(), 'jifenwu-restore-'));
const [shop, copy, fresh] = [databaseUri(), databaseUri(), databaseUri()];
const now = () => new Date('2026-11-24T08:00:00+08:00');
let file = '';

function terminalAt(uri: string, more: Record<string, string> = {}) {
  const out: string[] = [];
  const said: string[] = [];
  const codes: number[] = [];
  const terminal: Terminal = {
    env: { MONGODB_URI: uri, DATA_DIR, ...more },
    now,
    stdin: (async function* () {})(),
    print: (line) => out.push(line),
    say: (line) => said.push(line),
    exit: (code) => codes.push(code),
  };
  return { terminal, out, said, codes };
}

/** Runs one command as `main.ts` does. */
async function jifenwu(uri: string, args: readonly string[], more: Record<string, string> = {}) {
  const { terminal, out, said, codes } = terminalAt(uri, more);
  const program = new Command().exitOverride();
  for (const add of [backupCommand, restoreCommand, seedCommand]) add(program, terminal);
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    const { code, message } = verdictOn(error);
    said.push(message);
    codes.push(code);
  }
  return { code: codes[0] ?? EXIT.done, out, said };
}

function inDatabase<Result>(uri: string, look: () => Promise<Result>): Promise<Result> {
  return withCore(terminalAt(uri).terminal, look);
}

async function heads(): Promise<unknown> {
  const accounts = database()
    .collection('accounts')
    .find({}, { sort: { _id: 1 } });
  return accounts.project({ seq: 1, chainHead: 1 }).toArray();
}

afterAll(async () => {
  for (const uri of [shop, copy, fresh]) {
    await inDatabase(uri, () => database().dropDatabase());
  }
  rmSync(DATA_DIR, { recursive: true, force: true });
});

test('a shop is backed up into the data folder and restored into another database', async () => {
  expect(await jifenwu(shop, ['seed', 'minimal'])).toMatchObject({ code: 0 });
  const backup = await jifenwu(shop, ['backup', '--json']);
  expect(backup.code).toBe(0);
  file = JSON.parse(String(backup.out.at(-1))).file;
  expect(file).toBe(join(DATA_DIR, 'backups', 'jifenwu-2026-11-24T000000Z.jsonl.gz'));
  expect(readdirSync(join(DATA_DIR, 'backups'))).toHaveLength(1);

  const checked = await jifenwu('mongodb://127.0.0.1:1/nobody', ['restore', file, '--check']);
  expect(checked).toMatchObject({ code: 0 });
  expect(checked.out).toContain('✓ rewards: 8 documents');

  const restored = await jifenwu(copy, ['restore', file]);
  expect(restored.code).toBe(0);
  expect(restored.out.at(-1)).toMatch(/^✓ \d+ accounts, \d+ entries, 0 findings$/);
  const were = await inDatabase(shop, heads);
  expect(await inDatabase(copy, heads)).toEqual(were);
  expect(were).toHaveLength(8);
});

test('a database that holds something is not restored into', async () => {
  const refused = await jifenwu(copy, ['restore', file]);
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.said.at(-1)).toMatch(/^the database is not empty: \w+ holds documents$/);
});

test('another DATA_KEY is asked about, because what it encrypted could not be read', async () => {
  const DATA_KEY = Buffer.alloc(32, 1).toString('base64');
  const refused = await jifenwu(fresh, ['restore', file], { DATA_KEY });
  expect(refused.code).toBe(EXIT.refused);
  expect(refused.said.at(-1)).toContain('another DATA_KEY');
});

test('from a damaged file nothing is written, and the part is named', async () => {
  const bad = join(DATA_DIR, 'bad.jsonl.gz');
  writeLines(bad, linesIn(file).slice(0, -1));
  for (const more of [['--check'], []]) {
    const damaged = await jifenwu(fresh, ['restore', bad, ...more]);
    expect(damaged.code).toBe(EXIT.wrong);
    expect(damaged.said.at(-1)).toBe('✗ the backup is damaged: the end: the file ends here');
  }
  const written = () => database().collection('rewards').countDocuments();
  expect(await inDatabase(fresh, written)).toBe(0);
});

test('a file that is not there is wrong use', async () => {
  const missing = await jifenwu(fresh, ['restore', join(DATA_DIR, 'nothing.gz')]);
  expect(missing.code).toBe(EXIT.usage);
});

test('what an audit finds after a restore ends the command with 1', async () => {
  const bad = join(DATA_DIR, 'edited.jsonl.gz');
  const parts = partsOf(file);
  const [account] = parts.documents.get('accounts') ?? [];
  Object.assign(account ?? {}, { chainHead: 'somebody-edited-this-1' });
  writeParts(bad, parts);
  const restored = await jifenwu(fresh, ['restore', bad]);
  expect(restored.code).toBe(EXIT.wrong);
  expect(restored.out.join('\n')).toContain(`✗ L3 ${account?._id}`);
});
