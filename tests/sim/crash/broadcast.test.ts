import { expect, test } from 'vitest';
import { databaseUri } from '../../support/database.ts';
import { runBroadcastCampaign } from './broadcast-campaign.ts';

test('a service that is killed while it sends to many reaches everybody once', {
  timeout: 600_000,
}, async () => {
  const report = await runBroadcastCampaign({
    mongodbUri: databaseUri(),
    members: 600,
    kills: 2,
    seed: 20_261_124,
    lostPerMille: { replies: 10, reports: 500 },
    main: 'src/main.ts',
    leases: 'dropped',
    say: () => undefined,
  });
  const clean = { status: 'done', missing: 0, doubled: 0, groundless: 0 };
  expect(report).toMatchObject({ kills: 2, ...clean });
  expect(report.unknown).toBeGreaterThan(0);
  expect(report.sent).toBeGreaterThan(570);
});
