import { Schema } from 'mongoose';
import type { MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { BroadcastId } from './broadcast.model.ts';

/** One member of a list, once; with what is told to them where every member is told something else. */
export interface BroadcastRow {
  /** `<broadcast id>.<member id>`. */
  readonly _id: string;
  readonly memberId: MemberId;
  /** The entry or order that it is about. */
  readonly about: string | null;
  /** What the message says of it. */
  readonly facts: Readonly<Record<string, string>>;
  /** Why this row is skipped: what it names is not there, or belongs to somebody else. */
  readonly problem: string | null;
}

const row: Schema = new Schema({
  _id: { type: String, required: true },
  memberId: { type: String, required: true },
  about: { type: String, default: null },
  facts: { type: Schema.Types.Mixed, required: true },
  problem: { type: String, default: null },
});

export const BroadcastRowModel = defineModel<BroadcastRow>(
  'broadcast_rows',
  row as Schema<BroadcastRow>,
);

export function rowIdOf(broadcastId: BroadcastId, memberId: string): string {
  return `${broadcastId}.${memberId}`;
}
