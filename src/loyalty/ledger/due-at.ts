import { NEVER } from '../../kernel/business-day.ts';
import type { Account } from './account.model.ts';
import { dayStartMs } from './day-start.ts';
import { limits } from './limits.ts';

/** When an account next needs attention though nobody calls. */
export function dueAtOf({ _id, outbox, deliveries, holds, debts, lots }: Account): Date | null {
  let due = Number.POSITIVE_INFINITY;
  if (outbox[0]) due = outbox[0].postedAt.getTime() + limits.relayAfterMs;
  for (const { nextAttemptAt } of deliveries) due = Math.min(due, nextAttemptAt.getTime());
  for (const { until } of holds) due = Math.min(due, until.getTime());
  for (const { dueOn } of debts) if (dueOn) due = Math.min(due, dayStartMs(dueOn));
  // Expiry acts by its day; its booking is spread over the day, so that midnight is not a peak.
  const soonest = lots[0]?.expiresOn ?? NEVER;
  if (soonest < NEVER) due = Math.min(due, dayStartMs(soonest) + jitterMsOf(_id));
  return due === Number.POSITIVE_INFINITY ? null : new Date(due);
}

function jitterMsOf(accountId: string): number {
  let hash = 0;
  for (let i = 0; i < accountId.length; i++) hash = (hash * 31 + accountId.charCodeAt(i)) | 0;
  return limits.jitterMs > 0 ? Math.abs(hash) % limits.jitterMs : 0;
}
