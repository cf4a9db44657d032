import { Schema } from 'mongoose';
import type { Actor } from '../../kernel/context.ts';
import type { Id, MemberId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import type { Plan } from './plan.ts';

export type BroadcastId = Id<'bct'>;

/** The states of a broadcast, in the order in which they are usually passed. */
export const BROADCAST_STATUSES = [
  'draft',
  'scheduled',
  'sending',
  'paused',
  'done',
  'stopped',
  'failed',
] as const;
export type BroadcastStatus = (typeof BROADCAST_STATUSES)[number];

/** Where a broadcast may go from where it is. What is not listed cannot happen. */
const NEXT: Record<BroadcastStatus, readonly BroadcastStatus[]> = {
  draft: ['scheduled', 'sending', 'stopped'],
  scheduled: ['sending', 'stopped'],
  sending: ['paused', 'done', 'stopped', 'failed'],
  paused: ['sending', 'stopped'],
  done: [],
  stopped: [],
  failed: [],
};

/** The statuses from which a broadcast may become `status`. */
export function comesFrom(status: BroadcastStatus): BroadcastStatus[] {
  return BROADCAST_STATUSES.filter((from) => NEXT[from].includes(status));
}

/** What became of the members whom the batches counted here were about. */
export interface Counts {
  /** How many members were looked at. */
  readonly considered: number;
  readonly sent: number;
  /** Whose reply was lost: they may have got it, or not. */
  readonly unknown: number;
  /** By cause. */
  readonly failed: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Why it does not go on, and until when by itself; null for until somebody resumes it. */
export interface Pause {
  readonly because: string;
  readonly until: Date | null;
  readonly pausedAt: Date;
  readonly by: Actor;
}

/** Who did something to it, and when. */
export interface Deed {
  readonly at: Date;
  readonly by: Actor;
}

/** One message to many members. Who gets it is decided batch by batch, when it is sent. */
export interface Broadcast {
  readonly _id: BroadcastId;
  readonly plan: Plan;
  readonly status: BroadcastStatus;
  readonly created: Deed;
  /** Who approved it as it is, and let it begin. */
  readonly started: Deed | null;
  readonly ended: Deed | null;
  /** When it begins, if it is scheduled. */
  readonly dueAt: Date | null;
  readonly pause: Pause | null;
  /** Members with an id before this one are its audience, those who enrol later are not; '' for a draft. */
  readonly before: string;
  /** How many that were when it was started; null before. */
  readonly total: number | null;
  /** The batches up to this number are in `counts`, none of the later ones. */
  readonly settled: number;
  /** The last member that those batches were about. */
  readonly cursor: MemberId | null;
  readonly counts: Counts;
  /** Failures of earlier batches do not pause it again: it was resumed after them. */
  readonly watchedFrom: number;
  /** How often it paused by itself since anything of it was sent; none in older releases. */
  readonly pausesInARow?: number;
}

export const NO_COUNTS: Counts = { considered: 0, sent: 0, unknown: 0, failed: {}, skipped: {} };

// Untyped: the types of a schema do not follow a plan into its own depth.
const broadcast: Schema = new Schema({
  _id: { type: String, required: true },
  plan: { type: Schema.Types.Mixed, required: true },
  status: { type: String, required: true, enum: BROADCAST_STATUSES },
  created: { type: Schema.Types.Mixed, required: true },
  started: { type: Schema.Types.Mixed, default: null },
  ended: { type: Schema.Types.Mixed, default: null },
  dueAt: { type: Date, default: null },
  pause: { type: Schema.Types.Mixed, default: null },
  before: { type: String, default: '' },
  total: { type: Number, default: null },
  settled: { type: Number, required: true },
  cursor: { type: String, default: null },
  counts: { type: Schema.Types.Mixed, required: true },
  watchedFrom: { type: Number, required: true },
  pausesInARow: { type: Number, default: 0 },
});

broadcast.index({ status: 1, _id: 1 }); // which broadcasts are under way, oldest first?
broadcast.index({ 'ended.at': 1 }); // of which may reports still come?

export const BroadcastModel = defineModel<Broadcast>('broadcasts', broadcast as Schema<Broadcast>);
