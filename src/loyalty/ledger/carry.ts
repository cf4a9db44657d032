import { assert } from '../../kernel/assert.ts';
import { businessDayOf } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import { POINTS } from './deliveries.ts';
import type { Courier, Engine, Receipt } from './engine.ts';
import type { Delivery } from './entry.model.ts';
import { entryOf } from './entry-of.ts';
import type { AccountId } from './points.ts';
import { post } from './post.ts';
import { enqueue } from './queue.ts';
import { StoreError } from './store.ts';

const ACCEPTED: Receipt = { outcome: 'accepted', facts: {} };

export interface Sent {
  readonly accountId: AccountId;
  readonly deliveryId: string;
}

/** Carries a delivery now. Any number of times, from anywhere: the receipt never changes. */
export async function carry(
  engine: Engine,
  ctx: Context,
  { accountId, deliveryId }: Sent,
): Promise<Receipt> {
  const account = await engine.store.account(accountId);
  const open = account?.deliveries.find((item) => item.deliveryId === deliveryId);
  return open
    ? carryOpen(engine, ctx, { accountId, delivery: open })
    : receiptOf(engine, account, deliveryId);
}

/**
 * The receipt of a delivery that is not open any more: refused exactly when this very state says so.
 * A state that is older than the delivery knows nothing.
 */
async function receiptOf(
  engine: Engine,
  account: Account | null,
  deliveryId: string,
): Promise<Receipt> {
  const seq = Number(/\.(\d+)#\d+$/.exec(deliveryId)?.[1]);
  assert(Number.isSafeInteger(seq), `${deliveryId} is no delivery`);
  if (!account || account.seq < seq) throw new StoreError('this state is older than the delivery');
  const waiting = account.outbox.find((entry) => entry.seq === seq);
  const [sent] = waiting ? [waiting] : await engine.store.entriesBetween(account._id, seq, seq);
  if (!sent) throw new StoreError('an entry that was relayed is not visible yet');
  const key = deliveryKey('answered', { deliveryId, sentAt: sent.postedAt });
  const answer = await entryOf(engine, account, key);
  if (!answer) return ACCEPTED;
  const { outcome, code, facts } = answer.outcome as { [name: string]: unknown };
  const told = (facts ?? {}) as Facts;
  if (outcome === 'refused') return { outcome: 'refused', code: String(code), facts: told };
  return { outcome: 'accepted', facts: told };
}

interface Open {
  readonly accountId: AccountId;
  readonly delivery: Delivery;
}

export async function carryOpen(
  engine: Engine,
  ctx: Context,
  { accountId, delivery }: Open,
): Promise<Receipt> {
  const { deliveryId, type } = delivery;
  const courier = engine.couriers.get(type);
  assert(courier, `no courier for ${type}`);
  const receipt = await courier.carry(ctx, delivery, accountId);
  const isBooked = receipt.outcome === 'refused' || courier.onAccepted !== undefined;
  if (!isBooked) {
    await enqueue(engine, accountId, { ctx, upkeep: 'close', deliveryId });
    // Its facts are kept nowhere, so they are told to nobody: a receipt never changes.
    return ACCEPTED;
  }
  await post(engine, accountId, {
    ctx,
    key: deliveryKey('answered', delivery),
    answers: deliveryId,
    decide: (book) => ({
      ...bookedBy(courier, receipt)(book, delivery, receipt),
      ...told(receipt),
    }),
  });
  return receipt;
}

function bookedBy(courier: Courier, { outcome }: Receipt): Courier['onRefused'] {
  const { onAccepted, onRefused } = courier;
  const books = outcome === 'refused' ? onRefused : onAccepted;
  assert(books, `${courier.type} books what was accepted`);
  return books.bind(courier);
}

/** What the answer's entry keeps of a receipt. */
function told(receipt: Receipt): Facts {
  const { outcome, facts } = receipt;
  return {
    outcome,
    ...(receipt.outcome === 'refused' && { code: receipt.code }),
    ...(Object.keys(facts).length > 0 && { facts }),
  };
}

/** Names one side of a delivery. It tells the day of sending, so that it needs no look-up. */
export function deliveryKey(
  side: 'received' | 'answered',
  { deliveryId, sentAt }: Pick<Delivery, 'deliveryId' | 'sentAt'>,
): string {
  return `${side}:${businessDayOf(sentAt)}:${deliveryId}`;
}

/** The ledger's own courier: points from member to member. The receiver's account decides, on record. */
export function pointsCourier(engine: Engine): Courier {
  return {
    type: POINTS,
    async carry(ctx, delivery) {
      const key = deliveryKey('received', delivery);
      const { outcome } = await post(engine, delivery.to as AccountId, {
        ctx,
        key,
        decide: (book) => {
          if (book.status !== 'active') return book.refuse(`RECEIVER_${book.status.toUpperCase()}`);
          book.receive(delivery);
          return { outcome: 'received' };
        },
      });
      if (outcome.outcome !== 'refused') return ACCEPTED;
      return { outcome: 'refused', code: String(outcome.code), facts: {} };
    },
    onRefused(book, delivery) {
      book.takeBack(delivery);
      return {};
    },
  };
}
