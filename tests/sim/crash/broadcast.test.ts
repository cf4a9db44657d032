import { expect, test } from 'vitest';
import { databaseUri } from '../../support/database.ts';
import { runBroadcastCampaign } from './broadcast-campaign.ts';

test('a service that is killed while it sends to many reaches everybody once', {
  timeout: 600_000,
}, async () => {
  const report = await runBroadcastCampaign({
    mongodbUri: databaseUri(),
    members: 2000,
    kills: 3,
    seed: 20_261_124,
    lostPerMille: 2,
    main: 'src/main.ts',
    leases: 'dropped',
    say: () => undefined,
  });
  expect(report).toMatchObject({ kills: 3, status: 'done', missing: 0, doubled: 0 });
  expect(report.sent).toBeGreaterThan(1900);
});
