import { Schema } from 'mongoose';
import { defineModel } from './mongo.ts';

/** How far the lifting of one collection to its newest form has come. */
export interface MigrationProgress {
  /** The migration's name. */
  readonly _id: string;
  /** It goes on behind this document; null before the first. */
  readonly after: string | null;
  /** How many documents it has lifted, over all its runs; one that a crash interrupts may count less. */
  readonly lifted: number;
  readonly startedAt: Date;
  /** When no document of the old form was left; null while some may be. */
  readonly finishedAt: Date | null;
}

const progress = new Schema<MigrationProgress>({
  _id: { type: String, required: true },
  after: { type: String, default: null },
  lifted: { type: Number, required: true },
  startedAt: { type: Date, required: true },
  finishedAt: { type: Date, default: null },
});

export const MigrationProgressModel = defineModel<MigrationProgress>('migrations', progress);
