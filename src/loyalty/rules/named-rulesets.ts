import type { Ruleset } from './ruleset.model.ts';

const CHECKIN = { points: [10], milestones: [], thenEvery: { days: 7, points: 50 } };
const PURCHASE = { fenPerPoint: 100, largeOrder: null, categories: [] };

/**
 * What a shop can begin with. A figure here never changes under the same version: a new figure is a
 * new version.
 */
export const NAMED_RULESETS: readonly Ruleset[] = [
  { _id: 'standard@1', checkin: CHECKIN, purchase: PURCHASE, validMonths: 12 },
  {
    _id: 'wiki@1',
    checkin: CHECKIN,
    purchase: { ...PURCHASE, fenPerPoint: 1000 },
    validMonths: 12,
  },
  {
    _id: 'micro-store@1',
    checkin: {
      points: [5],
      milestones: [
        { days: 7, points: 20 },
        { days: 15, points: 40 },
        { days: 30, points: 80 },
      ],
      thenEvery: { days: 30, points: 80 },
    },
    purchase: { ...PURCHASE, largeOrder: { fromFen: 10_000, points: 50 } },
    validMonths: 12,
  },
  {
    _id: 'private-domain@1',
    checkin: CHECKIN,
    purchase: { ...PURCHASE, largeOrder: { fromFen: 10_000, points: 100 } },
    validMonths: 12,
  },
  {
    _id: 'category@1',
    checkin: CHECKIN,
    purchase: {
      ...PURCHASE,
      categories: [
        { category: '奶粉', basisPoints: 30_000 },
        { category: '婴儿用品', basisPoints: 10_000 },
      ],
    },
    validMonths: 12,
  },
];
