// Kills the service again and again while it sends to a crowd, and compares what the phones of the
// simulator show with what the broadcast says. Replies of the platform and its reports get lost.
//
// tsx tests/sim/crash/broadcast-run.ts --members 100000 --kills 5 [--seed 1] [--lost-replies 10]
//   [--lost-reports 500] [--main src/main.ts] [--leases kept|dropped]
//
// MONGODB_URI names the database server; unset, one is started.
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createLog } from '../../../src/platform/log.ts';
import { campaignDatabase } from '../../support/crash-database.ts';
import { runBroadcastCampaign } from './broadcast-campaign.ts';

const { values } = parseArgs({
  options: {
    members: { type: 'string', default: '100000' },
    kills: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    'lost-replies': { type: 'string', default: '10' },
    'lost-reports': { type: 'string', default: '500' },
    main: { type: 'string', default: 'src/main.ts' },
    leases: { type: 'string', default: 'kept' },
  },
});
const {
  'lost-replies': replies,
  'lost-reports': reports,
  ...options
} = z
  .object({
    members: z.coerce.number().int().positive(),
    kills: z.coerce.number().int().min(0),
    seed: z.coerce.number().int(),
    'lost-replies': z.coerce.number().min(0),
    'lost-reports': z.coerce.number().min(0),
    main: z.string(),
    leases: z.enum(['kept', 'dropped']),
  })
  .parse(values);

const log = createLog({ level: 'warn' });
const { uri, server } = await campaignDatabase('broadcast', { env: process.env, log });

try {
  const lostPerMille = { replies, reports };
  const parts = { ...options, lostPerMille, mongodbUri: uri, say: console.error };
  const report = await runBroadcastCampaign(parts);
  console.log(JSON.stringify({ ...options, lostPerMille, ...report }));
  const { status, missing, doubled, groundless } = report;
  process.exitCode = status === 'done' && missing + doubled + groundless === 0 ? 0 : 1;
} finally {
  await server?.stop();
}
