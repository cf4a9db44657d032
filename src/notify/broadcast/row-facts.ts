import { businessDayOf } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import { isId, type MemberId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import { pointsOf } from '../see-entries.ts';
import type { BroadcastRow } from './broadcast-row.model.ts';

/** What a row of a list names: what may be told of it, or why it may not. */
type Named = Pick<BroadcastRow, 'facts' | 'problem'>;

const ENTRY = /^mem_[0-9a-z]{26}\.\d{9}$/;

/**
 * Looks up what a row names. It must belong to the row's own member: `no-such-order`,
 * `no-such-entry` and `not-theirs` are its problems.
 */
export async function namedByRow(
  ctx: Context,
  { memberId }: { readonly memberId: MemberId },
  about: string,
): Promise<Named> {
  return ENTRY.test(about) ? entryNamed(ctx, memberId, about) : orderNamed(ctx, memberId, about);
}

async function entryNamed(ctx: Context, memberId: MemberId, about: string): Promise<Named> {
  const dot = about.lastIndexOf('.');
  if (about.slice(0, dot) !== memberId) return problem('not-theirs');
  const seq = Number(about.slice(dot + 1));
  const page = await ledger.statementOf(ctx, memberId, { before: seq + 1, limit: 1 });
  const entry = page.entries.find(({ _id }) => _id === about);
  if (!entry) return problem('no-such-entry');
  return told({
    points: String(pointsOf(entry)),
    balance: String(entry.balanceAfter),
    day: chineseDay(entry.postedAt),
  });
}

async function orderNamed(ctx: Context, memberId: MemberId, about: string): Promise<Named> {
  const order = await foundOrder(ctx, about);
  if (!order) return problem('no-such-order');
  if (order.memberId !== memberId) return problem('not-theirs');
  const { number, rewardName, pricePoints, placedAt, shipment } = order;
  return told({
    number,
    rewardName: shortened(rewardName),
    points: String(pricePoints),
    day: chineseDay(placedAt),
    ...(shipment && { carrier: shipment.carrier, trackingNumber: shipment.trackingNumber }),
  });
}

async function foundOrder(ctx: Context, about: string): Promise<orders.Order | null> {
  if (!isId('ord', about)) return orders.findOrder(ctx, { number: about });
  return orders.getOrder(ctx, about).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ORDER_NOT_FOUND') return null;
    throw error;
  });
}

function told(facts: Named['facts']): Named {
  return { facts, problem: null };
}

function problem(because: string): Named {
  return { facts: {}, problem: because };
}

/** `thing` holds at most 20 characters; a longer one is refused by the platform (reference 5.3). */
function shortened(text: string): string {
  return [...text].length <= 20 ? text : `${[...text].slice(0, 19).join('')}…`;
}

function chineseDay(instant: Date): string {
  const [year, month, date] = businessDayOf(instant).split('-').map(Number);
  return `${year}年${month}月${date}日`;
}
