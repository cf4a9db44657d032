import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'jifenwu-start-'));
const running = new Set<ChildProcess>();

interface Service {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly exit: Promise<number | null>;
}

/** Starts the service as `npm start` does, from source. */
function start(more: Record<string, string>): Service {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: { PATH, HOME, DATA_DIR: join(folder, 'demo'), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let [out, err] = ['', ''];
  child.stdout?.on('data', (text) => {
    out += text;
  });
  child.stderr?.on('data', (text) => {
    err += text;
  });
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, out: () => out, err: () => err, exit };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await wait(100);
  }
  throw new Error('that did not come true within a minute');
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const bound = server.address();
  await new Promise((resolve) => server.close(resolve));
  return String(typeof bound === 'object' && bound ? bound.port : 0);
}

afterEach(async () => {
  for (const child of running) child.kill('SIGKILL');
  await until(() => running.size === 0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));

describe('starting without any configuration', { timeout: 120_000 }, () => {
  test('shows a shop that answers, is alone on its folder, and stops gracefully', async () => {
    const PORT = await freePort();
    const service = start({ PORT });
    await until(() => service.out().includes('\n'));
    expect(service.out()).toBe(`chat: http://localhost:${PORT}/simulator\n`);
    const ready = service
      .err()
      .split('\n')
      .map(parsed)
      .find((line) => line?.msg === 'ready');
    expect(ready).toMatchObject({ url: `http://localhost:${PORT}`, mode: 'demo' });

    const said = await fetch(`http://127.0.0.1:${PORT}/simulator/api/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ openId: 'o_sim_xiaoman', text: '余额' }),
    });
    const told = (await said.json()) as { reply: { text: string } };
    expect(told.reply.text).toContain('余额 1,260 分，其中 120 分');

    const second = start({ PORT: await freePort() });
    expect(await second.exit).toBe(2);
    expect(second.err()).toContain('is held by process');

    const elsewhere = start({ PORT, DATA_DIR: join(folder, 'other') });
    expect(await elsewhere.exit).toBe(2);
    expect(elsewhere.err()).toContain(`port ${PORT}`);

    service.child.kill('SIGTERM');
    expect(await service.exit).toBe(0);
  });
});

test('a real account without its database does not start', { timeout: 60_000 }, async () => {
  const service = start({
    PORT: await freePort(),
    WECHAT_APP_ID: 'wx0000000000000001',
    WECHAT_APP_SECRET: 'a-real-secret-of-32-characters-xx',
    WECHAT_TOKEN: 'token123',
    WECHAT_MESSAGE_MODE: 'plain',
  });
  expect(await service.exit).toBe(2);
  expect(service.err()).toContain('MONGODB_URI');
  expect(service.err()).not.toContain('a-real-secret');
});

test('a database that is not there is not replaced by another one', {
  timeout: 60_000,
}, async () => {
  const nowhere = { PORT: await freePort(), MONGODB_URI: 'mongodb://127.0.0.1:1/x' };
  const service = start(nowhere);
  expect(await service.exit).toBe(3);
  expect(service.err()).toContain('cannot be reached');
});

function parsed(line: string): { msg?: string } | null {
  return line.startsWith('{') ? (JSON.parse(line) as { msg?: string }) : null;
}
