import type { Milestone, Ruleset, Validity } from './ruleset.model.ts';

/** What the public page of the rules says: which act earns how much, and for how long it is valid. */
export interface Ladder {
  readonly ruleVersion: string;
  /** For a day's check-in; several figures when they rise with the streak. */
  readonly checkinPoints: readonly number[];
  readonly milestones: readonly Milestone[];
  /** After the last milestone, each so many days. */
  readonly thenEvery: Milestone;
  readonly fenPerPoint: number;
  readonly largeOrder: { readonly fromFen: number; readonly points: number } | null;
  /** How many times as much a category earns, in basis points; only those that earn more. */
  readonly categories: readonly { readonly category: string; readonly basisPoints: number }[];
  readonly validity: Validity;
}

/** The reward ladder of these rules, as data for a page. Pure. */
export function ladderOf({ _id, checkin, purchase, validity }: Ruleset): Ladder {
  return {
    ruleVersion: _id,
    checkinPoints: checkin.points,
    milestones: checkin.milestones,
    thenEvery: checkin.thenEvery,
    fenPerPoint: purchase.fenPerPoint,
    largeOrder: purchase.largeOrder,
    categories: purchase.categories.filter(({ basisPoints }) => basisPoints > 10_000),
    validity,
  };
}
