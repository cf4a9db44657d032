import {
  addDays,
  type BusinessDay,
  businessDayOf,
  clockTimeOf,
  startOfDay,
} from '../kernel/business-day.ts';

/** When nothing is pushed, in the programme's zone: from `start` until `end`, as `22:00`. */
export interface QuietHours {
  readonly start: string;
  readonly end: string;
}

/** The instant itself when pushes may go out then, else the end of the quiet hours. */
export function outsideQuietHours(instant: Date, quiet: QuietHours): Date {
  const minute = minuteOf(instant);
  const [start, end] = [minutesOf(quiet.start), minutesOf(quiet.end)];
  if (start === end) return instant;
  const today = businessDayOf(instant);
  if (start < end) return minute >= start && minute < end ? timeOn(today, quiet.end) : instant;
  if (minute >= start) return timeOn(addDays(today, 1), quiet.end);
  return minute < end ? timeOn(today, quiet.end) : instant;
}

/** The instant of a clock time on a business day, also on days that are longer or shorter. */
export function timeOn(day: BusinessDay, time: string): Date {
  const wanted = minutesOf(time);
  const instant = new Date(startOfDay(day).getTime() + wanted * 60_000);
  return new Date(instant.getTime() + (wanted - minuteOf(instant)) * 60_000);
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

function minuteOf(instant: Date): number {
  const { hour, minute } = clockTimeOf(instant);
  return hour * 60 + minute;
}
