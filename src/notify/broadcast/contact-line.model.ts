import { Schema } from 'mongoose';
import type { MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { BroadcastId } from './broadcast.model.ts';

/** A line that waits for a member to write, and is said under the answer. */
export interface ContactLine {
  /** `<broadcast id>.<member id>`: laid once, said once. */
  readonly _id: string;
  readonly broadcastId: BroadcastId;
  readonly memberId: MemberId;
  readonly text: string;
  /** Afterwards it is said no more. */
  readonly until: Date;
  /** When it was given to the answer that says it. */
  readonly saidAt: Date | null;
}

const line = new Schema<ContactLine>({
  _id: { type: String, required: true },
  broadcastId: { type: String, required: true },
  memberId: { type: String, required: true },
  text: { type: String, required: true },
  until: { type: Date, required: true },
  saidAt: { type: Date, default: null },
});

line.index({ memberId: 1, saidAt: 1, _id: 1 }); // what is this member to be told, oldest first?
line.index({ saidAt: 1, until: 1 }); // does any line wait for anybody?
// Lines that nobody asks for any more are dropped by the database itself.
line.index({ until: 1 }, { expireAfterSeconds: 30 * 86_400 });

export const ContactLineModel = defineModel('contact_lines', line);
