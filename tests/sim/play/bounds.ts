import { limits } from '../../../src/loyalty/ledger/limits.ts';
import { TICK_MS } from '../world/world.ts';

/** So small that every edge is met in every run. */
const SMALL: Partial<typeof limits> = {
  recentKeysMax: 3,
  outboxRelayFirst: 12,
  outboxMax: 40,
  relayNow: 6,
  relayBatch: 3,
  batchMax: 8,
  statesKept: 3,
  lotsMax: 5,
  holdsMax: 6,
  deliveriesMax: 4,
  settledAtOnce: 2,
  clockToleranceMs: 5 * TICK_MS,
  relayAfterMs: 20 * TICK_MS,
  deliverAfterMs: 30 * TICK_MS,
  deliverAtMostMs: 60 * TICK_MS,
  jitterMs: 20 * TICK_MS,
  dropAfterMs: 40 * TICK_MS,
  // Real timers have no place in virtual time: the loop is driven by the simulation.
  relayEveryMs: 2 ** 31 - 1,
  // Every decision runs twice and must come out the same.
  checkPurity: true,
};

/** Runs something with the small bounds, and puts the usual ones back. */
export async function withSmallBounds<Result>(run: () => Promise<Result>): Promise<Result> {
  const usual = { ...limits };
  Object.assign(limits, SMALL);
  try {
    return await run();
  } finally {
    Object.assign(limits, usual);
  }
}
