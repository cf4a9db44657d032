import { newId, type RewardId } from '../../kernel/ids.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as settings from '../../loyalty/settings/index.ts';
import type { Reply } from '../../wechat/index.ts';
import type { Turn } from '../turn.ts';
import { alike, findIn, isAffordable, type Offer, offerFor } from './offer.ts';
import { type Quoted, REDEEM, type RedeemState, type Shown } from './redeem-state.ts';
import { listed } from './reward-list.ts';

/**
 * Says what a reward costs and what is left after it, and waits for the confirmation; or why it cannot
 * be had. The order that the confirmation will make has its id from here on.
 * @throws REWARD_NOT_FOUND, OFFER_NOT_OPEN, OFFER_CLOSED
 */
export async function showQuote(
  turn: Turn,
  { rewardId, shown }: { readonly rewardId: RewardId; readonly shown: Shown | null },
): Promise<Reply> {
  const { ctx, member } = turn;
  const offer = await offerFor(ctx, turn);
  const reward = findIn(offer, rewardId);
  if (!reward) {
    turn.dialogs.end();
    const gone = await mall.getReward(ctx, rewardId);
    mall.mustBeOffered(gone, ctx.now);
    return turn.say('redeem.oos.alone', { name: gone.name });
  }
  if (reward.left < 1) return soldOut(turn, offer, reward);
  if (!isAffordable(offer, reward)) return tooDear(turn, offer, reward);
  const { name, pricePoints } = reward;
  const quoted = { rewardId, name, pricePoints, orderId: newId('ord', ctx.now) };
  if (reward.fulfilment === 'code') return askForCode(turn, { offer, reward, shown, quoted });
  const address = await members.addressOf(ctx, member._id);
  if (address) return askForParcel(turn, { offer, reward, shown, quoted, address });
  turn.dialogs.goTo(REDEEM, { step: 'address', state: { shown, quoted } satisfies RedeemState });
  const url = turn.links.address(member._id, ctx.now);
  return turn.say('redeem.address', { ...costOf(offer, reward), url });
}

/** Asks for the confirmation once the address is there. */
export async function askWithAddress(
  turn: Turn,
  { quoted, shown }: { readonly quoted: Quoted; readonly shown: Shown | null },
): Promise<Reply> {
  const { ctx, member } = turn;
  const address = await members.addressOf(ctx, member._id);
  const url = turn.links.address(member._id, ctx.now);
  if (!address) return turn.say('redeem.address.missing', { url });
  const { bigSpend } = await waitForConfirmation(turn, { quoted, shown });
  const { pricePoints: points, orderId } = quoted;
  const where = masked(address);
  return points > bigSpend
    ? turn.say('redeem.address.big', { ...where, points, typed: points })
    : turn.say('redeem.address.confirm', { ...where, points, orderId });
}

/** Opens the question "really?" for its minutes. */
export async function waitForConfirmation(turn: Turn, state: RedeemState) {
  const confirm = await settings.read(turn.ctx, 'confirm');
  turn.dialogs.goTo(REDEEM, { step: 'confirm', state, lifeMinutes: confirm.ttlMinutes });
  return confirm;
}

interface Quote {
  readonly offer: Offer;
  readonly reward: mall.Reward;
  readonly shown: Shown | null;
  readonly quoted: Quoted;
}

async function askForCode(turn: Turn, { offer, reward, shown, quoted }: Quote): Promise<Reply> {
  const confirm = await waitForConfirmation(turn, { shown, quoted });
  const cost = { ...costOf(offer, reward), minutes: confirm.ttlMinutes };
  const { orderId, pricePoints } = quoted;
  if (pricePoints > confirm.bigSpend) {
    return turn.say('redeem.quote.big', { ...cost, typed: pricePoints });
  }
  return reward.validDays === null
    ? turn.say('redeem.quote.plain', { ...cost, orderId })
    : turn.say('redeem.quote', { ...cost, orderId, validDays: reward.validDays });
}

async function askForParcel(
  turn: Turn,
  { offer, reward, shown, quoted, address }: Quote & { readonly address: members.Address },
): Promise<Reply> {
  const { bigSpend } = await waitForConfirmation(turn, { shown, quoted });
  const facts = { ...costOf(offer, reward), ...masked(address) };
  const { orderId, pricePoints } = quoted;
  return pricePoints > bigSpend
    ? turn.say('redeem.quote.shipment.big', { ...facts, typed: pricePoints })
    : turn.say('redeem.quote.shipment', { ...facts, orderId });
}

function costOf({ balance }: Offer, { name, unit, pricePoints }: mall.Reward) {
  const after = balance - pricePoints;
  return { name, count: 1, unit, points: pricePoints, before: balance, after };
}

function masked(address: members.Address) {
  const { name: receiver, phone, region } = members.maskedAddress(address);
  return { receiver, phone, region };
}

function tooDear(turn: Turn, offer: Offer, reward: mall.OfferedReward): Reply {
  const { balance } = offer;
  const { name, pricePoints: points } = reward;
  const facts = { name, points, balance, missing: points - balance };
  const others = alike(offer, reward);
  if (others.length > 0) {
    return turn.say('redeem.short', { ...facts, rows: listed(turn, others) });
  }
  leaveRedeem(turn);
  return turn.say('redeem.short.alone', facts);
}

function soldOut(turn: Turn, offer: Offer, reward: mall.OfferedReward): Reply {
  const { name } = reward;
  const others = alike(offer, reward);
  if (others.length > 0) return turn.say('redeem.oos', { name, rows: listed(turn, others) });
  leaveRedeem(turn);
  return turn.say('redeem.oos.alone', { name });
}

function leaveRedeem({ dialogs }: Turn): void {
  if (dialogs.current?.name === REDEEM.name) dialogs.end();
}
