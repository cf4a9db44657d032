// Kills the service again and again while followers talk, and compares what they heard with the ledger.
//
// tsx tests/sim/crash/run.ts --kills 200 --seed 1 [--seats 16] [--main src/main.ts]
//
// MONGODB_URI names the database server; unset, one is started and outlives every kill.
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startLocalDatabase } from '../../../src/platform/local-database.ts';
import { createLog } from '../../../src/platform/log.ts';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    seats: { type: 'string', default: '16' },
    main: { type: 'string', default: 'src/main.ts' },
  },
});

const database = await startLocalDatabase({
  uri: process.env.MONGODB_URI ?? null,
  dataDir: '.data',
  keep: false,
  log: createLog({ level: 'warn' }),
  env: process.env,
});
const uri = new URL(database.uri);
uri.pathname = `/crash_${randomUUID().slice(0, 8)}`;

const report = await runCampaign({
  mongodbUri: uri.href,
  kills: Number(values.kills),
  seed: Number(values.seed),
  seats: Number(values.seats),
  main: values.main,
  say: console.error,
});
await database.stop();
const { findings, ...figures } = report;
console.log(JSON.stringify({ seed: Number(values.seed), ...figures, findings: findings.length }));
for (const finding of findings) console.log(finding);
process.exitCode = findings.length > 0 ? 1 : 0;
