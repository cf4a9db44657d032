import { businessDayOf, DAY_MS, startOfDay, startOfMonth } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { Member } from '../loyalty/members/index.ts';
import { type Notice, NoticeModel } from './notice.model.ts';

/** How often a member may hear from us (conversation rules, 7). */
const CAPS = { pushesADay: 1, pushesAMonth: 4, factsADay: 5, expiringEveryDays: 30 };

export type Verdict =
  | { readonly may: true }
  | { readonly may: false; readonly because: string }
  /** Not today, but the fact stays true. */
  | { readonly may: false; readonly laterAt: Date };

/**
 * Whether a notice may go out now. Order updates go to whoever follows; everything else stops with
 * 退订. Order updates and changed points: at most 5 a day; all else 1 a day and 4 a month; expiry at
 * most once in 30 days.
 */
export async function maySend(
  ctx: Context,
  notice: Notice,
  member: Member | null,
): Promise<Verdict> {
  if (member?.status !== 'following' || !member.openId) return no('not-following');
  if (notice.kind !== 'order-shipped' && member.notices === 'off') return no('opted-out');
  const sent = await sentLately(ctx, member);
  const isFact = ({ kind }: Pick<Notice, 'kind'>) => kind !== 'points-expiring';
  const day = startOfDay(ctx.today);
  const today = sent.filter(({ sentAt }) => sentAt && sentAt >= day);
  if (isFact(notice))
    return today.filter(isFact).length < CAPS.factsADay ? { may: true } : no('cap');
  const pushes = sent.filter((other) => !isFact(other));
  const month = startOfDay(startOfMonth(ctx.today));
  const thisMonth = pushes.filter(({ sentAt }) => sentAt && sentAt >= month);
  if (thisMonth.length >= CAPS.pushesAMonth || hasLast(ctx, pushes)) return no('cap');
  const pushedToday = today.filter((other) => !isFact(other)).length >= CAPS.pushesADay;
  return pushedToday
    ? { may: false, laterAt: new Date(ctx.now.getTime() + DAY_MS) }
    : { may: true };
}

function hasLast(ctx: Context, pushes: readonly Notice[]): boolean {
  const since = new Date(ctx.now.getTime() - CAPS.expiringEveryDays * DAY_MS);
  return pushes.some(({ sentAt }) => sentAt && businessDayOf(sentAt) > businessDayOf(since));
}

async function sentLately(ctx: Context, { _id }: Member): Promise<readonly Notice[]> {
  const since = new Date(ctx.now.getTime() - (CAPS.expiringEveryDays + 1) * DAY_MS);
  return NoticeModel.find({ memberId: _id, sentAt: { $gte: since } })
    .select({ kind: 1, sentAt: 1 })
    .limit(200)
    .lean<Notice[]>();
}

function no(because: string): Verdict {
  return { may: false, because };
}
