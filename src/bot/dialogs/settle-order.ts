import { newId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import { isUnavailable } from '../../platform/failures.ts';
import type { Reply } from '../../wechat/index.ts';
import { outcomeOpen } from '../outcome-open.ts';
import { newSupportCode } from '../support-code.ts';
import type { Turn } from '../turn.ts';
import { waitForConfirmation } from './quote.ts';
import { type Quoted, REDEEM, type RedeemState, type Shown } from './redeem-state.ts';

const REPEATED_MS = 10 * 60_000;

type Result = orders.PlaceOrderResult;
type Outcome<Name> = Extract<Result, { outcome: Name }>;

interface Confirmed {
  readonly quoted: Quoted;
  readonly shown: Shown | null;
}

/**
 * Places the confirmed order and says what came of it. The same confirmation, however often and by
 * whatever message, gets the same words.
 * @throws what `orders.placeOrder` refuses; the conversation is over then
 */
export async function settle(turn: Turn, { quoted, shown }: Confirmed): Promise<Reply> {
  const { dialogs } = turn;
  const paid: RedeemState = { shown, quoted };
  // From here on nothing may be said as if it had not been paid.
  dialogs.goTo(REDEEM, { step: 'paid', state: paid });
  await dialogs.keep();
  const result = await place(turn, quoted).catch((error: unknown) => {
    if (isUnavailable(error)) throw outcomeOpen(error);
    dialogs.end();
    throw error;
  });
  if (result.outcome === 'price-changed') return quoteAnew(turn, { result, quoted, shown });
  dialogs.end();
  if (result.outcome === 'pending') {
    dialogs.goTo(REDEEM, { step: 'paid', state: { shown: null, quoted } satisfies RedeemState });
  }
  return resultWords(turn, result);
}

/**
 * What 确认 says when nothing waits for it: the result of an order of the last ten minutes once more,
 * so that nobody who asks twice is told to pay again. `token` is what a tapped word carried.
 */
export async function confirmNothing(turn: Turn, token: string | null): Promise<Reply> {
  const since = new Date(turn.ctx.now.getTime() - REPEATED_MS);
  const order = await orders.recentOrderOf(turn.ctx, turn.member._id, since);
  if (order && (token === null || token === order._id)) {
    const { _id: orderId, rewardId, pricePoints } = order;
    return resultWords(turn, await place(turn, { orderId, rewardId, pricePoints }));
  }
  return turn.say(token === null ? 'confirm.none' : 'confirm.stale');
}

function place(
  { ctx, member }: Turn,
  { orderId, rewardId, pricePoints }: Omit<Quoted, 'name'>,
): Promise<Result> {
  const order = { orderId, memberId: member._id, rewardId, quotedPoints: pricePoints };
  return orders.placeOrder(ctx, order);
}

function resultWords(turn: Turn, result: Result): Reply | Promise<Reply> {
  switch (result.outcome) {
    case 'placed':
      return placedWords(turn, result);
    case 'pending':
      return pendingWords(turn, result);
    case 'out-of-stock':
      return turn.say('redeem.race', { balance: result.balance });
    case 'price-changed':
      // Cannot be: an order that exists was paid at its price.
      return turn.say('confirm.none');
  }
}

function placedWords({ say }: Turn, { order, code, balance }: Outcome<'placed'>): Reply {
  const { number, codeExpiresOn, fulfilment } = order;
  if (fulfilment === 'shipment') return say('redeem.done.shipment', { balance, number });
  if (code === null) return say('order.code.pending', { name: order.rewardName, number });
  return codeExpiresOn === null
    ? say('redeem.done.virtual.open', { balance, code })
    : say('redeem.done.virtual', { balance, code, lastDay: codeExpiresOn });
}

function pendingWords({ ctx, say }: Turn, { pricePoints }: Outcome<'pending'>): Reply {
  const code = newSupportCode();
  ctx.log.warn({ supportCode: code, cause: ctx.cause }, 'redemption answered as pending');
  return say('redeem.pending', { points: pricePoints, code });
}

/** The price is another one now: nothing was spent, and this is a new question with an id of its own. */
async function quoteAnew(
  turn: Turn,
  { result, quoted, shown }: Confirmed & { readonly result: Outcome<'price-changed'> },
): Promise<Reply> {
  const { pricePoints: points } = result;
  const { available: before } = await ledger.balanceOf(turn.ctx, turn.member._id);
  if (points > before) {
    turn.dialogs.end();
    const { name } = quoted;
    return turn.say('redeem.short.alone', {
      name,
      points,
      balance: before,
      missing: points - before,
    });
  }
  const anew = { ...quoted, pricePoints: points, orderId: newId('ord', turn.ctx.now) };
  await waitForConfirmation(turn, { quoted: anew, shown });
  const { orderId } = anew;
  const after = before - points;
  return turn.say('confirm.changed', { points, was: quoted.pricePoints, before, after, orderId });
}
