import { assert } from '../../kernel/assert.ts';
import { startOfDay } from '../../kernel/business-day.ts';
import type { MonthPoints } from './account.model.ts';
import type { Adjustment, Claim, Earning, Revival } from './book.ts';
import { repayFrom } from './debts.ts';
import { checkPoints, type Draft } from './draft.ts';
import type { Move, PostedMove } from './entry.model.ts';
import { expiredPointsInsufficient, kindUnknown } from './errors.ts';
import { EVERY_KIND, spendableOf, sumOf, takeLots } from './lots.ts';
import type { Debt, Hold, Lot } from './points.ts';

export function earn(draft: Draft, earning: Earning): Move {
  const { points, expiresOn, kind = 'general', pendingUntil, sources, ruleVersion } = earning;
  draft.mustBeOpen();
  checkPoints(points);
  if (!EVERY_KIND.includes(kind)) throw kindUnknown(kind);
  assert(!sources || sumOf(sources) === points, 'the sources add up to the points');
  const why = { ...(sources && { sources }), ...(ruleVersion && { ruleVersion }) };
  const lot: Lot = { kind, expiresOn, points };
  if (pendingUntil && pendingUntil > draft.today) {
    const held: Hold = {
      holdId: `pending:${pendingUntil}`,
      points,
      lots: [lot],
      until: startOfDay(pendingUntil),
      pending: true,
    };
    draft.addHold(held);
    return draft.move('earn', { issued: -points, held: points }, { held, ...why });
  }
  const repaid = repayFrom(draft, points);
  const given = points - sumOf(repaid);
  const lots = given > 0 ? [{ ...lot, points: given }] : [];
  return draft.give('earn', lots, {
    against: { issued: -points, debt: sumOf(repaid) },
    repaid,
    ...why,
  });
}

export function mature(draft: Draft, of: PostedMove): Move {
  assert(of.held?.pending, 'only pending points mature');
  return matureHold(draft, draft.takeFromHold(of.held.holdId, of.held.lots));
}

/** A part of a pending hold becomes usable: debts are repaid as by an earning, the rest becomes lots. */
export function matureHold(draft: Draft, part: Hold): Move {
  const repaid = repayFrom(draft, part.points);
  const split = takeLots(part.lots, sumOf(repaid));
  assert(split, 'no more is repaid than matures');
  return draft.give('mature', split.rest, {
    against: { held: -part.points, debt: sumOf(repaid) },
    unheld: [part],
    repaid,
  });
}

export function clawback(draft: Draft, { points, of, ruleVersion }: Claim): Move {
  checkPoints(points);
  draft.mustBeOpen();
  const unheld = takePending(draft, points, of);
  const taken = takeEarned(draft, points - sumOf(unheld), of);
  const missing = points - sumOf(unheld) - sumOf(taken);
  const debt: Debt = { debtId: 'clawback', type: 'clawback', points: missing };
  const owed = missing > 0 ? [debt] : [];
  for (const item of owed) draft.owe(item);
  const legs = {
    issued: points,
    held: -sumOf(unheld),
    spendable: -sumOf(taken),
    debt: -missing,
  };
  return draft.move('clawback', legs, { unheld, taken, owed, ...(ruleVersion && { ruleVersion }) });
}

/** The pending part of the earning goes first: the member could not use it yet. */
function takePending(draft: Draft, points: number, of?: Move): readonly Hold[] {
  const earned = of?.held?.pending ? of.held : undefined;
  const hold = draft.account.holds.find(({ holdId }) => holdId === earned?.holdId);
  const source = earned?.lots[0];
  const lot = hold?.lots.find((item) => source !== undefined && isSameLot(item, source));
  if (!hold || !lot) return [];
  return [draft.takeFromHold(hold.holdId, [{ ...lot, points: Math.min(points, lot.points) }])];
}

/** From the lot that the earning made, then from any; what there is. */
function takeEarned(draft: Draft, points: number, of?: Move): readonly Lot[] {
  const source = of?.given?.[0] ?? of?.held?.lots[0];
  const fromSource = (lot: Lot) => source !== undefined && isSameLot(lot, source);
  const taken: Lot[] = [];
  for (const may of [fromSource, () => true]) {
    const { lots } = draft.account;
    const usable = (lot: Lot) => lot.expiresOn > draft.today && may(lot);
    const there = spendableOf(lots.filter(usable), draft.today);
    const split = takeLots(lots, Math.min(points - sumOf(taken), there), usable);
    assert(split, 'no more is taken than was counted');
    draft.set({ lots: split.rest });
    taken.push(...split.taken);
  }
  return taken;
}

function isSameLot(a: Lot, b: Lot): boolean {
  return a.kind === b.kind && a.expiresOn === b.expiresOn;
}

export function revive(draft: Draft, { points, expiresOn }: Revival): Move {
  checkPoints(points);
  draft.mustBeActive();
  const { expiredByMonth } = draft.account;
  const expired = sumOf(expiredByMonth);
  if (points > expired) throw expiredPointsInsufficient({ expired, needed: points });
  const left: MonthPoints[] = [];
  let missing = points;
  for (const { month, points: there } of expiredByMonth) {
    const used = Math.min(missing, there);
    missing -= used;
    if (there > used) left.push({ month, points: there - used });
  }
  draft.set({ expiredByMonth: left });
  const lot: Lot = { kind: 'festival', expiresOn, points };
  return draft.give('revive', [lot], { against: { expired: -points } });
}

export function adjust(draft: Draft, { points, expiresOn }: Adjustment): Move {
  draft.mustBeOpen();
  checkPoints(points < 0 ? -points : points);
  const against = { adjusted: -points };
  if (points < 0) return draft.take('adjust', -points, { against });
  assert(expiresOn, 'points that are added have an expiry');
  return draft.give('adjust', [{ kind: 'general', expiresOn, points }], { against });
}
