import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Log } from '../kernel/context.ts';

const run = promisify(execFile);
const OLDEST_MONGOD = 7;
const OLDEST_PYTHON = 'sys.version_info >= (3, 10)';
const ASK_MS = 2000;
const DOWNLOADS = 'https://fastdl.mongodb.org';
/** The same from the source tree and from what was built of it. */
const SCRIPTS = fileURLToPath(new URL('../../scripts/local-database/', import.meta.url));

/** Lets the package fetch a mongod in a process of its own: it writes to stdout and reads MONGOMS_*. */
const FETCH = `
const { MongoBinary } = await import(process.argv[1]);
const path = await MongoBinary.getPath();
process.stdout.write('\\n' + JSON.stringify({ path }) + '\\n');`;

/** A server that speaks MongoDB's protocol, and how it is called. */
export interface DatabaseProgram {
  readonly kind: 'mongod' | 'downloaded mongod' | 'secantusdb';
  readonly folder: 'mongodb' | 'secantusdb';
  commandLine(at: ServerPlace): readonly string[];
}

/** Where a server listens and keeps its files; durable: a written byte survives a power cut. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
  readonly durable: boolean;
}

/** What a search may use: the environment decides about PATH, MONGOMS_* and the cache folder. */
export interface Search {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}

/** The ways to a server, the best first; each gives null where it is not open. */
export const databasePrograms: readonly ((search: Search) => Promise<DatabaseProgram | null>)[] = [
  installedMongod,
  downloadedMongod,
  secantus,
];

async function installedMongod({ env }: Search): Promise<DatabaseProgram | null> {
  const command = env.MONGOMS_SYSTEM_BINARY ?? 'mongod';
  const version = await run(command, ['--version'], { env }).catch(() => null);
  const [, major = 0] = /db version v(\d+)\./.exec(version?.stdout ?? '') ?? [];
  return Number(major) >= OLDEST_MONGOD ? mongod('mongod', command) : null;
}

async function downloadedMongod({ env, log }: Search): Promise<DatabaseProgram | null> {
  const folder = env.MONGOMS_DOWNLOAD_DIR ?? join(cacheOf(env), 'mongodb-binaries');
  const there = existsSync(folder) && readdirSync(folder).some((name) => /^mongod.*\d$/.test(name));
  const host = env.MONGOMS_DOWNLOAD_URL ?? env.MONGOMS_DOWNLOAD_MIRROR ?? DOWNLOADS;
  if (!there && !(await answers(host))) return null;
  const { MONGOMS_SYSTEM_BINARY: _, ...rest } = env;
  const home = import.meta.resolve('mongodb-memory-server-core');
  const args = ['--input-type=module', '--eval', FETCH, home];
  // The package prefers its own folder beside node_modules unless it is told.
  const steer = { MONGOMS_PREFER_GLOBAL_PATH: 'false', ...rest, MONGOMS_DOWNLOAD_DIR: folder };
  const fetching = run(process.execPath, args, { env: steer });
  fetching.child.stdout?.on('data', (chunk: string) => {
    const [, percent] = /: (\d+)(\.\d+)?%/.exec(chunk) ?? [];
    if (percent) log.info({ percent: Number(percent) }, 'downloading a local database');
  });
  const fetched = await fetching;
  const { path } = JSON.parse(fetched.stdout.trim().split('\n').at(-1) ?? '');
  return mongod('downloaded mongod', path);
}

/** Its own attempt takes long to fail, so the host is asked first. */
async function answers(host: string): Promise<boolean> {
  if (!URL.canParse(host)) return false;
  const signal = AbortSignal.timeout(ASK_MS);
  return fetch(host, { method: 'HEAD', signal }).then(
    () => true,
    () => false,
  );
}

function mongod(kind: DatabaseProgram['kind'], command: string): DatabaseProgram {
  return {
    kind,
    folder: 'mongodb',
    commandLine: ({ port, folder }) =>
      [
        [command, '--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'],
        ['--replSet', 'jifenwu', '--quiet', '--logpath', join(folder, 'mongod.log')],
      ].flat(),
  };
}

/** A small server from PyPI, fetched by the user's own machine into a virtual environment. */
async function secantus({ env, log }: Search): Promise<DatabaseProgram | null> {
  const check = `import sys, venv, ensurepip; print(sys.version if ${OLDEST_PYTHON} else '')`;
  const python = await run('python3', ['-c', check], { env }).catch(() => null);
  if (!python?.stdout.trim()) return null;
  const requirements = join(SCRIPTS, 'requirements.txt');
  // Another Python or other versions get a folder of their own.
  const hash = createHash('sha256').update(python.stdout).update(readFileSync(requirements));
  const home = join(cacheOf(env), `secantusdb-${hash.digest('hex').slice(0, 12)}`);
  if (!existsSync(join(home, 'installed'))) {
    log.info({ folder: home }, 'installing a local database, once');
    await run('python3', [join(SCRIPTS, 'install.py'), home, requirements], { env });
  }
  const program = [join(home, 'bin', 'python'), join(home, 'bin', 'secantusd-py')];
  return {
    kind: 'secantusdb',
    folder: 'secantusdb',
    commandLine: ({ port, folder, durable }) => [
      ...program,
      ...['--host', '127.0.0.1', '--port', String(port), '--storage-path', folder],
      ...['--log-level', 'ERROR', ...(durable ? ['--sync-on-commit'] : [])],
    ],
  };
}

function cacheOf(env: Search['env']): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'jifenwu');
}
