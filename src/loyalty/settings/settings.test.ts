import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { change, read } from './index.ts';
import { SettingModel } from './setting.model.ts';

useDatabase();

test('an area that nobody changed has the numbers of the table', async () => {
  const ctx = at('2026-01-31T08:00:00+08:00');
  expect(await read(ctx, 'confirm')).toEqual({ ttlMinutes: 5, bigSpend: 5000 });
  expect(await read(ctx, 'chat')).toEqual({ tapLinks: true, bars: true });
  expect(await read(ctx, 'quiet')).toEqual({ start: '22:00', end: '08:00' });
  expect(await read(ctx, 'limits')).toEqual({ messagesPerMinute: 30 });
  expect(await read(ctx, 'rules')).toEqual({ inForce: 'standard@1' });
  expect(await read(ctx, 'notices')).toEqual({
    bindings: {},
    subscriptions: {},
    expiring: { consent: 'opt-out', daysAhead: 7 },
    quota: { template: 100_000, customer: 500_000, reservePercent: 5 },
    reminder: { at: '09:00' },
  });
  expect(await read(ctx, 'programme')).toEqual({
    name: '示范小店',
    stores: [{ scene: 'store:binjiang', name: '滨江店' }],
    privacyVersion: '2026-01',
  });
});

test('a change keeps the other values, and says who made it when', async () => {
  const actor = { type: 'staff', id: 'stf_1' } as const;
  const ctx = at('2026-02-01T08:00:00+08:00', { actor });
  await change(ctx, 'confirm', { ttlMinutes: 10 });
  expect(await read(ctx, 'confirm')).toEqual({ ttlMinutes: 10, bigSpend: 5000 });
  await change(ctx, 'confirm', { bigSpend: 800 });
  expect(await read(ctx, 'confirm')).toEqual({ ttlMinutes: 10, bigSpend: 800 });
  expect(await SettingModel.findById('confirm').lean()).toMatchObject({
    version: 2,
    changedBy: actor,
    changedAt: ctx.now,
  });
});

test('two changes at once both happen', async () => {
  const ctx = at('2026-02-02T08:00:00+08:00');
  await Promise.all([
    change(ctx, 'chat', { bars: false }),
    change(ctx, 'chat', { tapLinks: false }),
  ]);
  const later = at('2026-02-02T08:00:10+08:00');
  expect(await read(later, 'chat')).toEqual({ tapLinks: false, bars: false });
});

test('a change made elsewhere is seen after five seconds', async () => {
  await read(at('2026-02-03T08:00:00+08:00'), 'limits');
  await SettingModel.create({
    _id: 'limits',
    version: 1,
    values: { messagesPerMinute: 7 },
    changedAt: new Date('2026-02-03T08:00:00+08:00'),
    changedBy: { type: 'system', id: 'elsewhere' },
  });
  const soon = await read(at('2026-02-03T08:00:04+08:00'), 'limits');
  expect(soon.messagesPerMinute).toBe(30);
  const then = await read(at('2026-02-03T08:00:05+08:00'), 'limits');
  expect(then.messagesPerMinute).toBe(7);
});

test.each([
  ['confirm', { ttlMinutes: 0 }, 'ttlMinutes'],
  ['quiet', { start: '24:00' }, 'start'],
  ['rules', { inForce: 'standard' }, 'inForce'],
  ['confirm', { ttl: 5 } as never, 'ttl'],
  ['notices', { expiring: { consent: 'opt-out', daysAhead: 99 } }, 'expiring.daysAhead'],
] as const)('%s refuses %j', async (area, patch, field) => {
  const ctx = at('2026-02-04T08:00:00+08:00');
  const before = await read(ctx, area);
  await expect(change(ctx, area, patch)).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    kind: 'invalid',
    details: { area, field },
  });
  expect(await read(at('2026-02-04T08:01:00+08:00'), area)).toEqual(before);
});

test('what a newer version of the service stored is left alone', async () => {
  const ctx = at('2026-02-05T08:00:00+08:00');
  await change(ctx, 'quiet', { start: '21:00' });
  const newer = { 'values.weekends': true };
  await SettingModel.collection.updateOne({ _id: 'quiet' as never }, { $set: newer });
  const later = at('2026-02-05T08:01:00+08:00');
  expect(await read(later, 'quiet')).toEqual({ start: '21:00', end: '08:00' });
  await change(later, 'quiet', { end: '09:00' });
  expect(await SettingModel.findById('quiet').lean()).toMatchObject({
    values: { start: '21:00', end: '09:00', weekends: true },
  });
});
