import type { mongo } from 'mongoose';
import type { Place } from './audit-round.model.ts';
import { type Entry, type EntryId, entryIdOf } from './entry.model.ts';
import type { AccountId } from './points.ts';

type Newest = Pick<Entry, '_id' | 'accountId' | 'seq' | 'postedAt'>;
type Entries = mongo.Collection<Entry>;

const PROJECTION = { projection: { accountId: 1, seq: 1, postedAt: 1 } } as const;

export interface Period {
  readonly from: Place;
  readonly until: Date;
  /** How many entries are looked at. */
  readonly limit: number;
}

export interface Changed {
  readonly accounts: readonly AccountId[];
  /** Null when the period has been followed to its end. */
  readonly next: Place | null;
}

/**
 * The accounts whose last entry of a period lies in its next page, so that following the period to
 * its end names each account once. It costs what was posted, not what exists.
 */
export async function changedAccounts(entries: Entries, period: Period): Promise<Changed> {
  const { list, next } = await pageOf(entries, period);
  const newest = new Map<AccountId, Newest>();
  for (const entry of list) newest.set(entry.accountId, entry);
  const comeAgain = await accountsToCome(entries, [...newest.values()], period);
  const accounts = [...newest.keys()].filter((accountId) => !comeAgain.has(accountId));
  return { accounts, next };
}

/** A page by time. Entries of the same instant, for which time is no order, are read by id. */
async function pageOf(
  entries: Entries,
  { from: { at, id }, until, limit }: Period,
): Promise<{ readonly list: readonly Newest[]; readonly next: Place | null }> {
  const atOnce = { postedAt: { $eq: at, $lt: until }, _id: { $gt: id as EntryId } };
  const ties = await entries.find(atOnce, PROJECTION).sort({ _id: 1 }).limit(limit).toArray();
  if (ties.length === limit) return { list: ties, next: { at, id: ties.at(-1)?._id ?? id } };
  const behind = { postedAt: { $gt: at, $lt: until } };
  const rest = await entries.find(behind, PROJECTION).sort({ postedAt: 1 }).limit(limit).toArray();
  const last = rest.at(-1)?.postedAt;
  if (rest.length < limit || !last) return { list: [...ties, ...inOrder(rest)], next: null };
  const whole = rest.filter(({ postedAt }) => postedAt < last);
  return { list: [...ties, ...inOrder(whole)], next: { at: last, id: '' } };
}

function inOrder(list: readonly Newest[]): readonly Newest[] {
  return list.toSorted((a, b) => a.postedAt.getTime() - b.postedAt.getTime() || a.seq - b.seq);
}

/** Accounts whose next entry follows within the period; a time that was edited hides none of them. */
async function accountsToCome(
  entries: Entries,
  newest: readonly Newest[],
  { until }: Period,
): Promise<ReadonlySet<AccountId>> {
  if (newest.length === 0) return new Set();
  const since = new Map(
    newest.map(({ accountId, seq, postedAt }) => [entryIdOf(accountId, seq + 1), postedAt]),
  );
  const following = {
    accountId: { $in: newest.map(({ accountId }) => accountId) },
    _id: { $in: [...since.keys()] },
    postedAt: { $lt: until },
  };
  const found = await entries.find(following, PROJECTION).toArray();
  const toCome = found.filter(({ _id, postedAt }) => postedAt >= (since.get(_id) ?? until));
  return new Set(toCome.map(({ accountId }) => accountId));
}
