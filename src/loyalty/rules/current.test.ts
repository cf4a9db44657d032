import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import * as settings from '../settings/index.ts';
import { current, ensureRulesets, getRuleset } from './index.ts';
import { NAMED_RULESETS } from './named-rulesets.ts';
import { RulesetModel } from './ruleset.model.ts';

useDatabase();
const ctx = at('2026-01-31T08:00:00+08:00');

test('a database that nobody prepared has the standard rules in force', async () => {
  expect(await current(ctx)).toEqual(NAMED_RULESETS[0]);
});

test('the named rulesets are stored once, as they are in the table', async () => {
  await Promise.all([ensureRulesets(ctx), ensureRulesets(ctx)]);
  await ensureRulesets(ctx);
  const stored = await RulesetModel.find().lean();
  expect(stored).toHaveLength(NAMED_RULESETS.length);
  for (const ruleset of NAMED_RULESETS) expect(stored).toContainEqual(ruleset);
});

test('operators put another ruleset in force, and the old one can still be read', async () => {
  await settings.change(ctx, 'rules', { inForce: 'micro-store@1' });
  expect((await current(ctx))._id).toBe('micro-store@1');
  expect((await getRuleset(ctx, 'standard@1')).checkin.points).toEqual([10]);
});

test('rules that were never stored are RULESET_NOT_FOUND', async () => {
  await expect(getRuleset(ctx, 'standard@2')).rejects.toMatchObject({ code: 'RULESET_NOT_FOUND' });
});
