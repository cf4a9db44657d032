import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import type { Book } from './book.ts';
import type { Command, Decision } from './decide.ts';
import type { Delivery, Entry } from './entry.model.ts';
import { limits } from './limits.ts';
import type { AccountId } from './points.ts';
import type { LedgerStore } from './store.ts';

/** The answer to a delivery; it never changes. */
export type Receipt =
  | { readonly outcome: 'accepted'; readonly facts: Facts }
  | { readonly outcome: 'refused'; readonly code: string; readonly facts: Facts };

/**
 * Carries one type of delivery. `carry` may be called again for the same delivery and then changes
 * nothing. What the other two return is kept with the answer, beside its outcome, code and facts.
 */
export interface Courier {
  readonly type: string;
  /** @throws what the outside throws; it is tried again later */
  carry(ctx: Context, delivery: Delivery, from: AccountId): Promise<Receipt>;
  /** Changes the sender's account by the answer. Pure. */
  onRefused(book: Book, delivery: Delivery, receipt: Receipt): Facts;
  /** Without it the facts of an accepted delivery are told to nobody. Pure. */
  onAccepted?(book: Book, delivery: Delivery, receipt: Receipt): Facts;
}

/**
 * Who is shown every entry at least once. Writes only to collections of its own, keyed by the
 * entry's `_id`.
 */
export interface Consumer {
  readonly name: string;
  /** @throws anything: these entries are shown again later */
  see(ctx: Context, entries: readonly Entry[]): Promise<void>;
}

/** Work without a key: it may be done any number of times. */
export interface Upkeep {
  readonly ctx: Context;
  readonly upkeep: 'settle' | 'close' | 'postpone' | 'drop';
  readonly deliveryId?: string;
}

export interface Answer {
  readonly decision: Decision;
  /** The state after the write that the decision went into. */
  readonly state: Account;
}

export interface Waiting {
  readonly work: Command | Upkeep;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** What waits for one account. */
export interface Queue {
  readonly waiting: Waiting[];
  /** The drain that is under way. */
  draining: Promise<void> | null;
  /** The last state that this process committed; another process may have written since. */
  state: Account | null;
  /** The relay that is under way; it never rejects. */
  relaying: Promise<unknown> | null;
  /** Entries up to here are known to lie in `entries`. */
  relayedSeq: number;
}

/** What one process of the ledger holds. Losing it loses nothing. */
export interface Engine {
  readonly store: LedgerStore;
  /** Least recently used first. */
  readonly queues: Map<AccountId, Queue>;
  readonly couriers: Map<string, Courier>;
  readonly consumers: readonly Consumer[];
  /** Called after each commit that wrote entries. */
  readonly onCommitted: (account: Account) => void;
  /** Whether `settleDue` has run: its first run looks ahead. */
  hasSettled: boolean;
}

export function queueOf(engine: Engine, accountId: AccountId): Queue {
  const { queues } = engine;
  const known = queues.get(accountId);
  const queue = known ?? {
    waiting: [],
    draining: null,
    state: null,
    relaying: null,
    relayedSeq: 0,
  };
  if (known) queues.delete(accountId);
  queues.set(accountId, queue);
  if (queues.size > limits.statesKept * 1.25) forgetIdle(engine);
  return queue;
}

/** The ones used longest ago go first; the one that was just asked for is the last. */
function forgetIdle({ queues }: Engine): void {
  let surplus = queues.size - limits.statesKept;
  for (const [accountId, { draining }] of queues) {
    if (surplus-- <= 0) return;
    if (!draining) queues.delete(accountId);
  }
}
