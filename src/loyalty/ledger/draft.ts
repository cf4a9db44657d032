import { assert } from '../../kernel/assert.ts';
import { type BusinessDay, businessDayOf } from '../../kernel/business-day.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import type { Refused } from './book.ts';
import {
  type Delivery,
  type EntryId,
  entryIdOf,
  type Leg,
  type Move,
  type MoveType,
  type Postings,
} from './entry.model.ts';
import {
  accountClosed,
  accountFrozen,
  deliveriesTooMany,
  holdNotFound,
  holdsTooMany,
  pointsInsufficient,
  pointsInvalid,
} from './errors.ts';
import { limits } from './limits.ts';
import {
  addLots,
  closestPair,
  EVERY_KIND,
  kindsFor,
  spendableOf,
  sumOf,
  takeLots,
  withoutLots,
} from './lots.ts';
import { mustBeFacts, mustBeState } from './plain.ts';
import type { AccountStatus, Debt, Facets, Hold, Kind, Lot, SystemAccount } from './points.ts';

/** The parts of a move beside its type; empty lists are left out. */
type Parts = Partial<Omit<Move, 'type' | 'postings'>>;
/** What a move that gives or takes lots books on the other side. */
type Against = Parts & { readonly against: Postings };

/**
 * The draft of one account: its next state, and the moves that lead there. The state is replaced,
 * never changed. Whatever is posted here adds up to zero.
 */
export class Draft {
  account: Account;
  readonly entryId: EntryId;
  readonly now: Date;
  readonly today: BusinessDay;
  readonly moves: Move[] = [];
  readonly sent: Delivery[] = [];
  facets: Facets | null = null;
  answered: string | null = null;
  refused: Refused | null = null;
  statusChanged = false;

  constructor(account: Account, now: Date) {
    this.account = account;
    this.entryId = entryIdOf(account._id, account.seq + 1);
    this.now = now;
    this.today = businessDayOf(now);
  }

  get balance(): number {
    return spendableOf(this.account.lots, this.today);
  }

  get changed(): boolean {
    return (
      this.moves.length > 0 ||
      this.facets !== null ||
      this.sent.length > 0 ||
      this.statusChanged ||
      this.answered !== null
    );
  }

  set(change: Partial<Account>): void {
    this.account = { ...this.account, ...change };
  }

  setStatus(status: AccountStatus): void {
    this.set({ status });
    this.statusChanged = true;
  }

  mustBeOpen(): void {
    if (this.account.status === 'closed') throw accountClosed(this.account._id);
  }

  mustBeActive(): void {
    this.mustBeOpen();
    if (this.account.status !== 'active') throw accountFrozen(this.account._id);
  }

  /** Adds a balanced step; the sums of the system accounts follow. */
  move(type: MoveType, legs: Postings, parts: Parts = {}): Move {
    const postings: Partial<Record<Leg, number>> = {};
    const totals: Partial<Record<SystemAccount, number>> = { ...this.account.totals };
    let sum = 0;
    for (const [leg, points] of Object.entries(legs) as [Leg, number][]) {
      if (points === 0) continue;
      assert(Number.isSafeInteger(points), 'points are safe integers');
      postings[leg] = points;
      sum += points;
      if (leg !== 'spendable' && leg !== 'held' && leg !== 'debt') {
        totals[leg] = (totals[leg] ?? 0) + points;
      }
    }
    assert(sum === 0, `the postings of ${type} do not add up to zero`);
    const move: Move = { type, postings, ...withoutEmpty(parts) };
    this.set({ totals });
    this.moves.push(move);
    return move;
  }

  /** A move that gives lots. Lots that become too many are compacted by moves of their own after it. */
  give(type: MoveType, lots: readonly Lot[], { against, ...parts }: Against): Move {
    const move = this.move(type, { ...against, spendable: sumOf(lots) }, { ...parts, given: lots });
    this.set({ lots: addLots(this.account.lots, lots) });
    while (this.account.lots.length > limits.lotsMax) this.#compact();
    return move;
  }

  /** A move that takes the lots which expire soonest. @throws POINTS_INSUFFICIENT */
  take(type: MoveType, points: number, { against, ...parts }: Against): Move {
    const kinds = parts.purpose ? kindsFor(parts.purpose) : EVERY_KIND;
    const taken = this.takeSpendable(points, kinds);
    return this.move(type, { ...against, spendable: -points }, { ...parts, taken });
  }

  takeSpendable(points: number, kinds: readonly Kind[]): readonly Lot[] {
    const { lots } = this.account;
    const may = (lot: Lot) => lot.expiresOn > this.today && kinds.includes(lot.kind);
    const split = takeLots(lots, points, may);
    if (!split) {
      throw pointsInsufficient({ balance: spendableOf(lots, this.today, kinds), needed: points });
    }
    this.set({ lots: split.rest });
    return split.taken;
  }

  addHold(part: Hold): void {
    const { holds } = this.account;
    const same = holds.find(({ holdId }) => holdId === part.holdId);
    if (!same && holds.length >= limits.holdsMax) throw holdsTooMany(limits.holdsMax);
    if (!same) {
      this.set({ holds: [...holds, part] });
      return;
    }
    const lots = addLots(same.lots, part.lots);
    const whole: Hold = { ...same, points: same.points + part.points, lots };
    this.set({ holds: holds.map((hold) => (hold === same ? whole : hold)) });
  }

  /** Takes these lots out of a hold, or all of it; gives back what was taken. @throws HOLD_NOT_FOUND */
  takeFromHold(holdId: string, lots?: readonly Lot[]): Hold {
    const { holds } = this.account;
    const hold = holds.find((item) => item.holdId === holdId);
    const left = hold && lots ? withoutLots(hold.lots, lots) : [];
    if (!hold || !left) throw holdNotFound(holdId);
    const part: Hold = lots ? { ...hold, lots, points: sumOf(lots) } : hold;
    const rest: Hold = { ...hold, lots: left, points: hold.points - part.points };
    const all = holds.map((item) => (item === hold ? rest : item));
    this.set({ holds: all.filter(({ points }) => points > 0) });
    return part;
  }

  owe(debt: Debt): void {
    const { debts } = this.account;
    const same = debts.find(({ debtId }) => debtId === debt.debtId);
    const whole = same && { ...same, points: same.points + debt.points };
    this.set({
      debts: whole ? debts.map((item) => (item === same ? whole : item)) : [...debts, debt],
    });
  }

  addDelivery(part: Pick<Delivery, 'type' | 'to' | 'payload' | 'lots' | 'contra'>): Delivery {
    const { deliveries } = this.account;
    if (deliveries.length >= limits.deliveriesMax) throw deliveriesTooMany(limits.deliveriesMax);
    mustBeFacts(part.payload, 'the payload of a delivery');
    const delivery: Delivery = {
      deliveryId: `${this.entryId}#${this.sent.length}`,
      ...part,
      sentAt: this.now,
      attempts: 0,
      nextAttemptAt: new Date(this.now.getTime() + limits.deliverAfterMs),
    };
    this.set({ deliveries: [...deliveries, delivery] });
    this.sent.push(delivery);
    return delivery;
  }

  /** The delivery is closed: this entry is its answer. */
  answer(deliveryId: string): void {
    const { deliveries } = this.account;
    this.set({ deliveries: deliveries.filter((item) => item.deliveryId !== deliveryId) });
    this.answered = deliveryId;
  }

  putFacet(facetName: string, state: object): void {
    mustBeState(state, `facet ${facetName}`);
    const [module = '', name = ''] = facetName.split('.');
    const { facets } = this.account;
    this.facets = { ...this.facets, [module]: { ...this.facets?.[module], [name]: state } };
    this.set({ facets: { ...facets, [module]: { ...facets[module], [name]: state } } });
    let count = 0;
    for (const values of Object.values(this.account.facets)) count += Object.keys(values).length;
    assert(count <= limits.facetsMax, 'too many facets');
  }

  refuse(code: string, facts: Facts): Refused {
    this.refused = { outcome: 'refused', code, facts };
    return this.refused;
  }

  #compact(): void {
    const [from, into] = closestPair(this.account.lots);
    const joined: Lot = { ...into, points: from.points };
    const others = this.account.lots.filter((lot) => lot !== from);
    this.set({ lots: addLots(others, [joined]) });
    this.move('compact', {}, { taken: [from], given: [joined] });
  }
}

/** @throws POINTS_INVALID */
export function checkPoints(points: number): void {
  const fits = Number.isSafeInteger(points) && points > 0 && points <= limits.pointsMax;
  if (!fits) throw pointsInvalid(points);
}

function withoutEmpty(parts: Parts): Parts {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parts)) {
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    kept[name] = value;
  }
  return kept as Parts;
}
