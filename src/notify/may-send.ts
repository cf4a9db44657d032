import { businessDayOf, DAY_MS, startOfDay } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { Member } from '../loyalty/members/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import {
  type AnyNoticeKind,
  isOrderUpdate,
  isPush,
  type Notice,
  NoticeModel,
} from './notice.model.ts';

/** How often a member may hear from us (conversation rules, 7); pushes: push-caps.ts. */
const FACTS_A_DAY = 5;
const EXPIRING_EVERY_DAYS = 30;

/** `beyond`: the day's facts are used up, and an order update goes only where it disturbs nobody. */
export type Verdict =
  | { readonly may: true; readonly within: 'limits' | 'beyond' }
  | { readonly may: false; readonly because: string };

/**
 * Whether a notice may go out now. Order updates go to whoever follows; everything else stops with
 * 退订. Order updates and changed points: at most 5 a day; expiry at most once in 30 days. What was
 * sent, or may have been, counts.
 */
export async function maySend(
  ctx: Context,
  notice: Notice,
  member: Member | null,
): Promise<Verdict> {
  const { kind } = notice;
  if (member?.status !== 'following' || !member.openId) return no('not-following');
  const isForced = isOrderUpdate(kind);
  if (!isForced && member.notices === 'off') return no('opted-out');
  const sent = await sentLately(ctx, notice);
  if (isForced) return { may: true, within: hasMany(ctx, sent) ? 'beyond' : 'limits' };
  if (isCapped(ctx, kind, sent)) return no('cap');
  if (kind !== 'points-expiring' || member.noticesChosenAt) return { may: true, within: 'limits' };
  const { expiring } = await settings.read(ctx, 'notices');
  return expiring.consent === 'opt-in' ? no('no-consent') : { may: true, within: 'limits' };
}

function isCapped(ctx: Context, kind: AnyNoticeKind, sent: readonly Notice[]): boolean {
  if (kind === 'points-changed') return hasMany(ctx, sent);
  return kind === 'points-expiring' && hasLast(ctx, sent);
}

function hasMany(ctx: Context, sent: readonly Notice[]): boolean {
  const day = startOfDay(ctx.today);
  const facts = sent.filter(({ kind, sentAt }) => !isPush(kind) && sentAt && sentAt >= day);
  return facts.length >= FACTS_A_DAY;
}

function hasLast(ctx: Context, sent: readonly Notice[]): boolean {
  const since = businessDayOf(new Date(ctx.now.getTime() - EXPIRING_EVERY_DAYS * DAY_MS));
  return sent.some(({ kind, sentAt }) => {
    return kind === 'points-expiring' && sentAt && businessDayOf(sentAt) > since;
  });
}

async function sentLately(ctx: Context, { _id, memberId }: Notice): Promise<readonly Notice[]> {
  const since = new Date(ctx.now.getTime() - (EXPIRING_EVERY_DAYS + 1) * DAY_MS);
  return NoticeModel.find({ memberId, sentAt: { $gte: since }, _id: { $ne: _id } })
    .select({ kind: 1, sentAt: 1 })
    .limit(200)
    .lean<Notice[]>();
}

function no(because: string): Verdict {
  return { may: false, because };
}
