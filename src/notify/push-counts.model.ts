import { Schema } from 'mongoose';
import type { BusinessDay } from '../kernel/business-day.ts';
import type { MemberId } from '../kernel/ids.ts';
import { defineModel } from '../platform/mongo.ts';

/** The pushes that a member got lately, or is about to get. */
export interface PushCounts {
  readonly _id: MemberId;
  /** The last ones, oldest first. `id` names the notice or the broadcast, so that none counts twice. */
  readonly pushes: readonly { readonly id: string; readonly day: BusinessDay }[];
}

/** More than the limits of 31 days let through. */
export const PUSHES_KEPT = 8;

const counts = new Schema<PushCounts>({
  _id: { type: String, required: true },
  pushes: {
    type: [
      {
        _id: false,
        id: { type: String, required: true },
        day: { type: String, required: true },
      },
    ],
    default: [],
  },
});

export const PushCountsModel = defineModel('push_counts', counts);
