import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { databaseUri } from '../../tests/support/database.ts';
import { newId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import { database } from '../platform/mongo.ts';
import { caseCommands } from './cases.ts';
import { type Terminal, withCore } from './command.ts';
import { EXIT, verdictOn } from './exit.ts';

const ctx = at('2026-11-21T10:00:00+08:00');
const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-cases-'));
const stock = `stock:${newId('rwd', ctx.now)}` as const;
const printed: string[] = [];
const terminal: Terminal = {
  env: { MONGODB_URI: databaseUri(), DATA_DIR: dataDir },
  now: () => ctx.now,
  stdin: (async function* () {})(),
  print: (line) => printed.push(line),
  say: () => undefined,
  exit: () => undefined,
};

/** Runs a command as from a shell; what it printed. */
async function run(...args: readonly string[]): Promise<readonly string[]> {
  printed.length = 0;
  const program = new Command().exitOverride();
  caseCommands(program, terminal);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr() {} });
  await program.parseAsync([...args], { from: 'user' });
  return [...printed];
}

async function verdict(...args: readonly string[]) {
  return verdictOn(await run(...args).catch((error: unknown) => error));
}

/** As the nightly audit freezes an account, which the consumers of the service are then shown. */
beforeAll(async () => {
  await withCore(terminal, async () => {
    for (const day of ['2026-11-20', '2026-11-21']) {
      await ledger.post(at(`${day}T10:00:00+08:00`), stock, `audit:${day}`, (book) => {
        if (book.status === 'frozen') book.unfreeze();
        book.freeze();
        return { laws: 'L5 L7' };
      });
    }
    await ledger.relayNow(ctx);
  });
});

afterAll(async () => {
  await withCore(terminal, () => database().dropDatabase());
  rmSync(dataDir, { recursive: true, force: true });
});

test('cases are listed and closed, and the list is then of what is left', async () => {
  const [newer = '', older = ''] = await run('case:list');
  expect(newer).toMatch(/^cas_\w{26} stock:rwd_\w+ law L5 L7 since \S+ \(stock:\S+\.0{8}2\) open$/);
  const [id = ''] = older.split(' ');
  const [closed = ''] = await run('case:close', id, '--by', '王芳', '--note', '已核对 𠮷');
  expect(closed).toMatch(/closed by 王芳: 已核对 𠮷$/);
  expect(await run('case:list')).toEqual([newer]);
  expect(await run('case:list', '--status', 'all', '--account', stock)).toEqual([newer, closed]);
  expect(await run('case:list', '--status', 'closed')).toEqual([closed]);
  const [json = ''] = await run('case:list', '--limit', '1', '--json');
  expect(JSON.parse(json)).toMatchObject([{ accountId: stock, laws: 'L5 L7', status: 'open' }]);
  const [page] = await run('case:list', '--before', newer.split(' ')[0] ?? '', '--status', 'all');
  expect(page).toBe(closed);
});

test('what cannot be is said with its exit code', async () => {
  const why = ['--by', '王芳', '--note', '已核对'];
  expect(await verdict('case:close', 'cas_1', ...why)).toMatchObject({ code: EXIT.usage });
  const nobody = newId('cas', ctx.now);
  expect(await verdict('case:close', nobody, ...why)).toMatchObject({ code: EXIT.refused });
  const [first = ''] = await run('case:list', '--status', 'closed');
  const [id = ''] = first.split(' ');
  expect(await verdict('case:close', id, ...why)).toMatchObject({
    code: EXIT.refused,
    message: expect.stringContaining('it was closed before'),
  });
});
