import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as rules from '../rules/index.ts';
import { extended, type Streak, streakFacet } from './streak.facet.ts';

/** What checking in did, and what the streak gives next. */
export interface CheckInResult {
  readonly occasion: 'first' | 'ok' | 'milestone' | 'lapsed' | 'done';
  readonly checkedInAt: Date;
  readonly streakDays: number;
  /** For the day itself, without a milestone's points. */
  readonly pointsEarned: number;
  /** The milestone of today, or the next one: its day in the streak, and what it gives. */
  readonly milestoneDays: number;
  readonly milestonePoints: number;
  readonly balance: number;
}

/**
 * Checks a member in for today: the day's points, a milestone's and the streak, in one write.
 * Safe to repeat: the second call on a business day changes nothing and tells the first result, as
 * `done` unless it answers the same cause.
 * @throws CHECKIN_TOO_LATE
 */
export async function checkIn(ctx: Context, memberId: MemberId): Promise<CheckInResult> {
  const ruleset = await rules.current(ctx);
  const { today } = ctx;
  const key = `checkin:${today}`;
  const { outcome, entry, balance, repeated } = await ledger.post(ctx, memberId, key, (book) => {
    const before = book.facet(streakFacet);
    const streak = extended(before, today);
    const earning = rules.quote(ruleset, { kind: 'checkin', streakDays: streak.days, today });
    const milestone = rules.milestoneFrom(ruleset, streak.days, today);
    book.earn(earning);
    if (streak.days === milestone.days) book.earn(milestone.earning);
    book.setFacet(streakFacet, streak);
    const occasion = occasionOf(before, streak, milestone.days);
    return { occasion, streakDays: streak.days, pointsEarned: earning.points };
  });
  const { days, earning } = rules.milestoneFrom(ruleset, outcome.streakDays, today);
  // A redelivery of the same message hears the first words again; another message hears "done".
  const done = repeated && entry?.cause !== ctx.cause;
  return {
    ...outcome,
    occasion: done ? 'done' : outcome.occasion,
    checkedInAt: entry?.postedAt ?? ctx.now,
    milestoneDays: days,
    milestonePoints: earning.points,
    balance,
  };
}

type Occasion = CheckInResult['occasion'];

function occasionOf(before: Streak, { days }: Streak, milestoneDays: number): Occasion {
  if (before.lastDay === null) return 'first';
  if (days === milestoneDays) return 'milestone';
  return days === 1 ? 'lapsed' : 'ok';
}
