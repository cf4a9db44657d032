export { current, getRuleset } from './current.ts';
export { ensureRulesets } from './ensure-rulesets.ts';
export type { Fact, PurchaseLine } from './fact.ts';
export { type Ladder, ladderOf } from './ladder-of.ts';
export { milestoneFrom, quote } from './quote.ts';
export type { Milestone, Ruleset, RuleVersion } from './ruleset.model.ts';
export { type Returned, whatIsLeft } from './what-is-left.ts';
