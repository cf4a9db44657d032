import { addDays, type BusinessDay, DAY_MS, NEVER } from '../kernel/business-day.ts';
import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import type * as ledger from '../loyalty/ledger/index.ts';
import * as settings from '../loyalty/settings/index.ts';
import { type Notice, NoticeModel } from './notice.model.ts';
import { outsideQuietHours, type QuietHours, timeOn } from './quiet-hours.ts';

/**
 * What changes points without the member having asked for it just now. What was done in the chat or
 * on a page is answered there and needs no notice.
 */
const UNASKED = new Set([
  'purchase',
  'purchase-refund',
  'adjustment',
  'case',
  'order-refund',
  'grant',
]);

/**
 * Is shown every entry at least once and writes down which notices follow: one per unasked change,
 * one per member and day on which points expire. A notice that is there already stays as it is.
 */
export async function seeEntries(ctx: Context, entries: readonly ledger.Entry[]): Promise<void> {
  const quiet = await settings.read(ctx, 'quiet');
  const { expiring } = await settings.read(ctx, 'notices');
  const notices = entries.flatMap((entry) => [
    ...changedNotice(ctx, entry, quiet),
    ...expiringNotices(entry, { daysAhead: expiring.daysAhead, quiet }),
  ]);
  await keepNew(notices);
}

/** Writes down notices that are not there yet. */
export async function keepNew(notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const writes = notices.map(({ _id, ...rest }) => ({
    updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
  }));
  await NoticeModel.bulkWrite(writes, { ordered: false });
}

function changedNotice(ctx: Context, entry: ledger.Entry, quiet: QuietHours): Notice[] {
  const memberId = memberOf(entry);
  if (!memberId || !UNASKED.has(entry.reason) || pointsOf(entry) === 0) return [];
  if (isOldNews(ctx, entry.postedAt)) return [];
  const about = entry._id;
  const dueAt = outsideQuietHours(ctx.now, quiet);
  return [
    waiting({ _id: `points-changed:${about}`, kind: 'points-changed', memberId, about, dueAt }),
  ];
}

function expiringNotices(
  entry: ledger.Entry,
  { daysAhead, quiet }: { readonly daysAhead: number; readonly quiet: QuietHours },
): Notice[] {
  const memberId = memberOf(entry);
  if (!memberId) return [];
  const given = entry.moves.flatMap((move) => move.given ?? []);
  const days = new Set<BusinessDay>(given.map(({ expiresOn }) => expiresOn));
  days.delete(NEVER);
  return [...days].map((day) => {
    // `expiresOn` is the first day on which they are gone; people count to the last one before it.
    const dueAt = timeOn(addDays(day, -1 - daysAhead), quiet.end);
    const _id = `points-expiring:${memberId}:${day}`;
    return waiting({ _id, kind: 'points-expiring', memberId, about: day, dueAt });
  });
}

/** What is told more than a day late, after an outage or from an import, only puzzles people. */
export function isOldNews(ctx: Context, happenedAt: Date): boolean {
  return ctx.now.getTime() - happenedAt.getTime() > DAY_MS;
}

/** What an entry changed in what can be spent or soon can be: positive, negative or nothing. */
export function pointsOf({ moves }: ledger.Entry): number {
  return moves.reduce((sum, { postings }) => {
    return sum + (postings.spendable ?? 0) + (postings.held ?? 0) + (postings.debt ?? 0);
  }, 0);
}

function memberOf({ accountId }: ledger.Entry): MemberId | null {
  return accountId.startsWith('mem_') ? (accountId as MemberId) : null;
}

export function waiting(notice: Omit<Notice, 'status' | 'failures'>): Notice {
  return { ...notice, status: 'waiting', failures: 0 };
}
