/**
 * `npm run bench [name…]`: all of BENCHES unless some are named.
 * BENCH_ROUNDS sets how often everything is measured (7, at least 5). Ends with 1 when a target is missed.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalDatabase } from '../src/platform/local-database.ts';
import { createLog } from '../src/platform/log.ts';
import { build } from './build.ts';
import { isMet, lineOf, type Row } from './side-by-side.ts';

const BENCHES = [
  'webhook',
  'checkin',
  'ledger',
  'hot-account',
  'combining',
  'medici',
  'transaction',
  'earnings',
  'statement',
  'settle-due',
  'audit',
  'growth',
  'memory',
  'broadcast',
  'sizes',
] as const;

const { env } = process;
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !BENCHES.some((bench) => bench === name));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(' ')}. There are ${BENCHES.join(' ')}.`);
  process.exit(2);
}
const folder = build();
/** What is kept is written durably, as in production; this folder lasts as long as the run. */
const dataDir = mkdtempSync(join(tmpdir(), 'jifenwu-bench-'));
const database = await startLocalDatabase({
  uri: env.MONGODB_URI ?? null,
  dataDir,
  keep: true,
  log: createLog({ level: 'info' }),
  env,
});
const rows: Row[] = [];
try {
  for (const name of BENCHES) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    console.log(`\n${name}, database: ${database.kind}`);
    await run(name);
  }
} finally {
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
console.log(`\n${rows.map(lineOf).join('\n')}`);
process.exitCode = rows.every(isMet) ? 0 : 1;

/** Each bench has a process of its own, so that none inherits what another left in memory. */
async function run(name: string): Promise<void> {
  const bench = fork(join(folder, `${name}.js`), [], {
    env: { ...env, MONGODB_URI: database.uri },
  });
  bench.on('message', ({ row }: { readonly row: Row }) => rows.push(row));
  const [code] = await once(bench, 'exit');
  if (code !== 0) throw new Error(`the bench ${name} ended with ${code}`);
}
