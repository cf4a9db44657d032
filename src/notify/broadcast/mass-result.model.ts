import { Schema } from 'mongoose';
import { defineModel } from '../../platform/mongo.ts';

/** What the platform reports of a mass message when it is through with it (reference 2.4). */
export interface MassResult {
  /** The platform's number of the message. */
  readonly _id: string;
  /** `send success`, `send fail` or `err(10001)`. */
  readonly status: string;
  readonly totalCount: number;
  /** Left after those who refuse messages or had four this month. */
  readonly filterCount: number;
  readonly sentCount: number;
  readonly errorCount: number;
  readonly reportedAt: Date;
}

const result = new Schema<MassResult>({
  _id: { type: String, required: true },
  status: { type: String, required: true },
  totalCount: { type: Number, required: true },
  filterCount: { type: Number, required: true },
  sentCount: { type: Number, required: true },
  errorCount: { type: Number, required: true },
  reportedAt: { type: Date, required: true },
});

export const MassResultModel = defineModel('mass_results', result);
