/**
 * Business days: `'2026-01-31'` in the programme's zone. They compare as text. Instants are `Date`s.
 * The zone is one per process (TIMEZONE): a programme has one calendar, and every key, streak and
 * expiry of its ledger is cut by it.
 */
export type BusinessDay = `${number}-${number}-${number}`;

export const DAY_MS = 86_400_000;

/** The first day of no calendar: what is valid until then never expires. */
export const NEVER: BusinessDay = '9999-12-31';

let zone = 'Asia/Shanghai';
let format = formatOf(zone);
/** The day asked last and the instants it spans: nearly every question is about the same day. */
let known = { day: '1970-01-01' as BusinessDay, from: 1, until: 0 };

/** Sets the programme's zone, once, before anything else happens. @throws RangeError for no zone */
export function useTimeZone(name: string): void {
  format = formatOf(name);
  zone = name;
  known = { ...known, from: 1, until: 0 };
}

/** The programme's zone, as IANA names it. */
export function timeZone(): string {
  return zone;
}

/** The business day on which an instant falls. */
export function businessDayOf(instant: Date): BusinessDay {
  const ms = instant.getTime();
  if (ms >= known.from && ms < known.until) return known.day;
  const day = dayPart(ms);
  known = { day, from: startOfDay(day).getTime(), until: startOfDay(addDays(day, 1)).getTime() };
  return day;
}

/** The first instant of a business day, also where clocks change at midnight. */
export function startOfDay(day: BusinessDay): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  let start = utc - offsetAt(utc);
  start = utc - offsetAt(start);
  // Where midnight does not exist (clocks go forward) the day begins an hour later.
  if (dayPart(start) < day) start += 3_600_000;
  return new Date(start);
}

/** The day so many days later, or earlier. */
export function addDays(day: BusinessDay, days: number): BusinessDay {
  const ms = Date.parse(`${day}T00:00:00Z`) + days * DAY_MS;
  return new Date(ms).toISOString().slice(0, 10) as BusinessDay;
}

/** How many days lie between: positive when `to` is later. */
export function daysBetween(from: BusinessDay, to: BusinessDay): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The first day of the month that is so many months after the month of `day`. */
export function startOfMonth(day: BusinessDay, monthsLater = 0): BusinessDay {
  const year = Number(day.slice(0, 4));
  const month = Number(day.slice(5, 7));
  const date = new Date(Date.UTC(year, month - 1 + monthsLater, 1));
  return date.toISOString().slice(0, 10) as BusinessDay;
}

/** The later of two instants. */
export function later(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/** Hours and minutes of an instant in the programme's zone, as `8:02`. */
export function clockTimeOf(instant: Date): { readonly hour: number; readonly minute: number } {
  const parts = partsOf(instant.getTime());
  return { hour: parts.hour, minute: parts.minute };
}

function offsetAt(ms: number): number {
  const { day, hour, minute, second } = partsOf(ms);
  const wall = Date.parse(`${day}T00:00:00Z`) + ((hour * 60 + minute) * 60 + second) * 1000;
  return wall - Math.floor(ms / 1000) * 1000;
}

function dayPart(ms: number): BusinessDay {
  return partsOf(ms).day;
}

interface Parts {
  readonly day: BusinessDay;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

function partsOf(ms: number): Parts {
  // sv-SE writes 2026-01-31 23:59:58.
  const text = format.format(ms);
  const [day = '', time = ''] = text.split(' ');
  const [hour = 0, minute = 0, second = 0] = time.split(':').map(Number);
  return { day: day as BusinessDay, hour, minute, second };
}

function formatOf(name: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: name,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
}
