import { Schema } from 'mongoose';
import type { MemberId } from '../kernel/ids.ts';
import { defineModel } from '../platform/mongo.ts';

/** How many messages of one subscription template a member has agreed to and not got yet. */
export interface Subscription {
  /** `<member id>:<template id>`. */
  readonly _id: string;
  readonly memberId: MemberId;
  readonly templateId: string;
  readonly left: number;
  readonly changedAt: Date;
  /** The last pushes that changed it: none of them counts twice. */
  readonly causes: readonly string[];
}

const subscription = new Schema<Subscription>({
  _id: { type: String, required: true },
  memberId: { type: String, required: true },
  templateId: { type: String, required: true },
  left: { type: Number, required: true },
  changedAt: { type: Date, required: true },
  causes: { type: [String], default: [] },
});

subscription.index({ templateId: 1, memberId: 1 }); // who has agreed to this template?

export const SubscriptionModel = defineModel('subscriptions', subscription);
