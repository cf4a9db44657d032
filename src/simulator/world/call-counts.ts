import { businessDayOf } from '../../kernel/business-day.ts';
import type { Clock } from '../../kernel/context.ts';

/** How often each API was called today; the platform's days are the programme's here. */
export interface CallCounts {
  /** Counts one more, and tells how many there were today with it. */
  count(path: string): number;
  of(path: string): number;
  /** Begins anew with one API, or with all. */
  clear(path?: string): void;
}

export function keepCallCounts(clock: Clock): CallCounts {
  const last = new Map<string, { readonly day: string; readonly times: number }>();
  function of(path: string): number {
    const known = last.get(path);
    return known?.day === businessDayOf(clock()) ? known.times : 0;
  }
  return {
    of,
    count(path) {
      const times = of(path) + 1;
      last.set(path, { day: businessDayOf(clock()), times });
      return times;
    },
    clear(path) {
      if (path === undefined) last.clear();
      else last.delete(path);
    },
  };
}
