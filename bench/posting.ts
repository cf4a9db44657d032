/** The ledger as the service opens it, with its relay at work. */
import type { Facts } from '../src/kernel/facts.ts';
import type { Book } from '../src/loyalty/ledger/book.ts';
import { limits } from '../src/loyalty/ledger/limits.ts';
import { mongoStore } from '../src/loyalty/ledger/mongo-store.ts';
import { type Ledger, openLedger } from '../src/loyalty/ledger/open-ledger.ts';
import type { AccountId } from '../src/loyalty/ledger/points.ts';
import { type RelayLoop, relayLoop } from '../src/loyalty/ledger/relay-loop.ts';
import { database } from '../src/platform/mongo.ts';
import { clock } from './clock.ts';
import { contextOn } from './decided.ts';
import type { Place } from './places.ts';

/** As long as the relay takes to finish with a round: it is none of the next one's business. */
export const REST_MS = 3 * limits.relayEveryMs;

export interface Posting {
  readonly ledger: Ledger;
  post(accountId: AccountId, fact: DatedFact): Promise<unknown>;
  /** Makes the next posting one of a process that never saw the account: it has to be read. */
  forget(accountId: AccountId): void;
  stop(): Promise<void>;
}

export interface DatedFact {
  readonly now: Date;
  readonly key: string;
  readonly decide: (book: Book) => Facts;
}

export function openPosting({ standalone }: Place): Posting {
  const relays: RelayLoop = relayLoop(
    () => ledger.engine,
    () => contextOn(clock()),
  );
  const store = mongoStore(database(), { standalone });
  const ledger = openLedger({ store, onCommitted: (account) => relays.add(account) });
  return {
    ledger,
    post: (accountId, { now, ...fact }) => ledger.post(contextOn(now), { accountId, ...fact }),
    forget(accountId) {
      const queue = ledger.engine.queues.get(accountId);
      if (queue && !queue.draining) queue.state = null;
    },
    async stop() {
      await ledger.rest();
      relays.stop();
    },
  };
}
