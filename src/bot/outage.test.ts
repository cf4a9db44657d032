import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Chat } from '../../tests/support/chat.ts';
import { at } from '../../tests/support/context.ts';
import { databaseUri } from '../../tests/support/database.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import { useDataKey } from '../platform/data-key.ts';
import { buildIndexes, connectMongo, database, type MongoConnection } from '../platform/mongo.ts';

const UNSURE = '现在连接有点慢，这条办好没有还不确定。1 分钟后再发一次就好，积分不会重复加减。';

/** A way to the database that can be cut, or blocked so that it takes everything and answers nothing. */
const target = new URL(databaseUri());
const sockets = new Set<Socket>();
let isBlocked = false;
let isAway = false;
const proxy = createServer((client) => {
  if (isAway) {
    client.destroy();
    return;
  }
  const server = connect(Number(target.port), target.hostname);
  for (const [from, to] of [
    [client, server],
    [server, client],
  ] as const) {
    sockets.add(from);
    from.on('data', (bytes) => !isBlocked && to.write(bytes));
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
});

let connection: MongoConnection;

beforeAll(async () => {
  useDataKey(Buffer.alloc(32, 7));
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const { port } = proxy.address() as AddressInfo;
  const uri = new URL(target.href);
  uri.host = `127.0.0.1:${port}`;
  uri.searchParams.set('directConnection', 'true');
  connection = await connectMongo({ uri: uri.href });
  await buildIndexes();
  const { log, now } = at('2026-11-21T10:00:00+08:00');
  const { standalone } = connection;
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => now, log });
});

afterAll(async () => {
  isAway = false;
  await ledger.close();
  await database().dropDatabase();
  await connection.close();
  cut();
  proxy.close();
});

function cut(): void {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
}

async function timed(work: Promise<string>): Promise<{ said: string; ms: number }> {
  const from = performance.now();
  return { said: await work, ms: performance.now() - from };
}

test('a database that takes everything and answers nothing: told as unsure in time, and then all is well', async () => {
  const chat = new Chat();
  const ann = chat.follower();
  await ann.says('帮助');
  isBlocked = true;
  const { said, ms } = await timed(ann.says('签到', { msgId: 'm1' }));
  expect(said).toBe(UNSURE);
  expect(ms).toBeLessThan(4500);
  isBlocked = false;
  cut();
  expect(await ann.says('签到', { msgId: randomUUID() })).toContain('余额 10 分');
});

test('a database that cannot be reached: told as unsure in time', async () => {
  const chat = new Chat();
  const ann = chat.follower();
  await ann.says('帮助');
  isAway = true;
  cut();
  const { said, ms } = await timed(ann.says('签到'));
  expect(said).toBe(UNSURE);
  expect(ms).toBeLessThan(4500);
});
