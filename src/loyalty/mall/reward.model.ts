import { Schema } from 'mongoose';
import type { RewardId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';

const FULFILMENTS = ['code', 'shipment'] as const;
/** How a reward reaches the member: a code said in the chat, or a parcel. */
export type Fulfilment = (typeof FULFILMENTS)[number];

const REWARD_STATUSES = ['on', 'off'] as const;

/** What the mall offers for points. */
export interface Reward {
  readonly _id: RewardId;
  readonly name: string;
  /** The word one piece is counted with: 张, 个, 盒 … */
  readonly unit: string;
  readonly pricePoints: number;
  readonly fulfilment: Fulfilment;
  /** How many days a code can be used, the day it was issued included; null without end. */
  readonly validDays: number | null;
  /** How many one member may redeem, ever; null without a limit. */
  readonly perMember: number | null;
  /** The first instant at which it can be redeemed; null from always. */
  readonly availableFrom: Date | null;
  /** The first instant at which it can no longer be redeemed; null without end. */
  readonly availableUntil: Date | null;
  /** What is off is neither listed nor redeemed; orders placed before go on. */
  readonly status: (typeof REWARD_STATUSES)[number];
  /** Its place in the list, lowest first. */
  readonly order: number;
  readonly description: string;
}

const whole = { type: Number, validate: (n: number | null) => n === null || Number.isInteger(n) };

const reward = new Schema<Reward>({
  _id: { type: String, required: true },
  name: { type: String, required: true },
  unit: { type: String, required: true },
  pricePoints: { ...whole, required: true, min: 1, max: 1_000_000_000 },
  fulfilment: { type: String, required: true, enum: FULFILMENTS },
  validDays: { ...whole, min: 1, default: null },
  perMember: { ...whole, min: 1, default: null },
  availableFrom: { type: Date, default: null },
  availableUntil: { type: Date, default: null },
  status: { type: String, required: true, enum: REWARD_STATUSES },
  order: { type: Number, required: true },
  description: { type: String, default: '' },
});

reward.index({ status: 1, order: 1 }); // what is on offer, in the order of the list?

export const RewardModel = defineModel('rewards', reward);
