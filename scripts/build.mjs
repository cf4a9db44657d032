// Builds `dist`: the compiled source, the words and notices, and the assets under hashed names.
//
// node scripts/build.mjs              builds
// node scripts/build.mjs --if-stale   builds unless `dist` is newer than every source, or there is no compiler
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const COMPILER = 'node_modules/typescript/bin/tsc';
const COPIED = ['templates/messages', 'templates/notices', 'scripts/local-database'];
/** Stylesheets of packages, served as our own. */
const FOREIGN_ASSETS = ['node_modules/weui/dist/style/weui.min.css'];
const SOURCES = ['src', 'templates', 'scripts', 'package.json', 'tsconfig.json'];
const COMMAND = 'dist/src/cli/main.js';
/** Has the time of the beginning, so that a later change counts; named last, so that half a build does not. */
const BUILDING = 'dist/.building';
const BUILT = 'dist/.built';

if (process.argv.includes('--if-stale') && !isStale()) process.exit(0);
build();

function isStale() {
  if (!existsSync(BUILT)) return true;
  if (!existsSync(COMPILER)) return false;
  const builtAt = statSync(BUILT).mtimeMs;
  return SOURCES.some((path) => newestIn(path) > builtAt);
}

function newestIn(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
}

function build() {
  rmSync('dist', { recursive: true, force: true });
  mkdirSync('dist');
  writeFileSync(BUILDING, '');
  const args = [COMPILER, '--project', 'tsconfig.build.json'];
  // stdout is the service's own: what it prints there is read by others.
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
  for (const path of COPIED)
    if (existsSync(path)) cpSync(path, `dist/${path}`, { recursive: true });
  writeFileSync('dist/templates/assets-manifest.json', JSON.stringify(hashAssets(), null, 2));
  if (existsSync(COMMAND)) chmodSync(COMMAND, 0o755);
  renameSync(BUILDING, BUILT);
}

/** Copies each asset to a name that changes with its content; gives plain name to hashed name. */
function hashAssets() {
  const names = {};
  mkdirSync('dist/templates/assets', { recursive: true });
  const own = readdirSync('templates/assets').map((name) => join('templates/assets', name));
  for (const path of [...own, ...FOREIGN_ASSETS]) {
    const name = basename(path);
    const content = readFileSync(path);
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 10);
    names[name] = `${name.slice(0, -extname(name).length)}.${hash}${extname(name)}`;
    writeFileSync(`dist/templates/assets/${names[name]}`, content);
  }
  return names;
}
