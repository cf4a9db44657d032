import { type BusinessDay, daysBetween, NEVER, startOfMonth } from '../../kernel/business-day.ts';
import type { Validity } from './ruleset.model.ts';

/**
 * The first day on which points are no longer valid that can first be used on the day `from`. Always
 * a later day; `NEVER` for points that do not expire. Pure.
 */
export function expiresOnOf(validity: Validity, from: BusinessDay): BusinessDay {
  switch (validity.kind) {
    case 'months':
      return startOfMonth(from, validity.months + 1);
    case 'never':
      return NEVER;
    case 'year-end': {
      const newYear = startOfMonth(from, 13 - Number(from.slice(5, 7)));
      const isTooSoon = daysBetween(from, newYear) < validity.leastDays;
      return isTooSoon ? startOfMonth(newYear, 12) : newYear;
    }
  }
}
