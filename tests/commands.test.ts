import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseUri } from './support/database.ts';

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const folder = mkdtempSync(join(tmpdir(), 'jifenwu-commands-'));
const base = { PATH: process.env.PATH ?? '', HOME: folder, DATA_DIR: folder };
let env: Record<string, string> = {};
let service: ChildProcess | null = null;
let address = '';

/** Runs a command as a person would at a terminal. */
async function jifenwu(args: readonly string[], more: Record<string, string> = {}, stdin = '') {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    env: { ...env, ...more },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out: out.trim(), err: err.trim() } satisfies Ran;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof bound === 'object' && bound ? bound.port : 0;
}

async function ready(): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const answer = await fetch(`${address}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await wait(100);
  }
  throw new Error('the service did not become ready');
}

async function post<Answer>(path: string, body: object): Promise<Answer> {
  const response = await fetch(`${address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

// Each command is a process of its own.
describe('at a terminal', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    const port = String(await freePort());
    env = { ...base, MONGODB_URI: databaseUri(), PORT: port };
    address = `http://127.0.0.1:${port}`;
    service = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], { env, stdio: 'ignore' });
    await ready();
  });
  afterAll(async () => {
    const ended = service && new Promise((resolve) => service?.once('exit', resolve));
    service?.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('a shop is filled, its stock is counted once, and its books are proved', async () => {
    const seeded = await jifenwu(['seed', 'minimal']);
    expect(JSON.parse(seeded.out)).toMatchObject({ members: 0, rewards: 8, orders: 0 });
    expect((await jifenwu(['seed', 'minimal'])).out).toBe(seeded.out);
    const proof = await jifenwu(['audit', '--json']);
    expect(proof.code).toBe(0);
    expect(JSON.parse(proof.out)).toMatchObject({ ok: true, accounts: 8, findings: [] });
  });

  test('the doctor finds everything well while the service runs', async () => {
    const { code, out } = await jifenwu(['doctor', '--json']);
    const { ok, checks } = JSON.parse(out) as {
      ok: boolean;
      checks: { name: string; ok: boolean }[];
    };
    expect([code, ok]).toEqual([0, true]);
    expect(checks.map(({ name }) => name)).toContain('wechat');
  });

  test('templates are matched and the menu is sent', async () => {
    const synced = await jifenwu(['notices:sync']);
    expect([synced.code, synced.out.split('\n').length]).toEqual([0, 3]);
    const pushed = await jifenwu(['menu:push']);
    expect(pushed.code).toBe(0);
    expect(JSON.parse(pushed.out).buttons).toHaveLength(3);
  });

  test('a parcel is shipped by its number; twice is refused with 4', async () => {
    const openId = 'o_sim_xiaoman';
    const say = (text: string) =>
      post<{ reply: { text: string } }>('/simulator/api/say', { openId, text });
    const told = (await say('资料')).reply.text;
    const [memberNo = ''] = /M\d{6}/.exec(told) ?? [];
    const made = await jifenwu(['key:create', '--scope', 'purchases:write', '--json']);
    const { key } = JSON.parse(made.out) as { key: string };
    await fetch(`${address}/api/v1/purchases`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'idempotency-key': 'sale-1',
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        purchaseId: 'sale-1',
        memberNo,
        amountFen: 200_000,
        paidAt: '2026-01-31T12:00:00+08:00',
      }),
    });
    const [link = ''] =
      /http:\S+\/h5\/address\?t=[\w.-]+/.exec((await say('地址')).reply.text) ?? [];
    const form = new URLSearchParams({
      name: '王小明',
      phone: '13812342046',
      province: '浙江省',
      city: '杭州市',
      district: '滨江区',
      detail: '江南大道 1 号',
    });
    const page = new URL(link);
    await fetch(`${address}${page.pathname}${page.search}`, { method: 'POST', body: form });
    await say('兑换 帆布袋');
    const placed = (await say('确认')).reply.text;
    const [number = ''] = /R[0-9A-HJKMNP-TV-Z]{5}/.exec(placed) ?? [];
    const shipment = ['--carrier', '顺丰速运', '--tracking', 'SF1024572046'];
    expect((await jifenwu(['order:ship', number, ...shipment])).code).toBe(0);
    expect((await jifenwu(['order:ship', number, ...shipment])).code).toBe(4);
    expect((await jifenwu(['order:complete', number])).code).toBe(0);
    expect((await jifenwu(['order:ship', number, '--carrier', 'x', '--tracking', '<'])).code).toBe(
      2,
    );
    const proof = await jifenwu(['audit', '--member', memberNo]);
    expect(proof.out).toMatch(/^✓ 1 accounts/);
  });

  test('indexes are there, and are said to be missing when they are not', async () => {
    expect(await jifenwu(['indexes', '--check'])).toMatchObject({ code: 0 });
    expect((await jifenwu(['indexes'])).out).toContain('✓ accounts');
  });

  test('the database is emptied only by who says yes', async () => {
    const { code, err } = await jifenwu(['seed', 'minimal', '--clear']);
    expect([code, err]).toEqual([4, expect.stringContaining('--yes')]);
  });
});

describe('without a database', { timeout: 60_000 }, () => {
  beforeAll(() => {
    env = { ...base };
  });

  test('what a text asks for needs nothing else', async () => {
    expect(await jifenwu(['intent', '前到'])).toEqual({
      code: 0,
      out: '{"intent":"checkin","confidence":0.9}',
      err: '',
    });
    const many = await jifenwu(['intent', '-'], {}, '签到\n我還有幾分\n今天天气怎么样\n');
    expect(many.out.split('\n').map((line) => JSON.parse(line).intent)).toEqual([
      'checkin',
      'balance',
      'unknown',
    ]);
  });

  test('every mistake of the configuration is listed at once, and no secret is', async () => {
    const wrong = { PORT: 'no', TIMEZONE: 'Asia/Atlantis', WECHAT_APP_SECRET: 'geheim' };
    const { code, out, err } = await jifenwu(['config'], wrong);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('PORT');
    expect(err).toContain('TIMEZONE');
    expect(err).not.toContain('geheim');
  });

  test('the configuration is told without secrets', async () => {
    const set = { WECHAT_TOKEN: 'verysecrettoken', MONGODB_URI: 'mongodb://ann:pw@db/x' };
    const { code, out } = await jifenwu(['config', '--json'], set);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ mode: 'simulated', PORT: 3000 });
    expect(out).not.toMatch(/verysecrettoken|ann:pw/);
  });

  test('a database that is not there is 3, wrong use is 2, a real account is never seeded', async () => {
    const nowhere = { MONGODB_URI: 'mongodb://127.0.0.1:1/x' };
    expect((await jifenwu(['audit'], nowhere)).code).toBe(3);
    expect((await jifenwu(['dance'])).code).toBe(2);
    expect((await jifenwu(['key:create'])).code).toBe(2);
    const real = {
      MONGODB_URI: 'mongodb://127.0.0.1:1/x',
      WECHAT_APP_ID: 'wx0000000000000001',
      WECHAT_APP_SECRET: 'a-real-secret-of-32-characters-xx',
      WECHAT_TOKEN: 'token123',
      WECHAT_MESSAGE_MODE: 'plain',
    };
    expect((await jifenwu(['seed', 'minimal'], real)).code).toBe(4);
  });
});
