/**
 * Refusals: `err.<code in lower case>`, with the refusal's `details` as facts. The first two have no
 * code behind them.
 */
export const errorMessages = {
  'err.generic': { code: 'text' },
  /** Nothing was written, for certain. */
  'err.busy': {},
  /** It may have been written, by this delivery of the message or by one before. */
  'err.outcome_unknown': {},
  'err.partial': { code: 'text' },
  'err.points_insufficient': { missing: 'points' },
  'err.rate_limited': { sec: 'count' },
  'err.reward_limit_reached': { item: 'text', n: 'count', used: 'count' },
  'err.reward_not_found': {},
  'err.order_not_found': {},
  'err.task_not_found': {},
  'err.task_not_ready': {},
  'err.checkin_too_late': {},
  'err.address_missing': {},
  'err.offer_closed': { name: 'text', date: 'day' },
  'err.offer_not_open': { name: 'text', date: 'day', time: 'text' },
  'err.account_frozen': { code: 'text' },
} as const;
