import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useDataKey } from './data-key.ts';
import { isUnavailable } from './failures.ts';
import type { KeyValue } from './key-value.ts';
import { localKeyValue } from './local-key-value.ts';
import { redisKeyValue } from './redis-key-value.ts';

const SERVER = 'redis-server';
const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = () => new Date(performance.timeOrigin + performance.now());

const holders = [
  { name: 'memory', missing: false, open: async () => localKeyValue({ file: null, clock, log }) },
  {
    name: 'Redis',
    missing: !hasRedis(),
    open: async () => redisKeyValue({ url: server.url, log }),
  },
];

const server = { url: '', process: null as ChildProcess | null };

beforeAll(async () => {
  useDataKey(Buffer.alloc(32, 7));
  if (hasRedis()) await startRedis();
});

afterAll(() => {
  server.process?.kill();
});

describe.each(holders)('a KeyValue in $name', ({ missing, open }) => {
  describe.skipIf(missing)('keeps its promises', () => {
    let keyValue: KeyValue;
    beforeAll(async () => {
      keyValue = await open();
    });
    afterAll(() => keyValue.close());

    test('a value is read back until its life is over', async () => {
      await keyValue.set('dialog', '等 确认', { ttlMs: 60 });
      expect(await keyValue.get('dialog')).toBe('等 确认');
      await wait(100);
      expect(await keyValue.get('dialog')).toBeNull();
    });

    test('a later value takes the place of the former, with a life of its own', async () => {
      await keyValue.set('token', 'A', { ttlMs: 20 });
      await keyValue.set('token', 'B', { ttlMs: 5000 });
      await wait(50);
      expect(await keyValue.get('token')).toBe('B');
    });

    test('of many who claim a key at once one is first, and again when the claim is over', async () => {
      const claims = Array.from({ length: 20 }, (_, i) =>
        keyValue.claim('message', `worker ${i}`, { ttlMs: 60 }),
      );
      expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
      await wait(100);
      expect(await keyValue.claim('message', 'later', { ttlMs: 60 })).toBe(true);
      expect(await keyValue.get('message')).toBe('later');
    });

    test('a claim does not touch a value that is there', async () => {
      await keyValue.set('reply', 'stored', { ttlMs: 5000 });
      expect(await keyValue.claim('reply', 'working', { ttlMs: 60 })).toBe(false);
      expect(await keyValue.get('reply')).toBe('stored');
    });

    test('counts go up by one, and a window begins with its first count', async () => {
      const counts = await Promise.all(
        Array.from({ length: 10 }, () => keyValue.count('says', { ttlMs: 150 })),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await wait(100);
      expect(await keyValue.count('says', { ttlMs: 150 })).toBe(11);
      await wait(100);
      expect(await keyValue.count('says', { ttlMs: 150 })).toBe(1);
    });

    test('what is deleted is gone, and may be claimed', async () => {
      await keyValue.set('session', 'ann', { ttlMs: 5000 });
      await keyValue.delete('session');
      await keyValue.delete('never there');
      expect(await keyValue.get('session')).toBeNull();
      expect(await keyValue.claim('session', 'ben', { ttlMs: 50 })).toBe(true);
    });
  });
});

test('a Redis that cannot be reached is unavailable, in time, and named in the log', async () => {
  const lines: string[] = [];
  const warn = (_fields: unknown, text?: string) => lines.push(String(text));
  const url = `redis://127.0.0.1:${await freePort()}`;
  const keyValue = redisKeyValue({ url, log: { ...log, warn } as never });
  const started = performance.now();
  const refusal = await keyValue.get('dialog').catch((error: unknown) => error);
  expect(isUnavailable(refusal)).toBe(true);
  expect(performance.now() - started).toBeLessThan(3000);
  expect(lines).toContain('redis connection lost');
  await keyValue.close();
});

describe.skipIf(!hasRedis())('two instances on one Redis', () => {
  test('see the same values, and a lost server is refused until it is back', async () => {
    const [ann, ben] = [
      redisKeyValue({ url: server.url, log }),
      redisKeyValue({ url: server.url, log }),
    ];
    await ann.set('shared', 'yes', { ttlMs: 5000 });
    expect(await ben.get('shared')).toBe('yes');
    // What lies at the server tells nobody anything.
    const raw = new Redis(server.url);
    expect(await raw.get('jifenwu:shared')).toMatch(/^v1\.[\w-]+$/);
    raw.disconnect();

    const gone = once(server.process as ChildProcess, 'exit');
    server.process?.kill();
    await gone;
    await expect(ann.get('shared')).rejects.toThrow('KEY_VALUE_UNAVAILABLE');

    await startRedis(new URL(server.url).port);
    await expect.poll(() => ann.get('shared').catch(() => 'away'), { timeout: 8000 }).toBeNull();
    await Promise.all([ann.close(), ben.close()]);
  });
});

function hasRedis(): boolean {
  return spawnSync(SERVER, ['--version']).error === undefined;
}

async function startRedis(port?: string): Promise<void> {
  const chosen = port ?? String(await freePort());
  server.url = `redis://127.0.0.1:${chosen}`;
  const args = ['--port', chosen, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const started = spawn(SERVER, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  server.process = started;
  for await (const chunk of started.stdout) if (`${chunk}`.includes('Ready to accept')) return;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}
