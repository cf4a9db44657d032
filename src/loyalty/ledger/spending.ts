import { addDays, businessDayOf } from '../../kernel/business-day.ts';
import type { RefundMark } from './account.model.ts';
import type { Capture, Holding, Refund, Release, Spending } from './book.ts';
import { checkPoints, type Draft } from './draft.ts';
import type { Move, PostedMove } from './entry.model.ts';
import {
  entryNotRefundable,
  holdExists,
  pointsInsufficient,
  refundExceedsPayment,
  refundWindowClosed,
} from './errors.ts';
import { limits } from './limits.ts';
import { kindsFor, sliceOf, sumOf, takeLots, withGrace } from './lots.ts';
import type { Hold, Lot, SystemAccount } from './points.ts';

export function spend(draft: Draft, { points, purpose, into = 'redeemed' }: Spending): Move {
  checkPoints(points);
  draft.mustBeActive();
  return draft.take('spend', points, { against: { [into]: points }, purpose });
}

export function hold(draft: Draft, { holdId, points, purpose, until }: Holding): Move {
  checkPoints(points);
  draft.mustBeActive();
  if (draft.account.holds.some((item) => item.holdId === holdId)) throw holdExists(holdId);
  const taken = draft.takeSpendable(points, kindsFor(purpose));
  const held: Hold = { holdId, points, lots: taken, until };
  draft.addHold(held);
  return draft.move('hold', { spendable: -points, held: points }, { taken, held, purpose });
}

export function capture(draft: Draft, { holdId, points, into = 'redeemed' }: Capture): Move {
  if (points !== undefined) checkPoints(points);
  const whole = draft.takeFromHold(holdId);
  const spent = points ?? whole.points;
  const split = takeLots(whole.lots, spent);
  if (!split) throw pointsInsufficient({ balance: whole.points, needed: spent });
  return draft.give('capture', split.rest, {
    against: { held: -whole.points, [into]: spent },
    unheld: [whole],
    captured: split.taken,
  });
}

export function release(draft: Draft, { holdId, because }: Release): Move {
  const whole = draft.takeFromHold(holdId);
  const lots = because === 'merchant' ? withGrace(whole.lots, draft.today) : whole.lots;
  return draft.give('release', lots, { against: { held: -whole.points }, unheld: [whole] });
}

export function refund(draft: Draft, { of, points }: Refund): Move {
  checkPoints(points);
  draft.mustBeOpen();
  const { lots: paidLots, contra } = paymentOf(draft, of);
  const paid = sumOf(paidLots);
  const { refundMarks } = draft.account;
  const refunded = refundMarks.find((mark) => mark.move === of.moveId)?.points ?? 0;
  const closesOn = addDays(businessDayOf(of.postedAt), limits.refundDays);
  if (draft.today > closesOn) throw refundWindowClosed({ paid, refunded });
  if (points > paid - refunded) throw refundExceedsPayment({ paid, refunded });
  // From the end: what lives longest comes back first, and slices never overlap.
  const lots = withGrace(sliceOf(paidLots, paid - refunded - points, points), draft.today);
  const mark: RefundMark = { move: of.moveId, points: refunded + points, closesOn };
  const open = refundMarks.filter(
    (item) => item.move !== mark.move && item.closesOn >= draft.today,
  );
  draft.set({ refundMarks: [...open, mark].slice(-limits.refundMarksMax) });
  return draft.give('refund', lots, { against: { [contra]: -points }, of: of.moveId });
}

interface Payment {
  readonly lots: readonly Lot[];
  /** Where the points went, and come back from. */
  readonly contra: SystemAccount;
}

function paymentOf(draft: Draft, of: PostedMove): Payment {
  const { type, taken = [], captured = [], unheld = [], postings } = of;
  const isOwn = of.moveId.startsWith(`${draft.account._id}.`);
  const contra = postings.donated ? 'donated' : 'redeemed';
  if (isOwn && type === 'spend') return { lots: taken, contra };
  if (isOwn && type === 'capture') return { lots: captured, contra };
  if (isOwn && type === 'forfeit') {
    return { lots: [...taken, ...unheld.flatMap(({ lots }) => lots)], contra: 'forfeited' };
  }
  throw entryNotRefundable(of.moveId);
}
