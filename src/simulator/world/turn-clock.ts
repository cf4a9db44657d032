import {
  addDays,
  type BusinessDay,
  businessDayOf,
  startOfDay,
  startOfMonth,
} from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { TurnableClock } from './turnable-clock.ts';

/** Where the clock goes: to an instant (ISO 8601) or a word for one, and then so much further. */
export interface Turn {
  readonly to?: string | undefined;
  readonly advanceSeconds?: number | undefined;
}

const MINUTE_MS = 60_000;

/**
 * Turns the clock. `end-of-day` and `end-of-month` are 23:59 of the last day; from that minute on they
 * mean those of the next day. @throws TIME_INVALID
 */
export function turnClock(clock: TurnableClock, { to, advanceSeconds = 0 }: Turn): void {
  if (to !== undefined) clock.turnTo(instantOf(to, clock.now()));
  clock.advance(advanceSeconds * 1000);
}

function instantOf(to: string, now: Date): Date {
  if (to === 'end-of-day') return next(now, endOfDay);
  if (to === 'end-of-month') return next(now, endOfMonth);
  const instant = new Date(to);
  if (!/^\d{4}-/.test(to) || Number.isNaN(instant.getTime())) throw timeInvalid(to);
  return instant;
}

function next(now: Date, endOf: (day: BusinessDay) => Date): Date {
  const today = businessDayOf(now);
  const end = endOf(today);
  return end > now ? end : endOf(addDays(today, 1));
}

function endOfDay(day: BusinessDay): Date {
  return new Date(startOfDay(addDays(day, 1)).getTime() - MINUTE_MS);
}

function endOfMonth(day: BusinessDay): Date {
  return endOfDay(addDays(startOfMonth(day, 1), -1));
}

function timeInvalid(to: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'TIME_INVALID',
    message: 'the time is no instant in ISO 8601, end-of-day or end-of-month',
    details: { to },
  });
}
