import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Id, MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import { type Aggregate, outboxField } from '../../platform/outbox.ts';

export type AdjustmentId = Id<'adj'>;

/** Why points are corrected: a failure of ours made good, a mistake, points of an older programme. */
export const ADJUSTMENT_CATEGORIES = ['compensation', 'correction', 'migration'] as const;
export type AdjustmentCategory = (typeof ADJUSTMENT_CATEGORIES)[number];

/** `approved` until the books have it; `refused` when they would not. */
export const ADJUSTMENT_STATUSES = [
  'requested',
  'approved',
  'booked',
  'rejected',
  'refused',
] as const;
export type AdjustmentStatus = (typeof ADJUSTMENT_STATUSES)[number];

/** Two people agreed, and the books have to follow. */
export type AdjustmentApproved = {
  readonly type: 'adjustment.approved';
  readonly requestId: AdjustmentId;
};

/** A correction of one member's points that one person asked for and another decides about. */
export interface Adjustment {
  readonly _id: AdjustmentId;
  readonly memberId: MemberId;
  /** Negative takes from the member. */
  readonly points: number;
  readonly category: AdjustmentCategory;
  /** Free text; it stays here, an entry holds the id alone. */
  readonly reason: string;
  /** The complaint that is made good, as people call it; one request for each member and case. */
  readonly caseRef: string | null;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly status: AdjustmentStatus;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  /** As quoted on approval: whoever books it later books this. Null for points that are taken. */
  readonly expiresOn: BusinessDay | null;
  /** The rules that gave the expiry. */
  readonly ruleVersion: string | null;
  /** The ledger's code, when it said no. */
  readonly refusal: string | null;
}

export interface StoredAdjustment extends Adjustment, Aggregate<AdjustmentApproved> {
  readonly _id: AdjustmentId;
  /** What may be there once; given up when the request comes to nothing, or has no case and is decided. */
  readonly uniqueAs?: string;
}

const text = { type: String, default: null };

const adjustment = new Schema<StoredAdjustment>({
  _id: { type: String, required: true },
  memberId: { type: String, required: true },
  points: { type: Number, required: true, validate: Number.isSafeInteger },
  category: { type: String, required: true, enum: ADJUSTMENT_CATEGORIES },
  reason: { type: String, required: true },
  caseRef: text,
  requestedBy: { type: String, required: true },
  requestedAt: { type: Date, required: true },
  status: { type: String, required: true, enum: ADJUSTMENT_STATUSES },
  decidedBy: text,
  decidedAt: { type: Date, default: null },
  expiresOn: text,
  ruleVersion: text,
  refusal: text,
  uniqueAs: { type: String },
  outbox: outboxField,
});

// was this asked for before?
adjustment.index(
  { uniqueAs: 1 },
  { unique: true, partialFilterExpression: { uniqueAs: { $type: 'string' } } },
);
adjustment.index({ status: 1, _id: -1 }); // which requests wait for a decision, newest first?
adjustment.index({ memberId: 1, _id: -1 }); // what was corrected for this member, newest first?
adjustment.index({ 'outbox.dueAt': 1 }); // the relay: what the books have to follow, soonest first

export const AdjustmentModel = defineModel('adjustment_requests', adjustment);

/** What others see of a request. */
export const SEEN = { outbox: 0, uniqueAs: 0 } as const;
