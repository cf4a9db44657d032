import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { DatabaseProgram } from './database-programs.ts';

const START_MS = 30_000;
const STOP_MS = 10_000;
const ANSWER_MS = 1000;
const WORDS_MAX = 4000;

/**
 * Runs a server that ends with us: our end of its standard input closes when this process ends,
 * however it ends, and nothing is ever written to it. In a session of its own a Ctrl-C does not reach it before the service is done.
 */
const WATCH = `
signal=$1 remove=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- &
server=$!
(read -r _ <&3; kill -s "$signal" $server; sleep 8; kill -KILL $server) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $server
status=$?
kill $watcher 2>/dev/null
if [ -n "$remove" ]; then rm -rf "$remove"; fi
exit $status`;

/** A server that was started by this process. */
export interface DatabaseServer {
  readonly uri: string;
  stop(): Promise<void>;
}

/** One that may not answer yet. */
export interface LaunchedServer extends DatabaseServer {
  /** Waits until it may be written to. @throws Error with its last words when it ends first */
  ready(): Promise<void>;
  /** Ends it without a warning, as a crash would. */
  kill(): Promise<void>;
}

/** Where its files lie: a folder that is kept, or null for one that is removed with the server. */
export interface DatabaseFiles {
  readonly kept: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Starts a server on a free port of 127.0.0.1. @throws Error with its last words when it ends first */
export async function startServer(
  program: DatabaseProgram,
  files: DatabaseFiles,
): Promise<DatabaseServer> {
  const server = launchServer(program, { ...files, port: await freePort() });
  try {
    await server.ready();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

/** Runs a server on this port of 127.0.0.1, and does not wait for it. */
export function launchServer(
  program: DatabaseProgram,
  { kept, env, port }: DatabaseFiles & { readonly port: number },
): LaunchedServer {
  const folder = kept ?? mkdtempSync(join(env.TMPDIR || tmpdir(), 'jifenwu-database-'));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const server = program.commandLine({ port, folder, durable: kept !== null });
  const watch = kept === null ? ['KILL', folder] : ['TERM', ''];
  const child = spawn('/bin/sh', ['-c', WATCH, 'sh', ...watch, ...server], {
    cwd: folder,
    env: { ...env },
    detached: true,
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const words = lastWordsOf(child.stderr);
  // `close` comes when its last words have been read, `exit` may come before.
  const ended = once(child, 'close').then(() => {
    throw new Error(`${program.kind} ended at once: ${words()}`);
  });
  child.unref();
  // Whoever does not wait for it sees its end by being connected.
  ended.catch(() => undefined);
  return {
    uri: `mongodb://127.0.0.1:${port}/jifenwu?directConnection=true`,
    ready: () => Promise.race([untilReady(port), ended]),
    stop: () => stop(child),
    kill: () => kill(child),
  };
}

/** The server holds stderr as long as it lives, so that it is gone when that is closed. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'close');
  child.ref();
  if (child.pid) process.kill(-child.pid, 'SIGKILL');
  await gone;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.ref();
  child.stdin?.end();
  const late = setTimeout(() => {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }, STOP_MS);
  await gone;
  clearTimeout(late);
}

/** Waits until the server may be written to. */
async function untilReady(port: number): Promise<void> {
  const enough = AbortSignal.timeout(START_MS);
  let last: unknown = null;
  while (!enough.aborted) {
    if (await isListening({ host: '127.0.0.1', port })) {
      const asked = await isWritable(port).catch((error: unknown) => error);
      if (asked === true) return;
      last = asked;
    }
    await wait(100);
  }
  throw new Error('the local database was not ready within 30 s', { cause: last });
}

/** Whether something listens there. */
export function isListening(place: { readonly host: string; readonly port: number }) {
  return new Promise<boolean>((answer) => {
    const socket = connect({ ...place, timeout: ANSWER_MS });
    const end = (yes: boolean) => {
      socket.destroy();
      answer(yes);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/** A client of its own for each question: one that has failed to connect does not try again soon. */
async function isWritable(port: number): Promise<boolean> {
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}`, {
    directConnection: true,
    serverSelectionTimeoutMS: ANSWER_MS,
  });
  try {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    if (!hello.isWritablePrimary) await becomePrimary(admin, `127.0.0.1:${port}`);
    return hello.isWritablePrimary === true;
  } finally {
    await client.close();
  }
}

/**
 * Makes a fresh mongod a replica set of its own. Its port is another one at each start, so a set
 * that exists is told its new address.
 */
async function becomePrimary(admin: mongo.Db, host: string): Promise<void> {
  const known = await admin.command({ replSetGetConfig: 1 }).catch(() => null);
  const members = [{ _id: 0, host }];
  if (known === null) {
    await admin.command({ replSetInitiate: { _id: 'jifenwu', members } });
  } else if (known.config.members[0].host !== host) {
    const { _id, version, protocolVersion } = known.config;
    const config = { _id, version: version + 1, protocolVersion, members };
    await admin.command({ replSetReconfig: config, force: true });
  }
}

function lastWordsOf(stderr: Readable): () => string {
  let words = '';
  stderr.setEncoding('utf8');
  stderr.on('data', (chunk: string) => {
    words = (words + chunk).slice(-WORDS_MAX);
  });
  return () => words.trim();
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
