import { expect, test } from 'vitest';
import { databaseUri } from '../../support/database.ts';
import { runCampaign } from './campaign.ts';

test('a service that is killed while followers talk contradicts its ledger nowhere', async () => {
  const report = await runCampaign({
    mongodbUri: databaseUri(),
    kills: 8,
    seed: 20_261_121,
    seats: 8,
    main: 'src/main.ts',
    say: () => undefined,
  });
  expect(report.findings).toEqual([]);
  expect(report.entries).toBeGreaterThan(10);
  expect(report.answers).toBeGreaterThan(20);
}, 180_000);
