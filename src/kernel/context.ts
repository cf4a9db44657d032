import type { Logger } from 'pino';
import { type BusinessDay, businessDayOf } from './business-day.ts';
import type { MemberId } from './ids.ts';

/** Who is acting: written into every ledger entry and audit record. */
export type Actor =
  | { readonly type: 'member'; readonly id: MemberId }
  | { readonly type: 'staff'; readonly id: `stf_${string}` }
  | { readonly type: 'system'; readonly id: string };

/** Structured log: a constant lower-case phrase plus fields. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** The circumstances of one unit of work: one message, one request or one job batch. */
export interface Context {
  /** The one instant at which everything in this unit of work happens. */
  readonly now: Date;
  /** The business day of `now` in the programme's time zone. */
  readonly today: BusinessDay;
  readonly actor: Actor;
  /** What this answers: a message's dedupe key, a request id or a job's name. */
  readonly cause: string;
  readonly log: Log;
}

/** Reads the time: the system's clock, or the one that the simulator turns. */
export type Clock = () => Date;

/** Makes the context of one unit of work. */
export function contextAt({ now, actor, cause, log }: Omit<Context, 'today'>): Context {
  return { now, today: businessDayOf(now), actor, cause, log };
}
