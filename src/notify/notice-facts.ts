import { addDays, type BusinessDay, businessDayOf, clockTimeOf } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { OrderId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import type { Say } from '../wording/index.ts';
import type { Notice } from './notice.model.ts';
import { pointsOf } from './see-entries.ts';

type Values = Readonly<Record<string, string>>;

/** The facts of a notice as the platform wants to read them; null when it is no longer true. */
export async function factsOf(ctx: Context, notice: Notice, say: Say): Promise<Values | null> {
  switch (notice.kind) {
    case 'points-changed':
      return changedFacts(ctx, notice, say);
    case 'order-shipped':
      return shippedFacts(ctx, notice);
    case 'points-expiring':
      return expiringFacts(ctx, notice);
  }
}

async function changedFacts(ctx: Context, notice: Notice, say: Say): Promise<Values | null> {
  const seq = Number(notice.about.slice(notice.about.lastIndexOf('.') + 1));
  const page = { before: seq + 1, limit: 1 };
  const [entry] = (await ledger.statementOf(ctx, notice.memberId, page)).entries;
  if (!entry) return null;
  const points = pointsOf(entry);
  return {
    reason: say(reasonKey(entry.reason)),
    points: `${points < 0 ? '-' : '+'}${Math.abs(points)}`,
    balance: String(entry.balanceAfter),
    time: `${chineseDay(businessDayOf(entry.postedAt))} ${clock(entry.postedAt)}`,
  };
}

async function shippedFacts(ctx: Context, { about }: Notice): Promise<Values | null> {
  const { rewardName, shipment } = await orders.getOrder(ctx, about as OrderId);
  if (!shipment) return null;
  const { carrier, trackingNumber, shippedAt } = shipment;
  const shippedOn = chineseDay(businessDayOf(shippedAt));
  return { rewardName: cut(rewardName), carrier: cut(carrier), trackingNumber, shippedOn };
}

async function expiringFacts(ctx: Context, { memberId, about }: Notice): Promise<Values | null> {
  const day = about as BusinessDay;
  const lots = await ledger.expiringOf(ctx, memberId, day);
  const points = lots.find(({ expiresOn }) => expiresOn === day)?.points ?? 0;
  if (points === 0 || day <= ctx.today) return null;
  const { available } = await ledger.balanceOf(ctx, memberId);
  // People read the last day on which points can be used, not the first on which they cannot.
  const lastDay = chineseDay(addDays(day, -1));
  return { points: String(points), expiresOn: lastDay, balance: String(available) };
}

function reasonKey(reason: string) {
  return reason === 'purchase'
    ? ('statement.reason.purchase' as const)
    : ('statement.reason.other' as const);
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
