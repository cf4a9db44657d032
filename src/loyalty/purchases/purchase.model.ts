import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Id, MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import { type Aggregate, outboxField } from '../../platform/outbox.ts';
import type { Event } from '../events/index.ts';
import type { PurchaseLine } from '../rules/index.ts';

/** What came back of a sale, and what that takes. */
export interface Refund {
  /** What the partner calls it; unique within the sale. */
  readonly refundId: string;
  /** What was paid back. */
  readonly amountFen: number;
  readonly lines: readonly PurchaseLine[] | null;
  readonly refundedAt: Date;
  readonly recordedAt: Date;
  /** What it takes by the rules of the sale, as decided when it was recorded. */
  readonly points: number;
}

/** One sale that a shop or a partner reported, and what it earns. */
export interface Purchase extends Aggregate<Event> {
  readonly _id: Id<'pur'>;
  /** Who reported it: the id of the partner's key. */
  readonly source: string;
  /** What the partner calls it; unique within the source. */
  readonly purchaseId: string;
  readonly memberId: MemberId;
  /** What was actually paid. */
  readonly amountFen: number;
  readonly lines: readonly PurchaseLine[] | null;
  readonly paidAt: Date;
  readonly recordedAt: Date;
  /** As quoted when it was recorded: whoever posts it later posts this, whatever the rules are then. */
  readonly earning: {
    readonly points: number;
    readonly expiresOn: BusinessDay;
    readonly sources: readonly { readonly source: string; readonly points: number }[];
    readonly ruleVersion: string;
  };
  /** In the order in which they were recorded; sales of before there were refunds have none. */
  readonly refunds?: readonly Refund[];
}

const fen = { type: Number, required: true, min: 0, validate: Number.isSafeInteger };

const lines = {
  type: [{ category: { type: String, required: true }, amountFen: fen, _id: false }],
  default: null,
};

const purchase = new Schema<Purchase>({
  _id: { type: String, required: true },
  source: { type: String, required: true },
  purchaseId: { type: String, required: true },
  memberId: { type: String, required: true },
  amountFen: fen,
  lines,
  paidAt: { type: Date, required: true },
  recordedAt: { type: Date, required: true },
  earning: {
    type: {
      points: { type: Number, required: true },
      expiresOn: { type: String, required: true },
      sources: { type: [{ source: String, points: Number, _id: false }], required: true },
      ruleVersion: { type: String, required: true },
    },
    required: true,
    _id: false,
  },
  refunds: {
    type: [
      {
        refundId: { type: String, required: true },
        amountFen: fen,
        lines,
        refundedAt: { type: Date, required: true },
        recordedAt: { type: Date, required: true },
        points: { type: Number, required: true, min: 0, validate: Number.isSafeInteger },
        _id: false,
      },
    ],
    default: [],
  },
  outbox: outboxField,
});

purchase.index({ source: 1, purchaseId: 1 }, { unique: true }); // was this sale reported before?
purchase.index({ 'outbox.dueAt': 1 }); // the relay: which sales still have to earn, soonest first

export const PurchaseModel = defineModel('purchases', purchase);
