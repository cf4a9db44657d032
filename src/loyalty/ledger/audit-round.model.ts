import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { AccountId } from './points.ts';

/** What a round looks at, in this order. */
const STAGES = ['unseen', 'again', 'changed', 'rotation', 'done'] as const;
export type Stage = (typeof STAGES)[number];

/** A place in the collection `entries` by time: behind `id` among those posted at `at`. */
export interface Place {
  readonly at: Date;
  /** Empty before the first of them. */
  readonly id: string;
}

/** How far the nightly audit has come: one document, which changes by one update per batch. */
export interface AuditRound {
  readonly _id: 'nightly';
  /** The guard of every update: one more with every batch. */
  readonly version: number;
  readonly night: BusinessDay;
  /** What is posted from here on belongs to the next night. */
  readonly startedAt: Date;
  readonly stage: Stage;
  /** Accounts with findings in the round before that are still to be looked at. */
  readonly again: readonly AccountId[];
  /** How far the entries since the round before have been followed. */
  readonly changed: Place;
  /** The rotating share of all accounts: behind which one it goes on, and how many are left tonight. */
  readonly rotation: { readonly after: AccountId | null; readonly left: number };
  readonly accounts: number;
  readonly entries: number;
  readonly findings: number;
  /** Accounts with findings that could not be frozen, because nothing can be posted to them. */
  readonly unfrozen: number;
  /** Accounts with findings, as many as the next night looks at first. */
  readonly suspects: readonly AccountId[];
  /** The round before; null in the first. */
  readonly last: { readonly findings: number; readonly finishedAt: Date } | null;
  readonly finishedAt: Date | null;
}

const count = { type: Number, required: true };
const ids = { type: [String], required: true };

const auditRound = new Schema<AuditRound>({
  _id: { type: String, required: true },
  version: count,
  night: { type: String, required: true },
  startedAt: { type: Date, required: true },
  stage: { type: String, required: true, enum: STAGES },
  again: ids,
  changed: { type: { at: Date, id: String }, required: true, _id: false },
  rotation: { type: { after: String, left: Number }, required: true, _id: false },
  accounts: count,
  entries: count,
  findings: count,
  unfrozen: count,
  suspects: ids,
  last: { type: { findings: Number, finishedAt: Date }, default: null, _id: false },
  finishedAt: { type: Date, default: null },
});

export const AuditRoundModel = defineModel<AuditRound>('audit_rounds', auditRound);
