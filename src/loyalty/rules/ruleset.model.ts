import { Schema } from 'mongoose';
import { defineModel } from '../../platform/mongo.ts';

/** A name and a version, as entries remember it: `standard@1`. */
export type RuleVersion = `${string}@${number}`;

/** An extra that a streak earns on one of its days. */
export interface Milestone {
  /** The day in the streak. */
  readonly days: number;
  readonly points: number;
}

/**
 * For how long points are valid, counted from the first day on which they can be used:
 *
 * - `months`: until the last day of the month so many months after that day's month
 * - `never`: they do not expire
 * - `year-end`: until 31 December of that day's year, or of the next one where that would be fewer
 *   than `leastDays` days, both ends counted
 */
export type Validity =
  | { readonly kind: 'months'; readonly months: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'year-end'; readonly leastDays: number };

/**
 * What facts earn. A version never changes once it is stored: entries name it, and a question about
 * old points is answered with the rules of their time.
 */
export interface Ruleset {
  readonly _id: RuleVersion;
  /** The form of this document: `lifted` reads the one before it too. */
  readonly schemaVersion: number;
  readonly checkin: {
    /** For the first day of a streak, the second …; the last figure holds from there on. */
    readonly points: readonly number[];
    /** In order of their days; may be empty. */
    readonly milestones: readonly Milestone[];
    /** What comes after the last of them, again and again: each so many days after it. */
    readonly thenEvery: Milestone;
  };
  readonly purchase: {
    /** How much is paid for one point; rounded down once per order. */
    readonly fenPerPoint: number;
    /** An extra for one order from this amount on. */
    readonly largeOrder: { readonly fromFen: number; readonly points: number } | null;
    /** What lines of a category count for: 10,000 is as much as they cost, never less. */
    readonly categories: readonly { readonly category: string; readonly basisPoints: number }[];
  };
  readonly validity: Validity;
}

export const SCHEMA_VERSION = 2;

const milestone = {
  days: { type: Number, required: true, min: 1 },
  points: { type: Number, required: true, min: 1 },
};

const ruleset = new Schema<Ruleset>({
  _id: { type: String, required: true },
  schemaVersion: { type: Number, required: true },
  checkin: {
    type: {
      points: { type: [Number], required: true },
      milestones: { type: [{ ...milestone, _id: false }], required: true },
      thenEvery: { type: milestone, required: true, _id: false },
    },
    required: true,
    _id: false,
  },
  purchase: {
    type: {
      fenPerPoint: { type: Number, required: true, min: 1 },
      largeOrder: { type: { fromFen: Number, points: Number }, default: null, _id: false },
      categories: {
        type: [{ category: String, basisPoints: { type: Number, min: 10_000 }, _id: false }],
        required: true,
      },
    },
    required: true,
    _id: false,
  },
  validity: {
    type: {
      kind: { type: String, required: true, enum: ['months', 'never', 'year-end'] },
      months: { type: Number, min: 1, max: 1200 },
      leastDays: { type: Number, min: 1, max: 365 },
    },
    required: true,
    _id: false,
  },
});

export const RulesetModel = defineModel('rulesets', ruleset);
