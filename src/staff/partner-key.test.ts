import { expect, test } from 'vitest';
import { at } from '../../tests/support/context.ts';
import { useDatabase } from '../../tests/support/database.ts';
import { createPartnerKey, findPartnerKey } from './index.ts';
import { PartnerKeyModel } from './partner-key.model.ts';

useDatabase();
const morning = at('2026-01-31T08:00:00+08:00');

test('a key opens what its scopes say, and lies nowhere in the database', async () => {
  const scopes = ['purchases:write', 'members:read', 'members:read'] as const;
  const { key, keyId } = await createPartnerKey(morning, { name: '滨江店收银', scopes });
  expect(await findPartnerKey(key)).toMatchObject({
    _id: keyId,
    name: '滨江店收银',
    scopes: ['purchases:write', 'members:read'],
  });
  expect(JSON.stringify(await PartnerKeyModel.find().lean())).not.toContain(key);
});

test('nobody has a key that was never made', async () => {
  expect(await findPartnerKey('jfw_unknown')).toBeNull();
  expect(await findPartnerKey('')).toBeNull();
});
