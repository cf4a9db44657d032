import { Schema } from 'mongoose';
import type { MemberId } from '../kernel/ids.ts';
import { defineModel } from '../platform/mongo.ts';

export const NOTICE_KINDS = ['points-changed', 'order-shipped', 'points-expiring'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What became of a notice. `skipped` and `failed` say why in `because`. */
const NOTICE_STATUSES = ['waiting', 'sent', 'skipped', 'failed'] as const;
export type NoticeStatus = (typeof NOTICE_STATUSES)[number];

/** One message that we start, to one member, about one entry, order or day of expiry. */
export interface Notice {
  /** `<kind>:<entry or order id>`, for expiry `points-expiring:<member id>:<day>`: told once. */
  readonly _id: string;
  readonly kind: NoticeKind;
  readonly memberId: MemberId;
  /** The entry, the order or the day that it is about. */
  readonly about: string;
  /** When it may go out; quiet hours are waited out. */
  readonly dueAt: Date;
  readonly status: NoticeStatus;
  readonly because?: string;
  /** How often sending failed in a way that may pass. */
  readonly failures: number;
  readonly sentAt?: Date;
  /** The platform's number of the message, by which its delivery is reported. */
  readonly templateMsgId?: string;
  /** What the platform reported afterwards. */
  readonly delivery?: 'success' | 'blocked' | 'failed';
}

const notice = new Schema<Notice>({
  _id: { type: String, required: true },
  kind: { type: String, required: true, enum: NOTICE_KINDS },
  memberId: { type: String, required: true },
  about: { type: String, required: true },
  dueAt: { type: Date, required: true },
  status: { type: String, required: true, enum: NOTICE_STATUSES },
  because: String,
  failures: { type: Number, required: true },
  sentAt: Date,
  templateMsgId: String,
  delivery: { type: String, enum: ['success', 'blocked', 'failed'] },
});

notice.index({ status: 1, dueAt: 1 }); // what is to be sent now, longest overdue first?
notice.index({ memberId: 1, sentAt: -1 }); // how many notices did this member get lately?
notice.index({ templateMsgId: 1 }, { sparse: true }); // which notice does this delivery report mean?

export const NoticeModel = defineModel('notices', notice);
