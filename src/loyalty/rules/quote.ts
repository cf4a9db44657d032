import { assert } from '../../kernel/assert.ts';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Earning } from '../ledger/index.ts';
import { expiresOnOf } from './expires-on.ts';
import type { Fact, Part } from './fact.ts';
import { purchaseParts } from './purchase-parts.ts';
import type { Milestone, Ruleset } from './ruleset.model.ts';

/**
 * What a fact earns by these rules, which of them said so, and until when it is valid. Pure. A fact
 * may earn nothing; then there is nothing to post.
 */
export function quote(ruleset: Ruleset, fact: Fact): Earning {
  const { today, pendingUntil } = fact;
  const parts = partsOf(ruleset, fact);
  if (!pendingUntil || pendingUntil <= today) return earningOf(ruleset, today, parts);
  return { ...earningOf(ruleset, pendingUntil, parts), pendingUntil };
}

/** The milestone that a streak of so many days has reached, or else the next one. Pure. */
export function milestoneFrom(
  ruleset: Ruleset,
  streakDays: number,
  today: BusinessDay,
): { readonly days: number; readonly earning: Earning } {
  const { days, points } = milestoneAt(ruleset.checkin, streakDays);
  const parts = [{ source: 'checkin.milestone', points }];
  return { days, earning: earningOf(ruleset, today, parts) };
}

function partsOf(ruleset: Ruleset, fact: Fact): readonly Part[] {
  switch (fact.kind) {
    case 'checkin': {
      const { points } = ruleset.checkin;
      return [
        { source: 'checkin.base', points: points[fact.streakDays - 1] ?? points.at(-1) ?? 0 },
      ];
    }
    case 'purchase':
      return purchaseParts(ruleset.purchase, fact);
    case 'task':
      return [{ source: 'task.base', points: fact.taskPoints }];
  }
}

function milestoneAt({ milestones, thenEvery }: Ruleset['checkin'], streakDays: number): Milestone {
  const listed = milestones.find(({ days }) => days >= streakDays);
  if (listed) return listed;
  const last = milestones.at(-1)?.days ?? 0;
  const times = Math.max(1, Math.ceil((streakDays - last) / thenEvery.days));
  return { days: last + times * thenEvery.days, points: thenEvery.points };
}

function earningOf(ruleset: Ruleset, usableFrom: BusinessDay, parts: readonly Part[]): Earning {
  const points = parts.reduce((sum, part) => sum + part.points, 0);
  assert(Number.isSafeInteger(points), `${ruleset._id} earns no whole number of points`);
  return {
    points,
    expiresOn: expiresOnOf(ruleset.validity, usableFrom),
    sources: parts.filter((part) => part.points > 0),
    ruleVersion: ruleset._id,
  };
}
