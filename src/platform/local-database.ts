import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Log } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { type DatabaseProgram, databasePrograms } from './database-programs.ts';
import { type DatabaseServer, isListening, startServer } from './database-server.ts';

/** How long a server of a process that was killed may take to let go of its files. */
const LET_GO_MS = 10_000;
const BUSY = /resource busy|another process|lock file|already in use|DBPathInUse/i;

const Running = z.object({ pid: z.int().positive(), uri: z.string(), kind: z.string() });

/** A local database that runs: the process that holds it, where it listens, what it is. */
export type RunningDatabase = z.output<typeof Running>;

export interface LocalDatabase {
  readonly uri: string;
  /** `given`, `mongod`, `downloaded mongod` or `secantusdb`. */
  readonly kind: string;
  /** Ends the server; one that was given is left alone. */
  stop(): Promise<void>;
}

export interface LocalDatabaseOptions {
  /** MONGODB_URI: never replaced, never started or stopped by us. */
  readonly uri?: string | null;
  readonly dataDir: string;
  /** False: a temporary folder, removed with the server. */
  readonly keep: boolean;
  readonly log: Log;
  /** Decides about PATH, MONGOMS_* and the cache folder. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** No local database for this process; a second start on the same folder, or nothing to start. */
export class LocalDatabaseError extends DomainError {
  /** What the process ends with (the public contract, 10.4). */
  readonly exitCode: 2 | 3;

  constructor(code: 'DATA_DIR_HELD' | 'LOCAL_DATABASE_MISSING', message: string) {
    const held = code === 'DATA_DIR_HELD';
    super({ kind: held ? 'conflict' : 'unavailable', code, message });
    this.name = 'LocalDatabaseError';
    this.exitCode = held ? 2 : 3;
  }
}

/**
 * Starts a database for trying and testing: an installed mongod, a downloaded one, or SecantusDB.
 * It listens on this machine only and ends with this process, however that ends.
 * @throws LocalDatabaseError DATA_DIR_HELD when another process holds the folder,
 * LOCAL_DATABASE_MISSING when none can be started
 */
export async function startLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const { uri, dataDir, keep } = options;
  if (uri) return { uri, kind: 'given', stop: async () => {} };
  if (keep) await refuseIfHeld(dataDir);
  const reasons: unknown[] = [];
  for (const find of databasePrograms) {
    const tried = await attempt(find, options).catch((error: unknown) => ({ error }));
    if (tried && 'uri' in tried) return tried;
    if (tried?.error instanceof LocalDatabaseError) throw tried.error;
    if (tried) reasons.push(tried.error);
  }
  throw missing(reasons);
}

async function attempt(
  find: (typeof databasePrograms)[number],
  options: LocalDatabaseOptions,
): Promise<LocalDatabase | null> {
  try {
    const program = await find(options);
    return program && (await started(program, options));
  } catch (err) {
    options.log.warn({ err }, 'local database not started');
    throw err;
  }
}

/** The database that another process runs on this folder; null when there is none. */
export async function findLocalDatabase(dataDir: string): Promise<RunningDatabase | null> {
  const running = noted(dataDir);
  if (running === null || !isAlive(running.pid)) return null;
  // A process id may be somebody else's by now; an answer at the address is not.
  const { hostname, port } = new URL(running.uri);
  return (await isListening({ host: hostname, port: Number(port) })) ? running : null;
}

async function started(
  program: DatabaseProgram,
  options: LocalDatabaseOptions,
): Promise<LocalDatabase> {
  const { dataDir, keep, log, env } = options;
  const { kind } = program;
  const kept = keep ? resolve(dataDir, program.folder) : null;
  const server = await patiently(dataDir, () => startServer(program, { kept, env }));
  const { uri } = server;
  if (keep) note(dataDir, { pid: process.pid, uri, kind });
  log.info({ kind, uri }, 'local database');
  return { uri, kind, stop: () => stopped(server, keep ? dataDir : null) };
}

async function stopped(server: DatabaseServer, dataDir: string | null): Promise<void> {
  await server.stop();
  if (dataDir !== null && noted(dataDir)?.uri === server.uri) rmSync(noteOf(dataDir));
}

/** Tries again while the files are still held: by a server that is ending, or by one that just began. */
async function patiently<Value>(dataDir: string, start: () => Promise<Value>): Promise<Value> {
  const enough = AbortSignal.timeout(LET_GO_MS);
  for (;;) {
    try {
      return await start();
    } catch (error) {
      await refuseIfHeld(dataDir);
      if (enough.aborted || !(error instanceof Error && BUSY.test(error.message))) throw error;
      await wait(300);
    }
  }
}

async function refuseIfHeld(dataDir: string): Promise<void> {
  const holder = await findLocalDatabase(dataDir);
  if (!holder) return;
  const message = `the data folder ${resolve(dataDir)} is held by process ${holder.pid}`;
  throw new LocalDatabaseError('DATA_DIR_HELD', message);
}

function missing(reasons: readonly unknown[]): LocalDatabaseError {
  const message = [
    'no local database can be started. There are three ways out:',
    '- install MongoDB 7 or later, or Python 3.10 or later with venv',
    '- docker compose -f docker/compose.yml up -d mongo, and set MONGODB_URI=mongodb://localhost:27017/jifenwu',
    '- set MONGODB_URI to a server that you have',
    ...reasons.map((reason) => `What was tried: ${reason}`),
  ];
  return new LocalDatabaseError('LOCAL_DATABASE_MISSING', message.join('\n'));
}

function noteOf(dataDir: string): string {
  return join(dataDir, 'local-database.json');
}

function note(dataDir: string, running: RunningDatabase): void {
  const draft = `${noteOf(dataDir)}.${process.pid}`;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(draft, `${JSON.stringify(running)}\n`, { mode: 0o600 });
  renameSync(draft, noteOf(dataDir));
}

function noted(dataDir: string): RunningDatabase | null {
  try {
    return Running.parse(JSON.parse(readFileSync(noteOf(dataDir), 'utf8')));
  } catch {
    // No note, or one that nobody can use: the server itself says whether its files are held.
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
