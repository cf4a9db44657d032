import { startOfDay } from '../../kernel/business-day.ts';
import type { Account } from './account.model.ts';
import type { AuditFold } from './audit-fold.ts';
import { nameOf, statesOf, total } from './audit-moves.ts';
import { canonical } from './chain.ts';

/** Ledger 4.4. */
const MOST = {
  lots: 64,
  holds: 64,
  deliveries: 16,
  debts: 2,
  refundMarks: 32,
  recentKeys: 16,
  outbox: 192,
  expiredByMonth: 13,
} as const;
const FACETS_MOST = 24;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Compares the account with what its entries say. */
export function compareState(fold: AuditFold, now: Date): void {
  compareChain(fold);
  if (!fold.hasGap) compareSums(fold);
  compareDeliveries(fold);
  mustKeepBounds(fold);
  mustBalance(fold);
  mustBeAtRest(fold, now);
}

function compareChain(fold: AuditFold): void {
  const { account, head } = fold;
  if (head !== null && head !== account.chainHead) {
    fold.findHere('L3', 'the chain does not end at chainHead');
  }
  if (account.outbox.some(({ seq }) => seq > account.seq)) {
    fold.findHere('L4', 'the outbox holds entries that do not count');
  }
  if (head !== null && account.lastPostedAt.getTime() !== fold.timeMs) {
    fold.findHere('L3', 'lastPostedAt is not the time of the newest entry');
  }
}

function compareSums(fold: AuditFold): void {
  const { account } = fold;
  const { lots, holds, debts, expiredByMonth, totals, facets, status } = account;
  const heldLots = holds.flatMap(({ holdId, lots: parts }) =>
    parts.map((lot) => [`${holdId} ${nameOf(lot)}`, lot.points] as const),
  );
  const pairs: readonly (readonly [string, ReadonlyMap<string, number>, Named])[] = [
    ['lots', fold.lots, lots.map((lot) => [nameOf(lot), lot.points])],
    ['holds', fold.holds, heldLots],
    ['debts', fold.debts, debts.map(({ debtId, points }) => [debtId, points])],
    ['expired', fold.expiredByMonth, expiredByMonth.map(({ month, points }) => [month, points])],
  ];
  for (const [what, folded, stored] of pairs) {
    const [is, says] = [textOf(stored), textOf([...folded])];
    if (is !== says) fold.findHere('L5', `${what} are ${is}, the entries say ${says}`);
  }
  for (const { holdId, points, lots: parts } of holds) {
    if (total(parts) !== points) fold.findHere('L5', `hold ${holdId} is not its lots`);
  }
  if (status !== fold.status) fold.findHere('L5', `status ${status}, entries say ${fold.status}`);
  const [booked, said] = [textOf(Object.entries(totals)), textOf([...fold.totals])];
  if (booked !== said) fold.findHere('L7', `totals are ${booked}, the entries say ${said}`);
  compareFacets(fold, facets);
  for (const { move, points } of account.refundMarks) {
    if (fold.refunded.get(move) !== points) fold.findHere('L11', `the mark of ${move} is wrong`);
  }
}

type Named = readonly (readonly [string, number])[];

function textOf(sums: Named): string {
  const kept = sums.filter(([, points]) => points !== 0);
  return canonical(kept.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function compareFacets(fold: AuditFold, facets: Account['facets']): void {
  const stored = new Map(statesOf(facets));
  for (const name of new Set([...stored.keys(), ...fold.facets.keys()])) {
    const [is, said] = [stored.get(name) ?? null, fold.facets.get(name) ?? null];
    if (canonical(is) !== canonical(said)) {
      fold.findHere('L12', `facet ${name} is ${canonical(is)}, was set to ${canonical(said)}`);
    }
  }
}

function compareDeliveries(fold: AuditFold): void {
  for (const open of fold.account.deliveries) {
    const sent = fold.open.get(open.deliveryId);
    const { attempts: _, nextAttemptAt: __, ...now } = open;
    const { attempts: ___, nextAttemptAt: ____, ...then } = sent ?? open;
    if (!sent && !fold.hasGap) fold.findHere('L8', `delivery ${open.deliveryId} was never sent`);
    if (canonical(now) !== canonical(then)) {
      fold.findHere('L8', `delivery ${open.deliveryId} is not what was sent`);
    }
  }
}

function mustKeepBounds(fold: AuditFold): void {
  const { account } = fold;
  for (const [name, most] of Object.entries(MOST) as [keyof typeof MOST, number][]) {
    if (account[name].length > most) fold.findHere('L6', `more than ${most} ${name}`);
  }
  if (statesOf(account.facets).length > FACETS_MOST)
    fold.findHere('L6', `more than ${FACETS_MOST} facets`);
  const names = account.lots.map(nameOf);
  if (names.some((name, i) => i > 0 && name <= (names[i - 1] ?? ''))) {
    fold.findHere('L6', 'lots are doubled or not in order');
  }
  const counted = [...account.lots, ...account.holds, ...account.debts];
  if (counted.some(({ points }) => !Number.isSafeInteger(points) || points <= 0)) {
    fold.findHere('L6', 'points are not whole and positive');
  }
}

function mustBalance(fold: AuditFold): void {
  const { lots, holds, debts, totals } = fold.account;
  let books = total(lots) + total(holds) - total(debts);
  for (const points of Object.values(totals)) books += points;
  if (books !== 0) fold.findHere('L7', `the books are off by ${books}`);
}

/** Law L9: what is due does not wait for ever. */
function mustBeAtRest(fold: AuditFold, now: Date): void {
  const { outbox, deliveries, holds, lots, debts } = fold.account;
  const mustCome = (what: string, due: Date | undefined, byMs: number): void => {
    if (due && due.getTime() + byMs < now.getTime()) fold.findHere('L9', `${what} is overdue`);
  };
  mustCome('the relay', outbox[0]?.postedAt, 25 * MINUTE_MS);
  mustCome('an expiry', lots[0] && startOfDay(lots[0].expiresOn), 48 * HOUR_MS);
  for (const { holdId, until } of holds) mustCome(`the end of hold ${holdId}`, until, HOUR_MS);
  for (const { deliveryId, nextAttemptAt } of deliveries) {
    mustCome(`delivery ${deliveryId}`, nextAttemptAt, 15 * MINUTE_MS);
  }
  for (const { debtId, dueOn } of debts) {
    mustCome(`debt ${debtId}`, dueOn && startOfDay(dueOn), 48 * HOUR_MS);
  }
}
