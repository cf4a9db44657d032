import type { Problem } from '../line/reply.ts';
import type { FaultKind } from './faults.ts';

/** One request and its answer, as seen by the platform. */
export interface Exchange {
  /** Rises from 1. */
  readonly id: number;
  readonly at: Date;
  /** `push`: the platform calls the service. `call`: the service calls the platform. */
  readonly direction: 'push' | 'call';
  /** Path and query, without secrets. */
  readonly url: string;
  /** What it is about, in a few words for a list: a message's type and text, or an API's path. */
  readonly about: string;
  readonly request: string;
  readonly response: string;
  /** The plain form of what was encrypted; null where nothing was. */
  readonly plainRequest: string | null;
  readonly plainResponse: string | null;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** The API's error number; 0 for success and for pushes. */
  readonly errcode: number;
  /** Which try it was, from 1. */
  readonly attempt: number;
  readonly problem: Problem | null;
  /** What went wrong because a switch wanted it. */
  readonly fault: FaultKind | null;
  /** What the platform calls the request in its error messages; null for pushes. */
  readonly rid: string | null;
  readonly ms: number;
}

/** What has gone over the line, the newest few hundred of it. */
export interface Exchanges {
  add(exchange: Omit<Exchange, 'id'>): Exchange;
  /** Those with a larger id, oldest first. */
  after(id: number): readonly Exchange[];
  clear(): void;
}

const KEPT = 300;

/** Makes an empty record; ids go on rising after it is cleared. */
export function keepExchanges(): Exchanges {
  let last = 0;
  let kept: Exchange[] = [];
  return {
    add(exchange) {
      last += 1;
      const added = { ...exchange, url: withoutSecrets(exchange.url), id: last };
      kept = [...kept.slice(1 - KEPT), added];
      return added;
    },
    after: (id) => kept.filter((exchange) => exchange.id > id),
    clear() {
      kept = [];
    },
  };
}

function withoutSecrets(url: string): string {
  return url.replaceAll(/\b(access_token|refresh_token|secret|code)=[^&]*/g, '$1=…');
}
