import { addDays, type BusinessDay } from '../../kernel/business-day.ts';
import { defineFacet } from '../ledger/index.ts';
import { checkinTooLate } from './errors.ts';

/** Days in a row, kept in the member's account. */
export interface Streak {
  /** Null for a member who never checked in. */
  readonly lastDay: BusinessDay | null;
  /** Days in a row that end with `lastDay`. */
  readonly days: number;
}

export const streakFacet = defineFacet<Streak>({
  name: 'checkin.streak',
  initial: { lastDay: null, days: 0 },
});

/**
 * The streak once `today` is added; it starts again at 1 after a missed day. A message from just
 * before midnight may arrive after one from behind it: then the day is put in front of the streak.
 * @throws CHECKIN_TOO_LATE
 */
export function extended(streak: Streak, today: BusinessDay): Streak {
  const { lastDay, days } = streak;
  if (lastDay !== null && today < lastDay) {
    if (addDays(today, days) !== lastDay) throw checkinTooLate(today);
    return { lastDay, days: days + 1 };
  }
  const unbroken = lastDay === addDays(today, -1);
  return { lastDay: today, days: unbroken ? days + 1 : 1 };
}
