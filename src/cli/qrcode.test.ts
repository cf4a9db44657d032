import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import nock from 'nock';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { databaseUri } from '../../tests/support/database.ts';
import * as members from '../loyalty/members/index.ts';
import { database } from '../platform/mongo.ts';
import { type Terminal, withCore } from './command.ts';
import { qrcodeCreateCommand } from './qrcode-create.ts';
import { qrcodeListCommand } from './qrcode-list.ts';

const ctx = at('2026-11-21T10:00:00+08:00');
const folder = mkdtempSync(join(tmpdir(), 'jifenwu-qrcode-'));
const env = {
  MONGODB_URI: databaseUri(),
  DATA_DIR: folder,
  WECHAT_APP_ID: 'wx49f0ab532d5d035a',
  WECHAT_APP_SECRET: '0123456789abcdef',
  WECHAT_TOKEN: 'token123',
  WECHAT_MESSAGE_MODE: 'plain',
};
const printed: string[] = [];
const said: string[] = [];
const terminal: Terminal = {
  env,
  now: () => ctx.now,
  stdin: (async function* () {})(),
  print: (line) => printed.push(line),
  say: (line) => said.push(line),
  exit: () => undefined,
};
const platform = nock('https://api.weixin.qq.com');
const IMAGE = 'https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=K%2B1';

/** Runs a command as from a shell; what it printed. */
async function run(...args: readonly string[]): Promise<readonly string[]> {
  printed.length = 0;
  said.length = 0;
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  for (const add of [qrcodeCreateCommand, qrcodeListCommand]) {
    add(program, terminal);
  }
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr() {} });
  await program.parseAsync([...args], { from: 'user' });
  return [...printed];
}

/** The platform makes one code of this form. */
function makes(action: object, given: object): void {
  platform
    .post('/cgi-bin/stable_token')
    .reply(200, { access_token: 'T', expires_in: 7200 })
    .post('/cgi-bin/qrcode/create?access_token=T', action as nock.DataMatcherMap)
    .reply(200, { ticket: 'K+1', url: 'http://weixin.qq.com/q/1', ...given });
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});
afterAll(async () => {
  await withCore(terminal, () => database().dropDatabase());
  rmSync(folder, { recursive: true, force: true });
});

const scene = { scene: { scene_str: 'store:binjiang' } };

test('a code is made once, and is the same again while it can be scanned', async () => {
  const action = { expire_seconds: 864_000, action_name: 'QR_STR_SCENE', action_info: scene };
  makes(action, { expire_seconds: 864_000 });
  const args = ['qrcode:create', '--source', 'store:binjiang', '--days', '10'];
  expect(await run(...args)).toEqual(['http://weixin.qq.com/q/1', IMAGE]);
  expect(said).toEqual(['store:binjiang: until 2026-12-01T02:00:00.000Z']);
  expect(JSON.parse((await run(...args, '--name', '滨江店', '--json')).join())).toEqual({
    source: 'store:binjiang',
    name: '滨江店',
    kind: 'temporary',
    url: 'http://weixin.qq.com/q/1',
    image: IMAGE,
    expiresAt: '2026-12-01T02:00:00.000Z',
  });
});

test('a permanent code takes the place of a temporary one', async () => {
  makes({ action_name: 'QR_LIMIT_STR_SCENE', action_info: scene }, {});
  await run('qrcode:create', '--source', 'store:binjiang', '--permanent');
  expect(said).toEqual(['滨江店: for ever']);
  await run('qrcode:create', '--source', 'store:binjiang');
  expect(said).toEqual(['滨江店: for ever']);
});

test('the picture is saved as it is', async () => {
  const bytes = Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x80]);
  nock('https://mp.weixin.qq.com')
    .get('/cgi-bin/showqrcode?ticket=K%2B1')
    .reply(200, bytes, { 'content-type': 'image/jpeg' });
  const file = join(folder, 'code.jpg');
  await run('qrcode:create', '--source', 'store:binjiang', '--out', file);
  expect(readFileSync(file)).toEqual(bytes);
});

test.each(['0', '31', '1.5', 'x'])('no code is good for %s days', async (days) => {
  const run30 = run('qrcode:create', '--source', 'a', '--days', days);
  await expect(run30).rejects.toMatchObject({ code: 'commander.invalidArgument' });
});

test('a source that is none is refused before the platform is asked', async () => {
  await expect(run('qrcode:create', '--source', '滨江')).rejects.toMatchObject({
    code: 'SOURCE_INVALID',
  });
});

test('sources are listed with who came by them', async () => {
  await withCore(terminal, () =>
    members.enrol(ctx, { openId: 'o_a', at: ctx.now, scene: 'partner-7', by: 'subscribe' }),
  );
  expect(await run('qrcode:list')).toEqual([
    'partner-7: 1 members, 1 following, no code',
    'store:binjiang (滨江店): 0 members, 0 following',
  ]);
  expect(JSON.parse((await run('qrcode:list', '--json')).join())).toEqual([
    { source: 'partner-7', name: null, expiresAt: null, members: 1, following: 1 },
    { source: 'store:binjiang', name: '滨江店', expiresAt: null, members: 0, following: 0 },
  ]);
});
