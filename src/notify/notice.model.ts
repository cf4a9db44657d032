import { Schema } from 'mongoose';
import type { MemberId } from '../kernel/ids.ts';
import { defineModel } from '../platform/mongo.ts';
import type { NoticeChannel, Sending } from './channels/channel.ts';

/** Notices that fill a template of the account; each has a form in templates/notices. */
export const NOTICE_KINDS = ['points-changed', 'order-shipped', 'points-expiring'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** Notices that are texts only: no template is made for them. */
const TEXT_KINDS = ['order-code', 'checkin-reminder'] as const;
const ALL_KINDS = [...NOTICE_KINDS, ...TEXT_KINDS] as const;
export type AnyNoticeKind = (typeof ALL_KINDS)[number];

/**
 * What became of a notice. `sending` is under way, or was when its process died; `parked` waits for
 * the follower's next message; of `unknown` it is not known whether it arrived, and it is never sent
 * again. `skipped`, `failed`, `unknown` and `expired` say why in `because`.
 */
const NOTICE_STATUSES = [
  'waiting',
  'sending',
  'parked',
  'sent',
  'skipped',
  'failed',
  'unknown',
  'expired',
] as const;
export type NoticeStatus = (typeof NOTICE_STATUSES)[number];

/** One attempt on one way. Without an outcome it is under way, or its process died. */
export interface Attempt {
  readonly channel: NoticeChannel;
  readonly startedAt: Date;
  /** The platform sends two attempts with the same one once; null where it knows none. */
  readonly dedupeId: string | null;
  readonly outcome?: Sending['outcome'];
  readonly because?: string;
}

/** One message that we start, to one member, about one entry, order or day. */
export interface Notice {
  /** `<kind>:<entry or order id>`, by the day `<kind>:<member id>:<day>`: told once. */
  readonly _id: string;
  readonly kind: AnyNoticeKind;
  readonly memberId: MemberId;
  /** The entry, the order or the day that it is about. */
  readonly about: string;
  /** When the member asked for what it tells; a result asked for just now does not wait for morning. */
  readonly askedAt?: Date;
  /** When it may go out, or is looked at again; quiet hours are waited out. */
  readonly dueAt: Date;
  readonly status: NoticeStatus;
  readonly because?: string;
  /** How often sending failed in a way that may pass. */
  readonly failures: number;
  /** When it was sent, or may have been. Limits count it from then on. */
  readonly sentAt?: Date;
  /** Since when it waits for the follower's next message. */
  readonly parkedAt?: Date;
  /** The last attempts, oldest first; older releases wrote none. */
  readonly attempts?: readonly Attempt[];
  /** The platform's number of the message, by which its delivery is reported. */
  readonly templateMsgId?: string;
  /** What the platform reported afterwards. */
  readonly delivery?: Delivery;
}

/** What the platform reported of a message that it had accepted. */
export type Delivery = 'success' | 'blocked' | 'failed';

/** So many attempts are kept; fewer are made. */
export const ATTEMPTS_MAX = 12;

const attempt = {
  _id: false,
  channel: { type: String, required: true },
  startedAt: { type: Date, required: true },
  dedupeId: { type: String, default: null },
  outcome: String,
  because: String,
};

const notice = new Schema<Notice>({
  _id: { type: String, required: true },
  kind: { type: String, required: true, enum: ALL_KINDS },
  memberId: { type: String, required: true },
  about: { type: String, required: true },
  askedAt: Date,
  dueAt: { type: Date, required: true },
  status: { type: String, required: true, enum: NOTICE_STATUSES },
  because: String,
  failures: { type: Number, required: true },
  sentAt: Date,
  parkedAt: Date,
  attempts: { type: [attempt], default: undefined },
  templateMsgId: String,
  delivery: { type: String, enum: ['success', 'blocked', 'failed'] },
});

notice.index({ status: 1, dueAt: 1 }); // what is to be sent now, longest overdue first?
notice.index({ memberId: 1, sentAt: -1 }); // how many notices did this member get lately?
notice.index({ templateMsgId: 1 }, { sparse: true }); // which notice does this delivery report mean?

export const NoticeModel = defineModel('notices', notice);

/** Whether it tells of an order: those go out whatever the member switched off. */
export function isOrderUpdate(kind: AnyNoticeKind): boolean {
  return kind === 'order-shipped' || kind === 'order-code';
}

/** Whether it counts as a push: one a day, four a month, together with broadcasts. */
export function isPush(kind: AnyNoticeKind): boolean {
  return kind === 'points-expiring' || kind === 'checkin-reminder';
}
