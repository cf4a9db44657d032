import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mongo } from 'mongoose';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findLocalDatabase, startLocalDatabase } from '../src/platform/local-database.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };
const root = mkdtempSync(join(tmpdir(), 'jifenwu-test-'));
let dataDir = '';
let env: NodeJS.ProcessEnv = {};
const children: ChildProcess[] = [];

beforeEach(() => {
  dataDir = mkdtempSync(join(root, 'data-'));
  env = { ...process.env };
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }));

const start = (more: object = {}) => startLocalDatabase({ dataDir, keep: true, log, env, ...more });

async function asked<Answer>(uri: string, ask: (db: mongo.Db) => Promise<Answer>): Promise<Answer> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: 2000 });
  return ask(client.db()).finally(() => client.close());
}
const notes = (db: mongo.Db) => db.collection<{ _id: string }>('notes');
const answers = (uri: string) =>
  asked(uri, (db) => db.command({ ping: 1 })).then(
    () => true,
    () => false,
  );

/** Another process that starts a database on the same folder, tells its address, and stays. */
async function elsewhere(): Promise<{ child: ChildProcess; uri: string }> {
  const module = fileURLToPath(new URL('../src/platform/local-database.ts', import.meta.url));
  const code = `
    const { startLocalDatabase } = await import(${JSON.stringify(module)});
    const log = { debug() {}, info() {}, warn() {}, error() {} };
    const options = { dataDir: ${JSON.stringify(dataDir)}, keep: true, log, env: process.env };
    const { uri } = await startLocalDatabase(options);
    process.stdout.write(uri);
    setInterval(() => {}, 1000);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', code];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [uri] = await once(child.stdout, 'data');
  return { child, uri: `${uri}` };
}

describe('a local database', () => {
  test('listens on this machine, keeps what was written, and lets go of its folder', async () => {
    const first = await start();
    expect(first.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/jifenwu\?/);
    await asked(first.uri, (db) => notes(db).insertOne({ _id: 'kept' }));
    await first.stop();
    await first.stop();
    expect(await answers(first.uri)).toBe(false);
    expect(existsSync(join(dataDir, 'local-database.json'))).toBe(false);

    const second = await start();
    expect(await asked(second.uri, (db) => notes(db).countDocuments())).toBe(1);
    await second.stop();
  });

  test('is found by commands while it runs, and by nobody afterwards', async () => {
    expect(await findLocalDatabase(dataDir)).toBeNull();
    const { uri, kind, stop } = await start();
    expect(await findLocalDatabase(dataDir)).toEqual({ pid: process.pid, uri, kind });
    expect(statSync(join(dataDir, 'local-database.json')).mode & 0o777).toBe(0o600);
    await stop();
    expect(await findLocalDatabase(dataDir)).toBeNull();
  });

  test('a second service on the same folder is told who holds it, and changes nothing', async () => {
    const { child, uri } = await elsewhere();
    await expect(start()).rejects.toMatchObject({
      code: 'DATA_DIR_HELD',
      exitCode: 2,
      message: expect.stringContaining(`held by process ${child.pid}`),
    });
    expect(await answers(uri)).toBe(true);
    expect(await findLocalDatabase(dataDir)).toMatchObject({ pid: child.pid, uri });
  });

  test('of two starts at once one runs and the other is told', async () => {
    const both = await Promise.allSettled([start(), start()]);
    const refused = both.filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'DATA_DIR_HELD' } }]);
    for (const one of both) if (one.status === 'fulfilled') await one.value.stop();
  });

  test('ends with a process that is killed, and the next start goes on at once', async () => {
    const { child, uri } = await elsewhere();
    await asked(uri, (db) => notes(db).insertOne({ _id: 'before the kill' }));
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await findLocalDatabase(dataDir).then((found) => found?.pid)).not.toBe(process.pid);

    const next = await start();
    expect(await asked(next.uri, (db) => notes(db).countDocuments())).toBe(1);
    expect(await answers(uri)).toBe(false);
    await next.stop();
  });

  test('a note of a dead process, or of one that became another, is ignored', async () => {
    const file = join(dataDir, 'local-database.json');
    const uri = 'mongodb://127.0.0.1:1/jifenwu';
    for (const pid of [process.pid, 2 ** 30]) {
      writeFileSync(file, JSON.stringify({ pid, uri, kind: 'mongod' }));
      expect(await findLocalDatabase(dataDir)).toBeNull();
    }
    writeFileSync(file, '{"pid":');
    const { stop } = await start();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
    await stop();
  });

  test('that is not kept lives in a temporary folder, which goes with it', async () => {
    const temporary = join(root, 'tmp');
    mkdirSync(temporary);
    env = { ...env, TMPDIR: temporary };
    const { uri, stop } = await start({ keep: false });
    expect(await answers(uri)).toBe(true);
    expect(readdirSync(temporary)).toHaveLength(1);
    await stop();
    expect(readdirSync(temporary)).toEqual([]);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test('an address that is given is used as it is, and never stopped', async () => {
    const uri = 'mongodb://db.example.com/points';
    const given = await start({ uri });
    await given.stop();
    expect(given).toMatchObject({ uri, kind: 'given' });
    expect(readdirSync(dataDir)).toEqual([]);
  });
});

describe('the ways to a local database', () => {
  /** A folder with programs that stand for those of the system. */
  function programs(files: Readonly<Record<string, string>>): string {
    const folder = mkdtempSync(join(root, 'bin-'));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
    }
    return folder;
  }
  const version = (text: string) =>
    `if [ "$1" = --version ]; then echo "db version v${text}"; exit; fi`;
  /** Answers as a mongod would on the command line, and lets the other server do the work. */
  const actor = `dbpath=$2 port=$4; echo "$7 $8" >> "$dbpath/called"
    exec "$ACTOR_HOME/python" "$ACTOR_HOME/secantusd-py" --host 127.0.0.1 --port "$port" --storage-path "$dbpath" --log-level ERROR`;
  const actorHome = () => {
    const cache = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'jifenwu');
    const home = readdirSync(cache).find((name) => /^secantusdb-\w+$/.test(name)) ?? '';
    return join(cache, home, 'bin');
  };
  const unreachable = { MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:1' };

  test('a mongod of the path comes first when it is new enough', async () => {
    const other = await start({ keep: false });
    await other.stop();
    const bin = programs({ mongod: `${version('8.0.4')}\n${actor}` });
    env = { ...env, PATH: `${bin}:${env.PATH}`, ACTOR_HOME: actorHome() };
    const database = await start();
    expect(database.kind).toBe('mongod');
    expect(readFileSync(join(dataDir, 'mongodb', 'called'), 'utf8')).toBe('--replSet jifenwu\n');
    await database.stop();
  });

  test('a mongod is downloaded where the host answers, once, and its progress is told', async () => {
    const archive = join(programs({}), 'mongod.tgz');
    const tree = join(root, 'archive');
    mkdirSync(join(tree, 'bin'), { recursive: true });
    // What is much smaller than a server is taken for a download that was cut off.
    const padding = '#'.repeat(2_000_000);
    const program = `#!/bin/sh\n${actor}\n${padding}`;
    writeFileSync(join(tree, 'bin', 'mongod'), program, { mode: 0o755 });
    execFileSync('tar', ['-czf', archive, '-C', root, 'archive']);
    const asked: string[] = [];
    const mirror = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const file = readFileSync(archive);
      const md5 = createHash('md5').update(file).digest('hex');
      response.end(request.url?.endsWith('.md5') ? `${md5}  mongod.tgz` : file);
    }).listen(0, '127.0.0.1');
    await once(mirror, 'listening');
    env = {
      ...env,
      MONGOMS_DOWNLOAD_MIRROR: `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`,
      MONGOMS_USE_HTTP: 'true',
      ACTOR_HOME: actorHome(),
      MONGOMS_DOWNLOAD_DIR: join(root, 'binaries'),
    };
    const told: unknown[] = [];
    const first = await start({ log: { ...log, info: (...line: unknown[]) => told.push(line) } });
    expect(first.kind).toBe('downloaded mongod');
    expect(told).toContainEqual([{ percent: 100 }, 'downloading a local database']);
    await first.stop();
    mirror.close();
    const second = await start();
    expect(second.kind).toBe('downloaded mongod');
    await second.stop();
    expect(asked.filter((one) => one.startsWith('GET') && one.endsWith('.tgz'))).toHaveLength(1);
  });

  test('an old mongod is passed over, and a broken one does not end the search', async () => {
    env = {
      ...env,
      ...unreachable,
      MONGOMS_SYSTEM_BINARY: join(programs({ old: version('6.0.9') }), 'old'),
    };
    const database = await start();
    expect(database.kind).toBe('secantusdb');
    await database.stop();
    const broken = programs({ mongod: `${version('7.0.1')}\necho cannot run here >&2; exit 14` });
    env = { ...env, MONGOMS_SYSTEM_BINARY: join(broken, 'mongod') };
    const next = await start();
    expect(next.kind).toBe('secantusdb');
    await next.stop();
  });

  test('without any of them three ways out are told, and what was tried', async () => {
    const bin = programs({ mongod: `${version('7.0.1')}\necho cannot run here >&2; exit 14` });
    env = { ...unreachable, PATH: bin };
    await expect(start()).rejects.toMatchObject({
      code: 'LOCAL_DATABASE_MISSING',
      kind: 'unavailable',
      exitCode: 3,
      message: expect.stringMatching(/install MongoDB.*compose.*MONGODB_URI.*cannot run here/s),
    });
  });
});
