import { assert } from '../../kernel/assert.ts';
import { addDays, type BusinessDay, businessDayOf } from '../../kernel/business-day.ts';
import { type Account, type MonthPoints, newAccount, type RecentKey } from './account.model.ts';
import type { EntryBody, Move } from './entry.model.ts';
import { limits } from './limits.ts';
import { addLots, addMonth, sumOf, withoutLots } from './lots.ts';
import type { Debt, Facets, Hold, Lot, SystemAccount } from './points.ts';

/** Takes the entries of one account in order, and gives the account that they lead to. */
export interface Refold {
  take(entry: EntryBody): void;
  finish(): Account;
}

/** When moves were posted that may be refunded: a mark says until when. */
type PaidOn = Map<string, BusinessDay>;

/**
 * Folds an account anew from a prefix of its entries. `whole` is the account as it was: entries that
 * still wait there go on waiting, and of its deliveries those stay open that the prefix had sent.
 */
export function refoldOf(whole: Account): Refold {
  let account = newAccount(whole._id);
  const paidOn: PaidOn = new Map();
  let keys: RecentKey[] = [];
  return {
    take(entry) {
      const { key, seq, postedAt } = entry;
      assert(seq === account.seq + 1, `entry ${seq} of ${whole._id} follows ${account.seq}`);
      account = withEntry(account, entry, paidOn);
      keys.push({ key, seq, postedAt });
      if (keys.length > 2 * KEYS_KEPT) keys = keys.slice(-KEYS_KEPT);
    },
    finish() {
      const outbox = whole.outbox.filter(({ seq }) => seq <= account.seq);
      const first = outbox[0]?.seq ?? account.seq + 1;
      const relayed = keys.filter(({ seq }) => seq < first);
      const forgotten = relayed.at(-limits.recentKeysMax - 1);
      return {
        ...account,
        version: whole.version + 1,
        deliveries: whole.deliveries.filter(({ deliveryId }) => seqOf(deliveryId) <= account.seq),
        outbox,
        recentKeys: relayed.slice(-limits.recentKeysMax),
        keysCompleteSince: forgotten?.postedAt ?? new Date(0),
      };
    },
  };
}

/** As many as an outbox and the memory of recent keys can need. */
const KEYS_KEPT = 256;

/** The number of the entry that sent a delivery. */
function seqOf(deliveryId: string): number {
  return Number(/\.(\d+)#\d+$/.exec(deliveryId)?.[1]);
}

function withEntry(before: Account, entry: EntryBody, paidOn: PaidOn): Account {
  const { seq, postedAt, hash: chainHead, moves, facets, status = before.status } = entry;
  const today = businessDayOf(postedAt);
  let account: Account = { ...before, seq, lastPostedAt: postedAt, chainHead, status };
  for (const [n, move] of moves.entries()) {
    const moveId = `${before._id}.${String(seq).padStart(9, '0')}/${n}`;
    if (PAYMENTS.has(move.type)) paidOn.set(moveId, today);
    account = withMove(account, move, today);
    if (move.type === 'refund') account = withMark(account, move, { today, paidOn });
  }
  return { ...account, facets: withFacets(account.facets, facets) };
}

const PAYMENTS = new Set<Move['type']>(['spend', 'capture', 'forfeit']);

function withMove(account: Account, move: Move, today: BusinessDay): Account {
  const { type, taken = [], given = [], owed = [], repaid = [], postings } = move;
  return {
    ...account,
    lots: addLots(rest(account.lots, taken, account), given),
    holds: holdsAfter(account, move),
    debts: debtsAfter(account.debts, { type, owed, repaid }),
    totals: totalsAfter(account.totals, postings),
    expiredByMonth: expiredAfter(account.expiredByMonth, move, today.slice(0, 7)),
  };
}

function rest(lots: readonly Lot[], taken: readonly Lot[], { _id, seq }: Account): readonly Lot[] {
  const left = withoutLots(lots, taken);
  assert(left, `entry ${seq} of ${_id} takes lots that are not there`);
  return left;
}

function holdsAfter(account: Account, { held, unheld = [] }: Move): readonly Hold[] {
  let holds = account.holds;
  for (const part of unheld) {
    const hold = holds.find(({ holdId }) => holdId === part.holdId);
    assert(hold, `hold ${part.holdId} of ${account._id} is not there`);
    const lots = rest(hold.lots, part.lots, account);
    const less: Hold = { ...hold, lots, points: hold.points - part.points };
    holds = holds.map((item) => (item === hold ? less : item)).filter(({ points }) => points > 0);
  }
  if (!held) return holds;
  const same = holds.find(({ holdId }) => holdId === held.holdId);
  if (!same) return [...holds, held];
  const lots = addLots(same.lots, held.lots);
  const more: Hold = { ...same, points: same.points + held.points, lots };
  return holds.map((item) => (item === same ? more : item));
}

function debtsAfter(
  before: readonly Debt[],
  { type, owed, repaid }: Required<Pick<Move, 'type' | 'owed' | 'repaid'>>,
): readonly Debt[] {
  let debts = before;
  for (const debt of owed) {
    const same = debts.find(({ debtId }) => debtId === debt.debtId);
    const whole = same && { ...same, points: same.points + debt.points };
    debts = whole ? debts.map((item) => (item === same ? whole : item)) : [...debts, debt];
  }
  for (const { debtId, points } of repaid) {
    debts = debts.map((debt) =>
      debt.debtId === debtId ? { ...debt, points: debt.points - points } : debt,
    );
  }
  // A loan that was collected on its day has no day any more.
  if (type === 'repay') debts = debts.map(({ dueOn: _, ...debt }) => debt);
  return debts.filter(({ points }) => points > 0);
}

function totalsAfter(before: Account['totals'], postings: Move['postings']): Account['totals'] {
  const totals: Partial<Record<SystemAccount, number>> = { ...before };
  for (const [leg, points] of Object.entries(postings)) {
    if (leg === 'spendable' || leg === 'held' || leg === 'debt') continue;
    const name = leg as SystemAccount;
    totals[name] = (totals[name] ?? 0) + points;
  }
  return totals;
}

function expiredAfter(
  months: readonly MonthPoints[],
  { type, postings }: Move,
  month: string,
): readonly MonthPoints[] {
  if (type === 'expire') return addMonth(months, month, postings.expired ?? 0);
  if (type !== 'revive') return months;
  let missing = postings.spendable ?? 0;
  return months.flatMap(({ month: name, points }) => {
    const used = Math.min(missing, points);
    missing -= used;
    return points > used ? [{ month: name, points: points - used }] : [];
  });
}

function withMark(
  account: Account,
  { of = '', given }: Move,
  { today, paidOn }: { readonly today: BusinessDay; readonly paidOn: PaidOn },
): Account {
  const paid = paidOn.get(of);
  assert(paid, `${of} was refunded and never paid`);
  const same = account.refundMarks.find(({ move }) => move === of);
  const points = (same?.points ?? 0) + sumOf(given ?? []);
  const others = account.refundMarks.filter(
    ({ move, closesOn }) => move !== of && closesOn >= today,
  );
  const mark = { move: of, points, closesOn: addDays(paid, limits.refundDays) };
  return { ...account, refundMarks: [...others, mark].slice(-limits.refundMarksMax) };
}

function withFacets(before: Facets, changed: Facets = {}): Facets {
  const facets: Record<string, Readonly<Record<string, object>>> = { ...before };
  for (const [module, values] of Object.entries(changed)) {
    facets[module] = { ...facets[module], ...values };
  }
  return facets;
}
