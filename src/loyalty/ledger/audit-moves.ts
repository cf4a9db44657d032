import { businessDayOf } from '../../kernel/business-day.ts';
import type { AuditFold } from './audit-fold.ts';
import type { Delivery, EntryBody, Move } from './entry.model.ts';
import type { Facets, Hold, Lot } from './points.ts';

/** Which kinds a purpose may take; ledger 5.4. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  redemption: ['general', 'loan'],
  festival: ['general', 'loan', 'festival'],
  transfer: ['general'],
  donation: ['general'],
  stake: ['general'],
  claim: ['unit'],
};
/** Moves that may take lots whose day has come. */
const TAKES_EXPIRED = new Set(['expire', 'close', 'forfeit', 'compact']);
const MONTHS_KEPT = 13;

/** Adds one entry to what is known. */
export function foldEntry(fold: AuditFold, entry: EntryBody): void {
  const today = businessDayOf(entry.postedAt);
  for (const [n, move] of entry.moves.entries()) {
    mustBalance(fold, move);
    foldLots(fold, move, today);
    foldHolds(fold, move);
    foldDebts(fold, move);
    foldTotals(fold, move);
    foldExpired(fold, move, today.slice(0, 7));
    foldRefunds(fold, move, `${fold.entryId}/${n}`);
    if (move.type === 'receive') foldReceived(fold, move);
  }
  for (const delivery of entry.deliveries ?? []) foldSent(fold, delivery);
  if (entry.answered) foldAnswered(fold, entry.answered, entry.outcome.outcome === 'refused');
  mustReturn(fold, entry);
  for (const [name, state] of statesOf(entry.facets)) fold.facets.set(name, state);
  fold.status = entry.status ?? fold.status;
  mustLeave(fold, entry, today);
}

/** Facets by their whole names. */
export function statesOf(facets: Facets = {}): readonly (readonly [string, object])[] {
  return Object.entries(facets).flatMap(([module, values]) =>
    Object.entries(values).map(([name, state]) => [`${module}.${name}`, state] as const),
  );
}

function mustLeave(fold: AuditFold, entry: EntryBody, today: string): void {
  let spendable = 0;
  for (const [lot, points] of fold.lots) if (lot.slice(0, 10) > today) spendable += points;
  if (spendable !== entry.balanceAfter && !fold.hasGap) {
    fold.find('L5', `balanceAfter says ${entry.balanceAfter}, the lots ${spendable}`);
  }
}

function mustBalance(fold: AuditFold, { type, postings }: Move): void {
  let sum = 0;
  for (const points of Object.values(postings)) {
    if (!Number.isSafeInteger(points)) fold.find('L1', `${type} books ${points}`);
    sum += points;
  }
  if (sum !== 0) fold.find('L1', `the postings of ${type} add up to ${sum}`);
}

function foldLots(fold: AuditFold, move: Move, today: string): void {
  const { type, taken = [], given = [], postings } = move;
  for (const lot of taken) {
    fold.put(fold.lots, nameOf(lot), -lot.points);
    if (lot.expiresOn <= today && !TAKES_EXPIRED.has(type)) {
      fold.find('L5', `${type} uses a lot that expired on ${lot.expiresOn}`);
    }
    if (type === 'expire' && lot.expiresOn > today) {
      fold.find('L5', `expire takes a lot that is valid until ${lot.expiresOn}`);
    }
  }
  mustTakeSoonest(fold, move, today);
  for (const lot of given) fold.put(fold.lots, nameOf(lot), lot.points);
  if (total(given) - total(taken) !== (postings.spendable ?? 0)) {
    fold.find('L5', `lots and posting of ${type} differ`);
  }
}

function mustTakeSoonest(fold: AuditFold, { purpose, taken = [] }: Move, today: string): void {
  const kinds = purpose && KINDS[purpose];
  if (!kinds) return;
  let last = '';
  for (const { expiresOn, kind } of taken) {
    if (!kinds.includes(kind)) fold.find('L5', `${purpose} takes a lot of kind ${kind}`);
    if (expiresOn > last) last = expiresOn;
  }
  for (const name of fold.lots.keys()) {
    const [expiresOn = '', kind = ''] = name.split(' ');
    if (expiresOn > today && expiresOn < last && kinds.includes(kind)) {
      fold.find('L5', `a lot that expires on ${expiresOn} was left behind`);
    }
  }
}

function foldHolds(fold: AuditFold, { type, held, unheld = [], captured, postings }: Move): void {
  let points = 0;
  const put = (hold: Hold, sign: 1 | -1): void => {
    for (const lot of hold.lots) {
      fold.put(fold.holds, `${hold.holdId} ${nameOf(lot)}`, sign * lot.points);
    }
    if (total(hold.lots) !== hold.points) fold.find('L5', `hold ${hold.holdId} is not its lots`);
    points += sign * hold.points;
  };
  if (held) put(held, 1);
  for (const hold of unheld) put(hold, -1);
  if (points !== (postings.held ?? 0)) fold.find('L5', `holds and posting of ${type} differ`);
  const spent = (postings.redeemed ?? 0) + (postings.donated ?? 0);
  if (captured && total(captured) !== spent) fold.find('L5', 'what was captured is not what left');
}

function foldDebts(fold: AuditFold, { type, owed = [], repaid = [], postings }: Move): void {
  for (const { debtId, points } of owed) fold.put(fold.debts, debtId, points);
  for (const { debtId, points } of repaid) fold.put(fold.debts, debtId, -points);
  if (total(repaid) - total(owed) !== (postings.debt ?? 0)) {
    fold.find('L5', `debts and posting of ${type} differ`);
  }
}

function foldTotals({ totals }: AuditFold, { postings }: Move): void {
  for (const [leg, points] of Object.entries(postings)) {
    if (leg === 'spendable' || leg === 'held' || leg === 'debt') continue;
    totals.set(leg, (totals.get(leg) ?? 0) + points);
  }
}

/** What expired in a month may be revived, oldest first; months beyond the thirteenth are forgotten. */
function foldExpired(fold: AuditFold, { type, postings }: Move, month: string): void {
  const months = fold.expiredByMonth;
  if (type === 'expire') {
    months.set(month, (months.get(month) ?? 0) + (postings.expired ?? 0));
    const oldest = [...months.keys()].sort()[0];
    if (months.size > MONTHS_KEPT && oldest) months.delete(oldest);
  }
  if (type !== 'revive') return;
  let missing = postings.spendable ?? 0;
  for (const name of [...months.keys()].sort()) {
    const used = Math.min(missing, months.get(name) ?? 0);
    missing -= used;
    fold.put(months, name, -used);
  }
  if (missing > 0 && !fold.hasGap) fold.find('L5', 'more was revived than expired');
}

function foldRefunds(fold: AuditFold, move: Move, moveId: string): void {
  const { type, taken, captured, unheld, given, of = '' } = move;
  if (type === 'spend') fold.paid.set(moveId, total(taken));
  if (type === 'capture') fold.paid.set(moveId, total(captured));
  if (type === 'forfeit') fold.paid.set(moveId, total(taken) + total(unheld));
  if (type !== 'refund') return;
  const refunded = (fold.refunded.get(of) ?? 0) + total(given);
  fold.refunded.set(of, refunded);
  const paid = fold.paid.get(of) ?? 0;
  if (refunded > paid && !fold.hasGap) {
    fold.find('L11', `${refunded} of ${paid} were refunded of ${of}`);
  }
}

function foldReceived(fold: AuditFold, { of = '', given }: Move): void {
  if (fold.received.has(of)) fold.find('L8', `delivery ${of} was received before`);
  fold.received.set(of, { points: total(given), entryId: fold.entryId });
}

function foldSent(fold: AuditFold, delivery: Delivery): void {
  const { deliveryId, contra, lots } = delivery;
  fold.returnable.set(deliveryId, total(lots));
  if (!deliveryId.startsWith(`${fold.entryId}#`)) fold.find('L8', `${deliveryId} is not of here`);
  const isOpen = fold.account.deliveries.some((item) => item.deliveryId === deliveryId);
  if (isOpen) fold.open.set(deliveryId, delivery);
  else if (contra === 'inTransit' && lots.length > 0) fold.arrived.set(deliveryId, delivery);
}

function foldAnswered(fold: AuditFold, deliveryId: string, isRefused: boolean): void {
  if (fold.answered.has(deliveryId)) fold.find('L8', `delivery ${deliveryId} is answered twice`);
  if (fold.open.has(deliveryId)) fold.find('L8', `delivery ${deliveryId} is answered and open`);
  fold.answered.add(deliveryId);
  const delivery = fold.arrived.get(deliveryId);
  if (!delivery || !isRefused) return;
  fold.arrived.delete(deliveryId);
  fold.cameBack.push(delivery);
}

/** What a delivery took comes back exactly when it is refused, with the answer and all of it. */
function mustReturn(fold: AuditFold, { moves, answered = '', outcome }: EntryBody): void {
  const isRefused = answered !== '' && outcome.outcome === 'refused';
  const expected = isRefused ? (fold.returnable.get(answered) ?? 0) : 0;
  let returned = 0;
  for (const { type, of, given } of moves) {
    if (type !== 'return') continue;
    returned += total(given);
    if (of !== answered) fold.find('L8', `delivery ${of} comes back without an answer`);
  }
  if (returned !== expected && !fold.hasGap) {
    fold.find('L8', `${returned} of ${expected} points came back of delivery ${answered}`);
  }
}

export function nameOf({ expiresOn, kind }: Lot): string {
  return `${expiresOn} ${kind}`;
}

export function total(items: readonly { readonly points: number }[] = []): number {
  let sum = 0;
  for (const { points } of items) sum += points;
  return sum;
}
