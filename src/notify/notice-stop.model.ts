import { Schema } from 'mongoose';
import { defineModel } from '../platform/mongo.ts';
import type { NoticeChannel } from './channels/channel.ts';
import type { AnyNoticeKind } from './notice.model.ts';

/** A kind of notice that is not sent on one way any more, because the platform said so. */
export interface NoticeStop {
  /** `<channel>:<kind>`. */
  readonly _id: string;
  readonly channel: NoticeChannel;
  readonly kind: AnyNoticeKind;
  /** `errcode 48004`. */
  readonly because: string;
  readonly since: Date;
  /** When it is tried again by itself; null: when an operator has matched the templates again. */
  readonly until: Date | null;
}

const stop = new Schema<NoticeStop>({
  _id: { type: String, required: true },
  channel: { type: String, required: true },
  kind: { type: String, required: true },
  because: { type: String, required: true },
  since: { type: Date, required: true },
  until: { type: Date, default: null },
});

export const NoticeStopModel = defineModel('notice_stops', stop);
