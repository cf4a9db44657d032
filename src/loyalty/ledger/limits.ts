/** Bounds and times. A fault simulator makes them small, so that every edge is reached often. */
export const limits = {
  recentKeysMax: 16,
  /** From here on the account is relayed at once, beside its next write. */
  relayNow: 32,
  /** From here on a posting relays before it writes. */
  outboxRelayFirst: 128,
  outboxMax: 192,
  relayEveryMs: 200,
  /** Accounts of one pass. */
  relayBatch: 256,
  /** After this long without a next write, an idle account's relayed entries are forgotten. */
  dropAfterMs: 300_000,
  /** Postings of one update. */
  batchMax: 64,
  lotsMax: 64,
  holdsMax: 64,
  deliveriesMax: 16,
  refundMarksMax: 32,
  expiredMonthsMax: 13,
  facetBytesMax: 512,
  facetsMax: 24,
  factsBytesMax: 1024,
  pointsMax: 1_000_000_000,
  /** Updates that may miss before a posting gives up. */
  attemptsMax: 60,
  /** How often a posting whose outcome is unknown is tried. */
  uncertainMax: 8,
  /** How many accounts' last states a process remembers. */
  statesKept: 1000,
  /** How far clocks of processes may differ. */
  clockToleranceMs: 600_000,
  relayAfterMs: 600_000,
  deliverAfterMs: 30_000,
  deliverAtMostMs: 900_000,
  /** Attempts of a delivery from which on each failure is an error. */
  attemptsExpected: 12,
  graceDays: 7,
  refundDays: 365,
  /** Over how long the booking of an expiry is spread. */
  jitterMs: 86_400_000,
  /** Accounts that `settleDue` settles side by side. */
  settledAtOnce: 8,
  /** Entries that one run shows again to consumers. */
  shownAgainMax: 500,
  /** Accounts and changed entries of one batch of the nightly audit. */
  auditedAtOnce: 100,
  followedAtOnce: 200,
  /** Tests run every decision twice: one that depends on anything but its book is found at once. */
  checkPurity: false,
};
