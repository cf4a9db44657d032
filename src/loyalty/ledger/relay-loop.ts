import type { Context } from '../../kernel/context.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Account } from './account.model.ts';
import type { Engine } from './engine.ts';
import { limits } from './limits.ts';
import type { AccountId } from './points.ts';
import { dropMany, relayOutbox } from './relay.ts';

/** Relays what this process commits: soon for the consumers, forgotten later, both for many at once. */
export interface RelayLoop {
  /** Takes a state that was just committed. */
  add(account: Account): void;
  /** Relays and forgets everything now. @throws what the store throws */
  flush(ctx?: Context): Promise<void>;
  /** No timer is left behind. */
  stop(): void;
}

interface Relayed {
  readonly account: Account;
  readonly atMs: number;
}

/** What one loop still has to do. */
interface Backlog {
  readonly fresh: Map<AccountId, Account>;
  readonly relayed: Map<AccountId, Relayed>;
}

export function relayLoop(engine: () => Engine, context: () => Context): RelayLoop {
  const backlog: Backlog = { fresh: new Map(), relayed: new Map() };
  const timer = oneTimer(run);
  let running: Promise<void> | null = null;

  function run(): void {
    running ??= pass(engine(), context(), backlog)
      .catch((error: unknown) => report(context(), error))
      .finally(() => {
        running = null;
        if (backlog.fresh.size > 0) timer.start(limits.relayEveryMs);
        else if (backlog.relayed.size > 0) timer.start(limits.dropAfterMs);
      });
  }
  return {
    add(account) {
      backlog.fresh.set(account._id, account);
      backlog.relayed.delete(account._id);
      // A hot account does not wait: its next write already forgets what this pass relays.
      if (account.outbox.length < limits.relayNow) timer.start(limits.relayEveryMs);
      else run();
    },
    async flush(ctx = context()) {
      await running;
      while (backlog.fresh.size > 0) await pass(engine(), ctx, backlog);
      await forget(engine(), backlog, [...backlog.relayed.values()]);
    },
    stop: () => timer.stop(),
  };
}

async function pass(engine: Engine, ctx: Context, backlog: Backlog): Promise<void> {
  const { fresh, relayed } = backlog;
  const batch = [...fresh.values()].slice(0, limits.relayBatch);
  for (const { _id } of batch) fresh.delete(_id);
  try {
    if (batch.length > 0) await relayOutbox(engine, ctx, batch);
  } catch (error) {
    putBack(backlog, batch, error);
    throw error;
  }
  const atMs = ctx.now.getTime();
  for (const account of batch) {
    if (!fresh.has(account._id)) relayed.set(account._id, { account, atMs });
  }
  await forget(engine, backlog, idleOf(relayed, atMs));
}

/** Tried again, unless a law is broken: then the account waits for people, and `settleDue` says so. */
function putBack({ fresh }: Backlog, batch: readonly Account[], error: unknown): void {
  if (error instanceof InvariantError) return;
  for (const account of batch) if (!fresh.has(account._id)) fresh.set(account._id, account);
}

/** Accounts without a next write for a while; beyond what may be kept, the oldest at once. */
function idleOf(relayed: Backlog['relayed'], nowMs: number): readonly Relayed[] {
  const surplus = relayed.size - limits.statesKept;
  const all = [...relayed.values()];
  return all.filter(({ atMs }, i) => i < surplus || atMs + limits.dropAfterMs <= nowMs);
}

async function forget(
  engine: Engine,
  { relayed }: Backlog,
  idle: readonly Relayed[],
): Promise<void> {
  if (idle.length === 0) return;
  for (const { account } of idle) relayed.delete(account._id);
  const accounts = idle.map(({ account }) => account);
  await dropMany(engine, accounts);
}

function report({ log }: Context, error: unknown): void {
  if (error instanceof InvariantError) log.error({ err: error }, 'relay found a broken law');
  else log.warn({ err: error }, 'relay put off');
}

/** One timer that keeps the sooner of two times; it never keeps a process alive. */
function oneTimer(ring: () => void) {
  let timer: NodeJS.Timeout | null = null;
  let waitMs = Number.POSITIVE_INFINITY;
  const stop = (): void => {
    if (timer) clearTimeout(timer);
    timer = null;
    waitMs = Number.POSITIVE_INFINITY;
  };
  return {
    stop,
    start(ms: number): void {
      if (timer && waitMs <= ms) return;
      stop();
      waitMs = ms;
      timer = setTimeout(() => {
        stop();
        ring();
      }, ms).unref();
    },
  };
}
