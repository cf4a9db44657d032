import {
  addDays,
  type BusinessDay,
  businessDayOf,
  clockTimeOf,
  startOfDay,
} from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { OrderId } from '../kernel/ids.ts';
import * as checkin from '../loyalty/checkin/index.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as mall from '../loyalty/mall/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import type { Say } from '../wording/index.ts';
import type { Notice } from './notice.model.ts';
import { pointsOf } from './see-entries.ts';

/** What a notice says, in the forms that the ways need. */
export interface NoticeContent {
  /** By the names that templates/notices mention. */
  readonly values: Readonly<Record<string, string>>;
  /** In a chat. */
  readonly text: string;
  /** On a phone outside of WeChat, where it differs. */
  readonly phoneText?: string;
  /** When it is of no use any more, if it is sooner than in a week. */
  readonly until?: Date;
}

/** The words of the account's template, and of texts in the member's language. */
export interface NoticeWords {
  readonly say: Say;
  readonly sayText: Say;
}

/** What a notice says as it is now; null when it is no longer true. */
export async function contentOf(
  ctx: Context,
  notice: Notice,
  words: NoticeWords,
): Promise<NoticeContent | null> {
  switch (notice.kind) {
    case 'points-changed':
      return changedContent(ctx, notice, words);
    case 'order-shipped':
      return shippedContent(ctx, notice, words);
    case 'points-expiring':
      return expiringContent(ctx, notice, words);
    case 'order-code':
      return codeContent(ctx, notice, words);
    case 'checkin-reminder':
      return reminderContent(ctx, notice, words);
  }
}

async function changedContent(ctx: Context, notice: Notice, { say, sayText }: NoticeWords) {
  const seq = Number(notice.about.slice(notice.about.lastIndexOf('.') + 1));
  const page = { before: seq + 1, limit: 1 };
  const [entry] = (await ledger.statementOf(ctx, notice.memberId, page)).entries;
  if (!entry) return null;
  const points = pointsOf(entry);
  const { balanceAfter: balance } = entry;
  const values = {
    reason: say(reasonKey(entry.reason)),
    points: `${points < 0 ? '-' : '+'}${Math.abs(points)}`,
    balance: String(balance),
    time: `${chineseDay(businessDayOf(entry.postedAt))} ${clock(entry.postedAt)}`,
  };
  const reason = sayText(reasonKey(entry.reason));
  return { values, text: sayText('notice.changed', { reason, points, balance }) };
}

async function shippedContent(ctx: Context, { about }: Notice, { sayText }: NoticeWords) {
  const { rewardName: name, shipment } = await orders.getOrder(ctx, about as OrderId);
  if (!shipment) return null;
  const { carrier, trackingNumber: tracking, shippedAt } = shipment;
  const shippedOn = chineseDay(businessDayOf(shippedAt));
  const { name: programme } = await settings.read(ctx, 'programme');
  return {
    values: { rewardName: cut(name), carrier: cut(carrier), trackingNumber: tracking, shippedOn },
    text: sayText('notice.shipped', { name, carrier, tracking }),
    phoneText: sayText('notice.shipped.phone', { programme, name, carrier, tracking }),
  };
}

async function expiringContent(
  ctx: Context,
  { memberId, about }: Notice,
  { sayText }: NoticeWords,
): Promise<NoticeContent | null> {
  const day = about as BusinessDay;
  const lots = await ledger.expiringOf(ctx, memberId, day);
  const points = lots.find(({ expiresOn }) => expiresOn === day)?.points ?? 0;
  if (points === 0 || day <= ctx.today) return null;
  const { available: balance } = await ledger.balanceOf(ctx, memberId);
  // People read the last day on which points can be used, not the first on which they cannot.
  const lastDay = addDays(day, -1);
  return {
    values: { points: String(points), expiresOn: chineseDay(lastDay), balance: String(balance) },
    text: sayText('notice.expiring', { points, lastDay, balance }),
    until: startOfDay(day),
  };
}

/** A code that came later than its payment. */
async function codeContent(ctx: Context, { about }: Notice, { sayText }: NoticeWords) {
  const issued = await mall.codeOf(ctx, about as OrderId);
  if (!issued) return null;
  const { code, expiresOn } = issued;
  const text = expiresOn
    ? sayText('redeem.code', { code, lastDay: expiresOn })
    : sayText('redeem.code.open', { code });
  return { values: {}, text };
}

async function reminderContent(ctx: Context, notice: Notice, { sayText }: NoticeWords) {
  const day = notice.about as BusinessDay;
  if (day !== ctx.today) return null;
  const { checkedInToday } = await checkin.streakOf(ctx, notice.memberId);
  if (checkedInToday) return null;
  const until = startOfDay(addDays(day, 1));
  return { values: { day: chineseDay(day) }, text: sayText('notice.checkin'), until };
}

function reasonKey(reason: string) {
  switch (reason) {
    case 'purchase':
      return 'statement.reason.purchase' as const;
    case 'purchase-refund':
      return 'statement.reason.clawback' as const;
    case 'adjustment':
      return 'statement.reason.adjustment' as const;
    default:
      return 'statement.reason.other' as const;
  }
}

/** `thing` holds at most 20 characters; a longer one is refused by the platform (reference, 5.3). */
function cut(text: string): string {
  return [...text].length <= 20 ? text : `${[...text].slice(0, 19).join('')}…`;
}

function chineseDay(day: BusinessDay): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
}

function clock(instant: Date): string {
  const { hour, minute } = clockTimeOf(instant);
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
}
