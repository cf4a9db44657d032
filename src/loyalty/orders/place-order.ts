import type { Context } from '../../kernel/context.ts';
import type { MemberId, OrderId, RewardId } from '../../kernel/ids.ts';
import { isUnavailable } from '../../platform/failures.ts';
import * as ledger from '../ledger/index.ts';
import * as mall from '../mall/index.ts';
import * as members from '../members/index.ts';
import { addressMissing, orderIdReused } from './errors.ts';
import { getOrder } from './get-order.ts';
import { type Order, OrderModel } from './order.model.ts';
import type { Promised } from './order-courier.ts';

/** What a member confirms. */
export interface PlaceOrderInput {
  /** Made when the price was quoted; the confirmation carries it, so that it spends once. */
  readonly orderId: OrderId;
  readonly memberId: MemberId;
  readonly rewardId: RewardId;
  readonly quotedPoints: number;
}

/** `balance` is what can be spent, in points: after a payment as it was then, else as it is now. */
export type PlaceOrderResult =
  | {
      readonly outcome: 'placed';
      readonly order: Order;
      /** Of a code reward. */
      readonly code: string | null;
      readonly pricePoints: number;
      readonly balance: number;
    }
  /** Paid, and the order follows by itself within a minute, or the points come back. */
  | { readonly outcome: 'pending'; readonly pricePoints: number; readonly balance: number }
  /** Nothing was spent; the same order may be placed at the price of today. */
  | { readonly outcome: 'price-changed'; readonly pricePoints: number; readonly balance: number }
  /** The very lots that were given are back. */
  | { readonly outcome: 'out-of-stock'; readonly balance: number };

/**
 * Gives points for a reward: the points leave the account, and a delivery asks for the order. If the
 * stock refuses it, the same lots come back. A crash in between delays the order and loses nothing.
 * Nothing is spent when the reward no longer costs what was quoted. A repeat is told the first outcome.
 * Guide 8.4, ledger 7.
 * @throws REWARD_NOT_FOUND, OFFER_NOT_OPEN, OFFER_CLOSED, REWARD_LIMIT_REACHED, ADDRESS_MISSING,
 * POINTS_INSUFFICIENT, ACCOUNT_FROZEN, KEY_REUSED, MEMBER_NOT_FOUND
 */
export async function placeOrder(ctx: Context, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  const { orderId, memberId, rewardId } = input;
  const offer = await offerFor(ctx, input);
  const { outcome, balance } = await ledger.post(ctx, memberId, `order:${orderId}`, (book) =>
    paid(book, offer),
  );
  const { deliveryId, pricePoints } = outcome;
  if (!deliveryId) return { outcome: 'price-changed', pricePoints, balance };
  if (outcome.rewardId !== rewardId) throw orderIdReused(orderId);
  try {
    const receipt = await ledger.carry(ctx, memberId, deliveryId);
    if (receipt.outcome === 'refused') return await returned(ctx, memberId);
    const order = await getOrder(ctx, orderId);
    const issued = order.fulfilment === 'code' ? await mall.codeOf(ctx, orderId) : null;
    const code = issued?.code ?? null;
    return { outcome: 'placed', order, code, pricePoints, balance: outcome.balance };
  } catch (error) {
    // The points are given, so that a refusal would be a lie: the delivery brings the order, or they return.
    const level = isUnavailable(error) ? 'warn' : 'error';
    ctx.log[level]({ err: error, orderId }, 'order follows its payment later');
    return { outcome: 'pending', pricePoints, balance: outcome.balance };
  }
}

/** All that the decision rests on, read before it. */
interface Offer {
  readonly input: PlaceOrderInput;
  readonly now: Date;
  readonly reward: mall.Reward;
  /** Orders of this member and reward; only counted where there is a limit. */
  readonly placedBefore: number;
  readonly hasAddress: boolean;
}

async function offerFor(ctx: Context, input: PlaceOrderInput): Promise<Offer> {
  const { memberId, rewardId } = input;
  const reward = await mall.getReward(ctx, rewardId);
  const [placedBefore, member] = await Promise.all([
    reward.perMember === null ? 0 : placedOf(memberId, rewardId),
    reward.fulfilment === 'shipment' ? members.getMember(ctx, memberId) : null,
  ]);
  return { input, now: ctx.now, reward, placedBefore, hasAddress: Boolean(member?.address) };
}

type Paid = {
  readonly deliveryId: string | null;
  readonly rewardId: RewardId;
  readonly pricePoints: number;
  readonly balance: number;
};

// All refusals are in here, so that a repeat is told its first outcome and not today's price or limit.
function paid(book: ledger.Book, { input, now, reward, placedBefore, hasAddress }: Offer): Paid {
  const { name: rewardName, pricePoints, unit, fulfilment } = reward;
  const { orderId, rewardId, quotedPoints } = input;
  mall.mustBeOffered(reward, now);
  if (pricePoints !== quotedPoints) {
    return { deliveryId: null, rewardId, pricePoints, balance: book.balance };
  }
  if (fulfilment === 'shipment' && !hasAddress) throw addressMissing();
  mall.countRedemption(book, reward, placedBefore);
  const refundable = book.spend({ points: pricePoints, purpose: 'redemption' });
  const payload: Promised = { rewardId, rewardName, unit, pricePoints, fulfilment };
  const { deliveryId } = book.deliver({ type: 'order', to: orderId, payload, refundable });
  return { deliveryId, rewardId, pricePoints, balance: book.balance };
}

function placedOf(memberId: MemberId, rewardId: RewardId): Promise<number> {
  return OrderModel.countDocuments({
    memberId,
    rewardId,
    status: { $nin: ['cancelled', 'refunded'] },
  }).exec();
}

async function returned(ctx: Context, memberId: MemberId): Promise<PlaceOrderResult> {
  const { available } = await ledger.balanceOf(ctx, memberId);
  return { outcome: 'out-of-stock', balance: available };
}
