import { expect, test } from 'vitest';
import { createLog } from '../../../src/platform/log.ts';
import { DatabaseProcess } from '../../support/crash-database.ts';
import { databaseUri } from '../../support/database.ts';
import { runCampaign } from './campaign.ts';

const PATIENCE_MS = 600_000;
const TALK = { seed: 20_261_121, seats: 8, main: 'src/main.ts', say: () => undefined };

test(
  'a service that is killed while followers talk contradicts its ledger nowhere',
  async () => {
    const report = await runCampaign({
      ...TALK,
      mongodbUri: databaseUri(),
      database: null,
      victims: 'service',
      mode: 'plain',
      kills: 8,
    });
    expect(report.findings).toEqual([]);
    expect(report.kills).toMatchObject({ service: 8, database: 0 });
    expect(report.entries).toBeGreaterThan(10);
    expect(report.answers).toBeGreaterThan(20);
  },
  PATIENCE_MS,
);

// SecantusDB that is killed while it makes a table cannot open its own files again: the service has
// made all of its collections before the first blow.
test('a service whose database is killed while followers talk comes back and contradicts nothing', {
  timeout: PATIENCE_MS,
}, async () => {
  const log = createLog({ level: 'warn' });
  const database = await DatabaseProcess.open({ env: process.env, log });
  try {
    const mongodbUri = database.uri;
    const asked = { mongodbUri, database, victims: 'database', mode: 'safe', kills: 3 } as const;
    const report = await runCampaign({ ...TALK, ...asked });
    expect(report.findings).toEqual([]);
    expect(report.kills).toMatchObject({ service: 0, database: 3 });
    expect(report.entries).toBeGreaterThan(10);
    expect(report.answers).toBeGreaterThan(20);
  } finally {
    await database.stop();
  }
});
