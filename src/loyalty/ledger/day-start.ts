import { type BusinessDay, startOfDay, timeZone } from '../../kernel/business-day.ts';

/** Keys and due dates ask for the same few days all the time, and a zone's rules are slow to ask. */
const KEPT = 512;
const starts = new Map<string, number>();
let zone = '';

/** The millisecond at which a business day begins; NaN for a text that only looks like a day. */
export function dayStartMs(day: string): number {
  if (zone !== timeZone()) {
    zone = timeZone();
    starts.clear();
  }
  const known = starts.get(day);
  if (known !== undefined) return known;
  const ms = Number.isNaN(Date.parse(`${day}T00:00:00Z`))
    ? Number.NaN
    : startOfDay(day as BusinessDay).getTime();
  if (starts.size >= KEPT) starts.clear();
  starts.set(day, ms);
  return ms;
}
