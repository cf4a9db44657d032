import type { Context } from '../../kernel/context.ts';
import * as settings from '../settings/index.ts';
import { ensureRulesets } from './ensure-rulesets.ts';
import { rulesetNotFound } from './errors.ts';
import { lifted, type StoredRuleset } from './lift-ruleset.ts';
import { type Ruleset, RulesetModel, type RuleVersion } from './ruleset.model.ts';

const REMEMBERED_MAX = 16;

/** Versions never change, so what was read once is known for good. */
const known = new Map<RuleVersion, Ruleset>();

/**
 * The rules in force. A change of the setting `rules.inForce` is seen within five seconds.
 * @throws RULESET_NOT_FOUND when the setting names one that was never stored
 */
export async function current(ctx: Context): Promise<Ruleset> {
  const { inForce } = await settings.read(ctx, 'rules');
  return getRuleset(ctx, inForce as RuleVersion);
}

/** The rules of a version, to explain what they once said. @throws RULESET_NOT_FOUND */
export async function getRuleset(ctx: Context, version: RuleVersion): Promise<Ruleset> {
  const remembered = known.get(version);
  if (remembered) return remembered;
  let stored = await findRuleset(version);
  if (!stored) {
    // A database that nobody has prepared yet.
    await ensureRulesets(ctx);
    stored = await findRuleset(version);
  }
  if (!stored) throw rulesetNotFound(version);
  if (known.size >= REMEMBERED_MAX) known.clear();
  known.set(version, stored);
  return stored;
}

async function findRuleset(version: RuleVersion): Promise<Ruleset | null> {
  const stored = await RulesetModel.findById(version).lean<StoredRuleset>();
  return stored && lifted(stored);
}
