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
 * What facts earn. A version never changes once it is stored: entries name it, and a question about
 * old points is answered with the rules of their time.
 */
export interface Ruleset {
  readonly _id: RuleVersion;
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
  /** Points are valid until the last day of the month so many months after the month of earning. */
  readonly validMonths: number;
}

const milestone = {
  days: { type: Number, required: true, min: 1 },
  points: { type: Number, required: true, min: 1 },
};

const ruleset = new Schema<Ruleset>({
  _id: { type: String, required: true },
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
  validMonths: { type: Number, required: true, min: 1 },
});

export const RulesetModel = defineModel('rulesets', ruleset);
