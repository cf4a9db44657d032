import { Schema } from 'mongoose';
import type { Actor } from '../../kernel/context.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { Area } from './areas.ts';

/** What operators changed in one area. Values that are absent are the defaults. */
export interface StoredArea {
  readonly _id: Area;
  /** The guard: +1 with every change. */
  readonly version: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly changedAt: Date;
  readonly changedBy: Actor;
}

const area = new Schema<StoredArea>({
  _id: { type: String, required: true },
  version: { type: Number, required: true },
  values: { type: Schema.Types.Mixed, required: true },
  changedAt: { type: Date, required: true },
  changedBy: { type: Schema.Types.Mixed, required: true },
});

export const SettingModel = defineModel('settings', area);
