import { assert } from '../../kernel/assert.ts';
import { addDays, type BusinessDay, daysBetween } from '../../kernel/business-day.ts';
import type { MonthPoints } from './account.model.ts';
import { purposeUnknown } from './errors.ts';
import { limits } from './limits.ts';
import type { Kind, Lot, Purpose } from './points.ts';

/** Which kinds a purpose may take. */
export const KINDS_FOR: Readonly<Record<Purpose, readonly Kind[]>> = {
  redemption: ['general', 'loan'],
  festival: ['general', 'loan', 'festival'],
  transfer: ['general'],
  donation: ['general'],
  stake: ['general'],
  claim: ['unit'],
};
/** The kinds that may be taken. @throws PURPOSE_UNKNOWN */
export function kindsFor(purpose: Purpose): readonly Kind[] {
  const kinds: readonly Kind[] | undefined = KINDS_FOR[purpose];
  if (!kinds) throw purposeUnknown(purpose);
  return kinds;
}

export const EVERY_KIND: readonly Kind[] = ['general', 'loan', 'festival', 'unit'];

export interface Split {
  readonly rest: readonly Lot[];
  readonly taken: readonly Lot[];
}

export function sumOf(items: readonly { readonly points: number }[]): number {
  let sum = 0;
  for (const { points } of items) sum += points;
  return sum;
}

/** What can be spent on a day, of these kinds. */
export function spendableOf(
  lots: readonly Lot[],
  today: BusinessDay,
  kinds: readonly Kind[] = EVERY_KIND,
): number {
  let sum = 0;
  for (const lot of lots) {
    if (lot.expiresOn > today && kinds.includes(lot.kind)) sum += lot.points;
  }
  return sum;
}

/** Lots of the same kind and day become one; the list stays sorted by day, then kind. */
export function addLots(lots: readonly Lot[], more: readonly Lot[]): readonly Lot[] {
  if (more.length === 0) return lots;
  const all = lots.slice();
  for (const { kind, expiresOn, points } of more) {
    const at = all.findIndex((lot) => lot.kind === kind && lot.expiresOn === expiresOn);
    const same = all[at];
    if (same) all[at] = { kind, expiresOn, points: same.points + points };
    else all.push({ kind, expiresOn, points });
  }
  return all.sort(byExpiry);
}

/** Which lots pay, earliest expiry first. Null when those that may do not suffice. */
export function takeLots(
  lots: readonly Lot[],
  points: number,
  may: (lot: Lot) => boolean = () => true,
): Split | null {
  const rest: Lot[] = [];
  const taken: Lot[] = [];
  let missing = points;
  for (const lot of lots) {
    const used = missing > 0 && may(lot) ? Math.min(missing, lot.points) : 0;
    if (used > 0) taken.push({ ...lot, points: used });
    if (used === 0) rest.push(lot);
    else if (used < lot.points) rest.push({ ...lot, points: lot.points - used });
    missing -= used;
  }
  return missing > 0 ? null : { rest, taken };
}

/** Takes exactly these lots out of a list. Null when they are not there. */
export function withoutLots(lots: readonly Lot[], taken: readonly Lot[]): readonly Lot[] | null {
  let rest = lots;
  for (const { kind, expiresOn, points } of taken) {
    const split = takeLots(rest, points, (lot) => lot.kind === kind && lot.expiresOn === expiresOn);
    if (!split) return null;
    rest = split.rest;
  }
  return rest;
}

/** The part [from, from + points) of a list of lots, counted point by point. */
export function sliceOf(lots: readonly Lot[], from: number, points: number): readonly Lot[] {
  const slice: Lot[] = [];
  let skip = from;
  let want = points;
  for (const lot of lots) {
    const here = Math.min(Math.max(lot.points - skip, 0), want);
    skip = Math.max(0, skip - lot.points);
    if (here > 0) slice.push({ ...lot, points: here });
    want -= here;
  }
  return slice;
}

/** Lots that come back through no fault of the member are valid for a few days at least. */
export function withGrace(lots: readonly Lot[], today: BusinessDay): readonly Lot[] {
  const soonest = addDays(today, limits.graceDays);
  return lots.map((lot) => (lot.expiresOn > soonest ? lot : { ...lot, expiresOn: soonest }));
}

/** The two lots of one kind whose days are closest: the earlier joins the later. */
export function closestPair(lots: readonly Lot[]): readonly [Lot, Lot] {
  let best: readonly [Lot, Lot] | null = null;
  let gap = Number.POSITIVE_INFINITY;
  const last = new Map<Kind, Lot>();
  for (const lot of lots) {
    const before = last.get(lot.kind);
    last.set(lot.kind, lot);
    if (!before) continue;
    const days = daysBetween(before.expiresOn, lot.expiresOn);
    if (days < gap) [gap, best] = [days, [before, lot]];
  }
  assert(best, 'two lots of one kind exist');
  return best;
}

/** Adds to the sum of a month; the oldest months are forgotten. */
export function addMonth(
  list: readonly MonthPoints[],
  month: string,
  points: number,
): readonly MonthPoints[] {
  const old = list.find((item) => item.month === month)?.points ?? 0;
  const others = list.filter((item) => item.month !== month);
  const all = [...others, { month, points: old + points }];
  return all.sort((a, b) => (a.month < b.month ? -1 : 1)).slice(-limits.expiredMonthsMax);
}

function byExpiry(a: Lot, b: Lot): number {
  if (a.expiresOn !== b.expiresOn) return a.expiresOn < b.expiresOn ? -1 : 1;
  return a.kind < b.kind ? -1 : 1;
}
