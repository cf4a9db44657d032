import { Schema } from 'mongoose';
import { defineModel } from '../../platform/mongo.ts';

/** A code that new members come by: on a poster, in a shop, with a partner. */
export interface ArrivalCode {
  /** The scene that a scan tells, and what `source` of a member who came by it says. */
  readonly _id: string;
  /** What it is called, as a store in its welcome; null when nobody said. */
  readonly name: string | null;
  readonly kind: 'temporary' | 'permanent';
  /** Shows the picture at the platform. */
  readonly ticket: string;
  /** What the code says. */
  readonly url: string;
  /** From when on a scan leads nowhere; null for a permanent code. */
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
}

const code = new Schema<ArrivalCode>({
  _id: { type: String, required: true },
  name: { type: String, default: null },
  kind: { type: String, required: true, enum: ['temporary', 'permanent'] },
  ticket: { type: String, required: true },
  url: { type: String, required: true },
  expiresAt: { type: Date, default: null },
  createdAt: { type: Date, required: true },
});

export const ArrivalCodeModel = defineModel('arrival_codes', code);
