import type { Context } from '../../kernel/context.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { NAMED_RULESETS } from './named-rulesets.ts';
import { RulesetModel } from './ruleset.model.ts';

/** Stores the rulesets that a shop can begin with, where they are missing. Safe to repeat. */
export async function ensureRulesets(_ctx: Context): Promise<void> {
  for (const ruleset of NAMED_RULESETS) {
    const { _id, ...rest } = ruleset;
    await RulesetModel.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true }).catch(
      (error: unknown) => {
        // Somebody else stored it at the same moment.
        if (!isDuplicateKey(error)) throw error;
      },
    );
  }
}
