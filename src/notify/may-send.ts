import { businessDayOf, DAY_MS, startOfDay } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { Member } from '../loyalty/members/index.ts';
import { type Notice, NoticeModel } from './notice.model.ts';

/** How often a member may hear from us (conversation rules, 7). */
const FACTS_A_DAY = 5;
/** So few that the limits of one push a day and four a month are kept by themselves. */
const EXPIRING_EVERY_DAYS = 30;

export type Verdict = { readonly may: true } | { readonly may: false; readonly because: string };

/**
 * Whether a notice may go out now. Order updates go to whoever follows; everything else stops with
 * 退订. Order updates and changed points: at most 5 a day; expiry at most once in 30 days.
 */
export async function maySend(
  ctx: Context,
  notice: Notice,
  member: Member | null,
): Promise<Verdict> {
  if (member?.status !== 'following' || !member.openId) return no('not-following');
  if (notice.kind !== 'order-shipped' && member.notices === 'off') return no('opted-out');
  const sent = await sentLately(ctx, member);
  const isCapped = notice.kind === 'points-expiring' ? hasLast(ctx, sent) : hasMany(ctx, sent);
  return isCapped ? no('cap') : { may: true };
}

function hasMany(ctx: Context, sent: readonly Notice[]): boolean {
  const day = startOfDay(ctx.today);
  const facts = sent.filter(({ kind, sentAt }) => {
    return kind !== 'points-expiring' && sentAt && sentAt >= day;
  });
  return facts.length >= FACTS_A_DAY;
}

function hasLast(ctx: Context, sent: readonly Notice[]): boolean {
  const since = businessDayOf(new Date(ctx.now.getTime() - EXPIRING_EVERY_DAYS * DAY_MS));
  return sent.some(({ kind, sentAt }) => {
    return kind === 'points-expiring' && sentAt && businessDayOf(sentAt) > since;
  });
}

async function sentLately(ctx: Context, { _id }: Member): Promise<readonly Notice[]> {
  const since = new Date(ctx.now.getTime() - (EXPIRING_EVERY_DAYS + 1) * DAY_MS);
  return NoticeModel.find({ memberId: _id, sentAt: { $gte: since } })
    .select({ kind: 1, sentAt: 1 })
    .limit(200)
    .lean<Notice[]>();
}

function no(because: string): Verdict {
  return { may: false, because };
}
