import { Schema } from 'mongoose';
import type { MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { BroadcastId } from './broadcast.model.ts';

/**
 * `open`: somebody is sending it, or died while at it. `waiting`: a part of it was certainly not sent
 * yet, and nobody is at it. `done`: what became of everybody in it is known, and never changes.
 */
const BATCH_STATUSES = ['open', 'waiting', 'done'] as const;

/** What became of one recipient who was not simply sent it. */
export interface Exception {
  readonly memberId: MemberId;
  readonly outcome: 'failed' | 'skipped' | 'unknown';
  readonly because: string;
}

/**
 * The members from one place of the audience to another. A batch is written down before its first
 * message goes out, and its number is unique: so nobody is in two batches, whoever sends.
 */
export interface BroadcastBatch {
  /** `<broadcast id>.<number, 7 digits>`. */
  readonly _id: string;
  readonly broadcastId: BroadcastId;
  /** From 1, in the order of the audience. */
  readonly number: number;
  readonly status: (typeof BATCH_STATUSES)[number];
  /** Which run of the job is at it. */
  readonly run: string;
  /** When its recipients were last decided on; whatever is sent under its ids is sent later. */
  readonly claimedAt: Date;
  readonly settledAt: Date | null;
  /** The last member that it is about; the next batch begins behind them. */
  readonly until: MemberId | null;
  /** Who was looked at: `recipients` and those who are skipped. */
  readonly considered: number;
  readonly recipients: readonly MemberId[];
  /** Those of them whose fate is open; null for all of them. */
  readonly pending: readonly MemberId[] | null;
  readonly exceptions: readonly Exception[];
  /** Who was left out before anything was sent, by cause. */
  readonly skipped: Readonly<Record<string, number>>;
  /** The platform's number of a mass message. */
  readonly massMsgId: string | null;
  /**
   * The platform's numbers of messages to one member each, in the order of `recipients`: null where
   * there is none. Empty for ways without numbers; older releases wrote none.
   */
  readonly msgIds?: readonly (string | null)[];
  /** What the platform reported of them, by `receiptKeyOf`. */
  readonly receipts?: Receipts;
}

/** `delivered`, `blocked`, or why it was not delivered. */
export type Receipts = Readonly<Record<string, string>>;

const batch: Schema = new Schema({
  _id: { type: String, required: true },
  broadcastId: { type: String, required: true },
  number: { type: Number, required: true },
  status: { type: String, required: true, enum: BATCH_STATUSES },
  run: { type: String, required: true },
  claimedAt: { type: Date, required: true },
  settledAt: { type: Date, default: null },
  until: { type: String, default: null },
  considered: { type: Number, required: true },
  recipients: { type: [String], required: true },
  pending: { type: [String], default: null },
  exceptions: { type: [Schema.Types.Mixed], required: true },
  skipped: { type: Schema.Types.Mixed, required: true },
  massMsgId: { type: String, default: null },
  msgIds: { type: [String], default: undefined },
  receipts: { type: Schema.Types.Mixed },
});

batch.index({ broadcastId: 1, until: 1 }); // in which batch of a broadcast is this member?

export const BroadcastBatchModel = defineModel<BroadcastBatch>(
  'broadcast_batches',
  batch as Schema<BroadcastBatch>,
);

const NUMBER_DIGITS = 7;

export function batchIdOf(broadcastId: BroadcastId, number: number): string {
  return `${broadcastId}.${String(number).padStart(NUMBER_DIGITS, '0')}`;
}

/** For filters: the batches of a broadcast behind a number, found by their ids. */
export function batchesBehind(broadcastId: BroadcastId, number: number) {
  return { _id: { $gt: batchIdOf(broadcastId, number), $lt: `${broadcastId}/` } };
}
