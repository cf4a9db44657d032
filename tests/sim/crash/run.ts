// Kills the service, its database or both again and again while followers talk, and compares what they
// heard with the ledger.
//
// tsx tests/sim/crash/run.ts --kills 200 --seed 1 [--victims service|database|both] [--mode plain|safe]
//   [--seats 32] [--main src/main.ts]
//
// MONGODB_URI names the database server, which then outlives every kill; unset, one is started.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '../../../src/platform/log.ts';
import { campaignDatabase } from '../../support/crash-database.ts';
import { runCampaign } from './campaign.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    victims: { type: 'string', default: 'service' },
    mode: { type: 'string', default: 'plain' },
    seats: { type: 'string', default: '32' },
    main: { type: 'string', default: 'src/main.ts' },
  },
});
const options = z
  .object({
    kills: z.coerce.number().int().positive(),
    seed: z.coerce.number().int(),
    victims: z.enum(['service', 'database', 'both']),
    mode: z.enum(['plain', 'safe']),
    seats: z.coerce.number().int().positive(),
    main: z.string(),
  })
  .parse(values);

const log = createLog({ level: 'warn' });
const { uri, server } = await campaignDatabase('crash', { env: process.env, log });

try {
  const { seed, victims, mode } = options;
  const startedAt = performance.now();
  const parts = { ...options, mongodbUri: uri, database: server, say: console.error };
  const { findings, ...figures } = await runCampaign(parts);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  const kind = server?.kind ?? 'given';
  const summary = { seed, victims, mode, database: kind, seconds, ...figures };
  console.log(JSON.stringify({ ...summary, findings: findings.length }));
  for (const finding of findings) console.log(finding);
  process.exitCode = findings.length > 0 ? 1 : 0;
} finally {
  await server?.stop();
}
