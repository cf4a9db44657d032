import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Monthly } from './belongings.ts';

/** The count with one more in the calendar month of `today`; null where that would be beyond `most`. */
export function oneMore(count: Monthly | null, today: BusinessDay, most: number): Monthly | null {
  const month = today.slice(0, 7);
  const times = count?.month === month ? count.times : 0;
  return times < most ? { month, times: times + 1 } : null;
}
