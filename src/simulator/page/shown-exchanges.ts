import type { Exchange } from '../world/exchanges.ts';

/** A request and its answer as the page shows them. */
export interface ShownExchange extends Exchange {
  /** Refused by either side. */
  readonly isBad: boolean;
}

/** Readies what went over the line. */
export function shownExchanges(exchanges: readonly Exchange[]): readonly ShownExchange[] {
  return exchanges.map((exchange) => ({
    ...exchange,
    isBad: exchange.problem !== null || exchange.errcode !== 0 || exchange.fault !== null,
  }));
}
