import type { OrderId, RewardId } from '../../kernel/ids.ts';
import type { DialogForm, Standing } from '../turn.ts';

export const REDEEM: DialogForm = { name: 'redeem', version: 1 };

/** How far the list of rewards was shown; numbers are counted through all of its pages. */
export interface Shown {
  readonly rewardIds: readonly RewardId[];
  readonly count: number;
}

/** What was quoted, and the id of the order that its confirmation will make. */
export interface Quoted {
  readonly rewardId: RewardId;
  readonly name: string;
  readonly pricePoints: number;
  readonly orderId: OrderId;
}

/**
 * `list`: choose one. `address`: it has to be filled in. `confirm`: the question "really?".
 * `paid`: the points are being given, or are given and the order follows.
 */
export interface RedeemState {
  readonly shown: Shown | null;
  readonly quoted: Quoted | null;
}

export type RedeemStanding = Standing<RedeemState>;
