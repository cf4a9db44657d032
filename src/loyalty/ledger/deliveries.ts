import { assert } from '../../kernel/assert.ts';
import type { Gift, Message } from './book.ts';
import { checkPoints, type Draft } from './draft.ts';
import type { Delivery, Move } from './entry.model.ts';
import { sumOf, withGrace } from './lots.ts';

/** The type of deliveries that carry points from member to member. */
export const POINTS = 'points';

export function send(draft: Draft, { to, points, payload = {} }: Gift): Delivery {
  checkPoints(points);
  draft.mustBeActive();
  const { taken = [] } = draft.take('send', points, {
    against: { inTransit: points },
    purpose: 'transfer',
  });
  return draft.addDelivery({ type: POINTS, to, payload, lots: taken, contra: 'inTransit' });
}

export function deliver(draft: Draft, { type, to, payload, refundable }: Message): Delivery {
  draft.mustBeOpen();
  const isOwn = refundable === undefined || draft.moves.includes(refundable);
  assert(isOwn, 'what can come back was moved by this entry');
  const contra = refundable?.postings.donated ? 'donated' : 'redeemed';
  return draft.addDelivery({ type, to, payload, lots: refundable?.taken ?? [], contra });
}

/** The lots of another member's delivery arrive, with their kinds and days. */
export function receive(draft: Draft, { lots, deliveryId }: Delivery): Move {
  draft.mustBeActive();
  return draft.give('receive', lots, { against: { inTransit: -sumOf(lots) }, of: deliveryId });
}

/** The receiver refused: the very lots come back. What expired on the way is valid a few days more. */
export function takeBack(draft: Draft, { lots, contra, deliveryId }: Delivery): Move {
  const { today } = draft;
  const back = lots.flatMap((lot) => (lot.expiresOn > today ? lot : withGrace([lot], today)));
  return draft.give('return', back, { against: { [contra]: -sumOf(lots) }, of: deliveryId });
}
