import { DAY_MS } from '../kernel/business-day.ts';

/** The platform counts its days in Asia/Shanghai, whatever the programme's zone: UTC+8 all year. */
const OFFSET_MS = 8 * 3_600_000;

/** The platform's day of an instant, as a number that grows by one every midnight there. */
export function platformDayOf(instant: Date): number {
  return Math.floor((instant.getTime() + OFFSET_MS) / DAY_MS);
}

/** When the platform's quotas of the day begin anew (reference 4.5, 45009). */
export function nextPlatformMidnight(instant: Date): Date {
  return new Date((platformDayOf(instant) + 1) * DAY_MS - OFFSET_MS);
}
