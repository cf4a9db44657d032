import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import * as settings from '../settings/index.ts';
import { current, ensureRulesets, getRuleset, quote } from './index.ts';
import { RulesetModel } from './ruleset.model.ts';

useDatabase();
const ctx = at('2026-01-31T08:00:00+08:00');

/** A ruleset as the first form had it. */
const OLD = {
  _id: 'standard@1',
  checkin: { points: [3], milestones: [], thenEvery: { days: 7, points: 9 } },
  purchase: { fenPerPoint: 100, largeOrder: null, categories: [] },
  validMonths: 6,
};

function store(document: object) {
  return database()
    .collection('rulesets')
    .insertOne({ ...document });
}

test('a ruleset of the first form is in force as before, and stays as it was stored', async () => {
  await store(OLD);
  await ensureRulesets(ctx);
  const ruleset = await current(ctx);
  const { validMonths: _, ...same } = OLD;
  const validity = { kind: 'months', months: 6 };
  expect(ruleset).toEqual({ ...same, schemaVersion: 2, validity });
  const fact = { kind: 'checkin', streakDays: 1, today: ctx.today } as const;
  expect(quote(ruleset, fact)).toMatchObject({ points: 3, expiresOn: '2026-08-01' });
  expect(await RulesetModel.findById('standard@1').lean()).toEqual(OLD);
});

test.each([
  ['a later version', { ...OLD, _id: 'later@1', schemaVersion: 3 }],
  ['no version', { ...OLD, _id: 'later@2', validMonths: undefined }],
])('the form of %s is refused, not misread', async (_what, document) => {
  await store(document);
  await settings.change(ctx, 'rules', { inForce: document._id });
  await expect(current(ctx)).rejects.toThrow('does not know');
  await expect(getRuleset(ctx, 'standard@1')).resolves.toMatchObject({ _id: 'standard@1' });
});
