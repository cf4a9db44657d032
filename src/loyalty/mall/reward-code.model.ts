import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Id, OrderId, RewardId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';

const CODE_STATES = ['loading', 'free', 'issued'] as const;

/** One code of a reward, given to one order and never again. */
export interface RewardCode {
  readonly _id: Id<'cod'>;
  readonly rewardId: RewardId;
  readonly batchId: string;
  /** Encrypted: who reads the database cannot spend it. */
  readonly code: string;
  /** Recognises the same code without reading it. */
  readonly codeHash: string;
  /** `loading` until its whole batch is there; only `free` codes are issued. */
  readonly state: (typeof CODE_STATES)[number];
  readonly orderId?: OrderId;
  readonly issuedAt?: Date;
  /** The first business day on which it can no longer be used; null without end. */
  readonly expiresOn?: BusinessDay | null;
}

const rewardCode = new Schema<RewardCode>({
  _id: { type: String, required: true },
  rewardId: { type: String, required: true },
  batchId: { type: String, required: true },
  code: { type: String, required: true },
  codeHash: { type: String, required: true },
  state: { type: String, required: true, enum: CODE_STATES },
  orderId: String,
  issuedAt: Date,
  expiresOn: String,
});

rewardCode.index({ rewardId: 1, codeHash: 1 }, { unique: true }); // is this code there already?
rewardCode.index({ rewardId: 1, state: 1, _id: 1 }); // which free code was there first?
rewardCode.index({ rewardId: 1, batchId: 1, state: 1, _id: 1 }); // how much of this batch is there?
rewardCode.index(
  { orderId: 1 },
  { unique: true, partialFilterExpression: { orderId: { $exists: true } } },
); // which code has this order? One, whoever asks at once.

export const RewardCodeModel = defineModel('reward_codes', rewardCode);
