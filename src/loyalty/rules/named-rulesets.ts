import { type Ruleset, SCHEMA_VERSION, type Validity } from './ruleset.model.ts';

const CHECKIN = { points: [10], milestones: [], thenEvery: { days: 7, points: 50 } };
const PURCHASE = { fenPerPoint: 100, largeOrder: null, categories: [] };
const A_YEAR: Validity = { kind: 'months', months: 12 };

/** What the micro store's rulesets have in common; they differ in how long points are valid. */
const MICRO_STORE = {
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
};

const TABLE: readonly Omit<Ruleset, 'schemaVersion'>[] = [
  { _id: 'standard@1', checkin: CHECKIN, purchase: PURCHASE, validity: A_YEAR },
  {
    _id: 'wiki@1',
    checkin: CHECKIN,
    purchase: { ...PURCHASE, fenPerPoint: 1000 },
    validity: A_YEAR,
  },
  { _id: 'micro-store@1', ...MICRO_STORE, validity: A_YEAR },
  { _id: 'micro-store-never@1', ...MICRO_STORE, validity: { kind: 'never' } },
  {
    _id: 'micro-store-year-end@1',
    ...MICRO_STORE,
    validity: { kind: 'year-end', leastDays: 30 },
  },
  {
    _id: 'private-domain@1',
    checkin: CHECKIN,
    purchase: { ...PURCHASE, largeOrder: { fromFen: 10_000, points: 100 } },
    validity: A_YEAR,
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
    validity: A_YEAR,
  },
];

/**
 * What a shop can begin with. A figure here never changes under the same version: a new figure is a
 * new version.
 */
export const NAMED_RULESETS: readonly Ruleset[] = TABLE.map((rules) => ({
  ...rules,
  schemaVersion: SCHEMA_VERSION,
}));
