import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { databaseUri } from '../../tests/support/database.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as members from '../loyalty/members/index.ts';
import { database } from '../platform/mongo.ts';
import { accountCommands } from './account.ts';
import { adjustmentCommands } from './adjustments.ts';
import { type Terminal, withCore } from './command.ts';
import { EXIT, verdictOn } from './exit.ts';

const ctx = at('2026-11-21T10:00:00+08:00');
const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-account-'));
const printed: string[] = [];
const said: string[] = [];
const terminal: Terminal = {
  env: { MONGODB_URI: databaseUri(), DATA_DIR: dataDir },
  now: () => ctx.now,
  stdin: (async function* () {})(),
  print: (line) => printed.push(line),
  say: (line) => said.push(line),
  exit: () => undefined,
};
let member: members.Member;

/** Runs a command as from a shell; what it printed. */
async function run(...args: readonly string[]): Promise<readonly string[]> {
  printed.length = 0;
  said.length = 0;
  const program = new Command().exitOverride();
  for (const add of [accountCommands, adjustmentCommands]) add(program, terminal);
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr() {} });
  await program.parseAsync([...args], { from: 'user' });
  return [...printed];
}

/** How a command that does not succeed ends. */
async function verdict(...args: readonly string[]) {
  return verdictOn(await run(...args).catch((error: unknown) => error));
}

const why = ['--by', '王芳', '--reason', '一人多号 𠮷'];

beforeAll(async () => {
  await withCore(terminal, async () => {
    ({ member } = await members.enrol(ctx, { openId: 'o_a', at: ctx.now, by: 'message' }));
    await ledger.post(ctx, member._id, 'gift:1', (book) => {
      book.earn({ points: 100, expiresOn: '2027-12-01' });
      return {};
    });
  });
});

afterAll(async () => {
  await withCore(terminal, () => database().dropDatabase());
  rmSync(dataDir, { recursive: true, force: true });
});

test('freeze, forfeit and back: what was decided by whom is shown at each step', async () => {
  const { memberNo, _id } = member;
  expect(await run('account:show', memberNo)).toEqual([
    `${_id} active, 1 entries`,
    'available 100, held 0, pending 0, debt 0',
  ]);
  expect(await verdict('account:forfeit', memberNo, ...why, '--yes')).toMatchObject({
    code: EXIT.refused,
    message: 'ACCOUNT_NOT_FROZEN: the account is not frozen',
  });
  const [frozen] = await run('account:freeze', memberNo.toLowerCase(), ...why);
  expect(frozen).toMatch(
    new RegExp(`^✓ ${_id} 2026-11-21T02:00:00.000Z freeze by 王芳: 一人多号 𠮷 \\(san_.{26}\\)$`),
  );
  expect(await verdict('account:freeze', _id, ...why)).toMatchObject({
    code: EXIT.refused,
    message: 'ACCOUNT_NOT_ACTIVE: the account is frozen already',
  });
  expect((await run('account:show', memberNo))[2]).toBe(
    'frozen since 2026-11-21T02:00:00.000Z by 王芳: 一人多号 𠮷',
  );
  expect(await verdict('account:forfeit', memberNo, ...why)).toMatchObject({
    code: EXIT.refused,
    message: '100 points would be taken: add --yes to confirm',
  });
  expect(said).toEqual([`${_id}: available 100, held 0, pending 0`]);
  expect((await run('account:forfeit', memberNo, ...why, '--yes'))[1]).toBe(
    'available 0, held 0, pending 0, debt 0',
  );
  const restored = JSON.parse((await run('account:restore', memberNo, ...why, '--json')).join());
  expect(restored).toMatchObject({ verb: 'restore', points: 100, balance: { available: 100 } });
  await run('account:unfreeze', memberNo, ...why);
  const shown = JSON.parse((await run('account:show', memberNo, '--json')).join());
  expect(shown).toMatchObject({ status: 'active', openDeliveries: [], entries: 5 });
  expect(shown.sanctions.map(({ verb }: { verb: string }) => verb).toSorted()).toEqual([
    'forfeit',
    'freeze',
    'restore',
    'unfreeze',
  ]);
});

test('an account that the audit of a night froze is shown so, and opened by a person', async () => {
  await withCore(terminal, () =>
    ledger.post(ctx, member._id, 'audit:2026-11-21', (book) => {
      book.freeze();
      return { laws: 'L5' };
    }),
  );
  expect((await run('account:show', member._id))[2]).toBe(
    'frozen since 2026-11-21T02:00:00.000Z by the audit of 2026-11-21: law L5',
  );
  await run('account:unfreeze', member._id, ...why);
  expect((await run('account:show', member._id))[0]).toMatch(/ active, /);
});

test('a correction is asked for by one and booked by another', async () => {
  const { memberNo, _id } = member;
  const asking = ['adjust:request', memberNo, '--points', '+50', ...why];
  const [line, balance] = await run(...asking, '--case', 'T-7');
  expect(line).toMatch(
    new RegExp(`^adj_.{26} ${_id} \\+50 compensation T-7 requested; asked by 王芳: 一人多号 𠮷$`),
  );
  expect(balance).toBe('balance 100');
  const id = line?.slice(0, 30) ?? '';
  expect(await run('adjust:list')).toEqual([line]);
  expect(await verdict('adjust:approve', id, '--by', ' 王 芳')).toMatchObject({
    code: EXIT.refused,
    message: expect.stringContaining('another person has to'),
  });
  const approved = await run('adjust:approve', id, '--by', '李雷');
  expect(approved[0]).toContain('+50 compensation T-7 booked by 李雷, gone from 2027-12-01;');
  expect(approved[1]).toBe('balance 150');
  expect(await run('adjust:list')).toEqual([]);
  const booked = JSON.parse((await run('adjust:list', '--status', 'booked', '--json')).join());
  expect(booked).toMatchObject([{ _id: id, points: 50, status: 'booked' }]);
  expect((await verdict('adjust:reject', id, '--by', '赵敏')).code).toBe(EXIT.refused);
});

test('points are taken by a number with a minus, and never more than there is', async () => {
  const taking = (points: string) => ['adjust:request', member._id, '--points', points, ...why];
  expect(await verdict(...taking('-151'))).toMatchObject({
    code: EXIT.refused,
    message: 'POINTS_INSUFFICIENT: there are only 150 points, and 151 would be taken',
  });
  const { _id } = JSON.parse((await run(...taking('-50'), '--json')).join());
  expect(await run('adjust:list', '--member', member.memberNo, '--limit', '1')).toHaveLength(1);
  expect(said).toEqual([`… to go on from here: --before ${_id}`]);
  const rejected = await run('adjust:reject', _id, '--by', '王芳');
  expect(rejected[0]).toContain('-50 correction rejected by 王芳');
  expect(rejected[1]).toBe('balance 150');
});

test.each([
  [['account:show', 'x'], EXIT.usage],
  [['account:show', 'M000000x'], EXIT.usage],
  [['account:show', 'stock:rwd_none'], EXIT.refused],
  [['account:freeze', 'budget:none', ...why], EXIT.refused],
  [['adjust:request', 'M0', '--points', '1', ...why], EXIT.refused],
  [['adjust:approve', 'adj_1', '--by', 'a'], EXIT.usage],
  [['adjust:list', '--before', 'adj_1'], EXIT.usage],
])('%j ends with %d', async (args, code) => {
  expect((await verdict(...args)).code).toBe(code);
});

test.each([
  [['account:freeze', 'M0', '--reason', 'a']],
  [['account:freeze', 'M0', '--by', 'a']],
  [['adjust:request', 'M0', '--points', '1.5', ...why]],
  [['adjust:request', 'M0', '--points', '9007199254740993', ...why]],
  [['adjust:list', '--limit', '101']],
  [['adjust:list', '--status', 'lost']],
])('%j is no command', async (args) => {
  await expect(run(...args)).rejects.toMatchObject({ code: /^commander\./ });
});
