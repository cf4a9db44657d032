import type { Context } from '../../kernel/context.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Account } from './account.model.ts';
import { balanceOf } from './balance-of.ts';
import type { Book, Facet } from './book.ts';
import { carry, pointsCourier, type Sent } from './carry.ts';
import type { Consumer, Courier, Engine } from './engine.ts';
import { entryOf } from './entry-of.ts';
import { type ExpiringOf, expiringOf } from './expiring-of.ts';
import { facetOf } from './facet-of.ts';
import type { AccountId } from './points.ts';
import { type Posted, post } from './post.ts';
import { relayOutbox, showUnseen } from './relay.ts';
import { settle, settleDue } from './settle-due.ts';
import { type StatementOf, statementOf } from './statement-of.ts';
import type { LedgerStore } from './store.ts';

/** What a ledger is made of. Several may be open on one store: they are as many processes. */
export interface LedgerParts {
  readonly store: LedgerStore;
  /** Couriers post too, so they are made with the ledger. */
  readonly couriers?: (ledger: Ledger) => readonly Courier[];
  readonly consumers?: readonly Consumer[];
  /** Told each committed state that has new entries. */
  readonly onCommitted?: (account: Account) => void;
}

export type Ledger = ReturnType<typeof openLedger>;

/** A fact to post, named by its key. */
export interface Fact<Outcome extends Facts> {
  readonly accountId: AccountId;
  readonly key: string;
  readonly decide: (book: Book) => Outcome;
}

/** The ledger of one process. */
export function openLedger({ store, couriers, consumers = [], onCommitted }: LedgerParts) {
  const engine: Engine = {
    store,
    queues: new Map(),
    couriers: new Map(),
    consumers,
    onCommitted: onCommitted ?? (() => undefined),
    hasSettled: false,
  };
  const ledger = {
    engine,
    post: <Outcome extends Facts>(ctx: Context, { accountId, ...fact }: Fact<Outcome>) =>
      post(engine, accountId, { ctx, ...fact }) as Promise<Posted<Outcome>>,
    carry: (ctx: Context, sent: Sent) => carry(engine, ctx, sent),
    balanceOf: (ctx: Context, accountId: AccountId) => balanceOf(engine, ctx, accountId),
    expiringOf: (ctx: Context, of: ExpiringOf) => expiringOf(engine, ctx, of),
    facetOf: <State extends object>(accountId: AccountId, facet: Facet<State>) =>
      facetOf(engine, accountId, facet),
    statementOf: (ctx: Context, of: StatementOf) => statementOf(engine, ctx, of),
    entryOf: async (accountId: AccountId, key: string) =>
      entryOf(engine, await store.account(accountId), key),
    relay: (ctx: Context, accounts: readonly Account[]) => relayOutbox(engine, ctx, accounts),
    showUnseen: (ctx: Context, limit: number) => showUnseen(engine, ctx, limit),
    settle: (ctx: Context, accountId: AccountId) => settle(engine, ctx, accountId),
    settleDue: (ctx: Context, limit: number) => settleDue(engine, ctx, limit),
    /** Waits until nothing is being written. */
    rest: async () => {
      for (const { draining } of [...engine.queues.values()]) await draining;
    },
  };
  for (const courier of [pointsCourier(engine), ...(couriers?.(ledger as Ledger) ?? [])]) {
    engine.couriers.set(courier.type, courier);
  }
  return ledger;
}
