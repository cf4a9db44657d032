import { later } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { Account } from './account.model.ts';
import { committedBooks } from './audit.ts';
import { spendableOf } from './lots.ts';
import type { AccountId } from './points.ts';
import { settleOverdue } from './settle-overdue.ts';

/** Facts that began at `since` or later, told by the first words of their keys. */
export interface PostedSince {
  readonly since: Date;
  readonly reasons: readonly string[];
}

/** What these accounts have to spend at `ctx.now`, in points; who was never posted to is not in it. */
export async function availableOfMany(
  { now, today }: Context,
  accountIds: readonly AccountId[],
): Promise<ReadonlyMap<AccountId, number>> {
  const available = new Map<AccountId, number>();
  for await (const account of committedBooks().accounts.find({ _id: { $in: [...accountIds] } })) {
    const settled = settleOverdue(account, later(now, account.lastPostedAt));
    available.set(account._id, spendableOf(settled.lots, today));
  }
  return available;
}

/** To which of these accounts a fact with this key was posted. */
export async function postedAmong(
  accountIds: readonly AccountId[],
  key: string,
): Promise<ReadonlySet<AccountId>> {
  const { accounts, entries } = committedBooks();
  const ids = [...accountIds];
  // An entry lies in its account first, and is never in neither.
  const fresh = await accounts
    .find({ _id: { $in: ids }, 'outbox.key': key }, { projection: { _id: 1 } })
    .toArray();
  const kept = await entries
    .find({ accountId: { $in: ids }, key }, { projection: { accountId: 1 } })
    .toArray();
  return new Set([...fresh.map(({ _id }) => _id), ...kept.map(({ accountId }) => accountId)]);
}

type Memory = Pick<Account, '_id' | 'lastPostedAt' | 'outbox' | 'recentKeys' | 'keysCompleteSince'>;

/**
 * To which of these accounts something was posted for one of these reasons. The account itself tells it
 * for nearly everybody; only for those with many other entries of late the collection is asked.
 */
export async function postedSinceAmong(
  accountIds: readonly AccountId[],
  { since, reasons }: PostedSince,
): Promise<ReadonlySet<AccountId>> {
  const { accounts, entries } = committedBooks();
  const projection = {
    lastPostedAt: 1,
    'outbox.key': 1,
    'outbox.postedAt': 1,
    recentKeys: 1,
    keysCompleteSince: 1,
  };
  const found = await accounts
    .find<Memory>({ _id: { $in: [...accountIds] }, lastPostedAt: { $gte: since } }, { projection })
    .toArray();
  const isSuch = ({ key, postedAt }: Memory['recentKeys'][number] | Memory['outbox'][number]) =>
    postedAt >= since && reasons.includes(key.split(':')[0] ?? '');
  const such = found.filter(({ outbox, recentKeys }) => [...outbox, ...recentKeys].some(isSuch));
  const known = new Set(such.map(({ _id }) => _id));
  const unclear = found.filter(
    ({ _id, keysCompleteSince }) => !known.has(_id) && keysCompleteSince >= since,
  );
  const more: readonly AccountId[] =
    unclear.length === 0
      ? []
      : await entries.distinct('accountId', {
          accountId: { $in: unclear.map(({ _id }) => _id) },
          postedAt: { $gte: since },
          reason: { $in: [...reasons] },
        });
  return new Set([...known, ...more]);
}
