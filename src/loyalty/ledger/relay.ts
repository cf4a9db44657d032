import type { Context } from '../../kernel/context.ts';
import { InvariantError } from '../../kernel/errors.ts';
import type { Account } from './account.model.ts';
import { dueAtOf } from './due-at.ts';
import { type Engine, type Queue, queueOf } from './engine.ts';
import { type Entry, toEntry } from './entry.model.ts';
import { dropRelayed } from './keys.ts';
import { patchOf } from './patch.ts';
import { StoreError } from './store.ts';

/**
 * Entries leave their accounts: inserted into `entries`, shown to the consumers, and known to be
 * there, so that the outbox may forget them. Only committed states may come here: what this process
 * committed, or read with majority.
 */
export async function relayOutbox(
  engine: Engine,
  ctx: Context,
  accounts: readonly Account[],
): Promise<void> {
  const queues = accounts.map(({ _id }) => queueOf(engine, _id));
  // Whoever relays the same account now may be through with the same entries in a moment.
  while (queues.some(({ relaying }) => relaying !== null)) {
    await Promise.all(queues.map(({ relaying }) => relaying));
  }
  const work = relayNow(engine, ctx, accounts);
  const settled = Promise.allSettled([work]);
  for (const queue of queues) queue.relaying = settled;
  try {
    await work;
  } finally {
    for (const queue of queues) queue.relaying = null;
  }
}

async function relayNow(engine: Engine, ctx: Context, accounts: readonly Account[]): Promise<void> {
  const fresh = await insertOutbox(engine, accounts);
  if (fresh.length > 0) await show(engine, ctx, fresh);
  for (const { _id, outbox } of accounts) {
    const queue = queueOf(engine, _id);
    queue.relayedSeq = Math.max(queue.relayedSeq, outbox.at(-1)?.seq ?? 0);
  }
}

async function insertOutbox(
  engine: Engine,
  accounts: readonly Account[],
): Promise<readonly Entry[]> {
  const fresh = accounts.flatMap(({ _id, outbox }) => {
    const relayedSeq = engine.queues.get(_id)?.relayedSeq ?? 0;
    return outbox.filter(({ seq }) => seq > relayedSeq).map((entry) => toEntry(_id, entry));
  });
  if (fresh.length === 0) return fresh;
  const results = await engine.store.insertEntries(fresh);
  const there = fresh.filter((_, i) => results[i] === 'there');
  if (there.length > 0) await mustBeTheSame(engine, there);
  return fresh;
}

/** What was there already must be this very entry, committed: only then may the outbox forget it. */
async function mustBeTheSame({ store }: Engine, there: readonly Entry[]): Promise<void> {
  const stored = await store.entriesById(there.map(({ _id }) => _id));
  const hashes = new Map(stored.map(({ _id, hash }) => [_id, hash]));
  for (const { _id, hash, accountId, key } of there) {
    const twin = hashes.get(_id);
    if (twin === hash) continue;
    if (twin) throw new InvariantError(`entry ${_id} differs from its copy`);
    const [other] = await store.entriesByKey(accountId, [key]);
    if (other && other._id !== _id) {
      throw new InvariantError(`key ${key} was used twice: ${other._id} and ${_id}`);
    }
    throw new StoreError('an entry that was inserted is not committed yet');
  }
}

/** A consumer that fails is shown these entries again; nobody waits for it. */
async function show(engine: Engine, ctx: Context, entries: readonly Entry[]): Promise<void> {
  for (const consumer of engine.consumers) {
    try {
      await consumer.see(ctx, entries);
    } catch (error) {
      if (error instanceof InvariantError) throw error;
      const count = entries.length;
      ctx.log.warn({ err: error, consumer: consumer.name, count }, 'entries not seen');
      const ids = entries.map(({ _id }) => _id);
      await engine.store.markUnseen(consumer.name, ids);
    }
  }
}

/** Entries that a consumer failed to see are shown once more. Says how many. */
export async function showUnseen(engine: Engine, ctx: Context, limit: number): Promise<number> {
  let shown = 0;
  for (const consumer of engine.consumers) {
    const entries = await engine.store.unseen(consumer.name, limit);
    if (entries.length === 0) continue;
    await consumer.see(ctx, entries);
    const ids = entries.map(({ _id }) => _id);
    await engine.store.markSeen(consumer.name, ids);
    shown += entries.length;
  }
  return shown;
}

interface Drop {
  readonly queue: Queue;
  readonly account: Account;
  readonly written: Account;
}

/** Forgets relayed entries of idle accounts in one command. A busy account's next write does it itself. */
export async function dropMany(engine: Engine, accounts: readonly Account[]): Promise<void> {
  const drops = accounts.flatMap((account) => dropOf(engine, account));
  if (drops.length === 0) return;
  const isAll = await engine.store.compareAndSetMany(
    drops.map(({ account, written }) => ({
      accountId: account._id,
      version: account.version,
      patch: patchOf(account, written),
    })),
  );
  for (const { queue, account, written } of drops) {
    if (queue.draining || queue.state?.version !== account.version) continue;
    // A state that was only assumed could match a version that someone else wrote.
    queue.state = isAll ? written : null;
  }
}

function dropOf(engine: Engine, account: Account): readonly Drop[] {
  const queue = queueOf(engine, account._id);
  const next = dropRelayed(account, queue.relayedSeq);
  const isStale = queue.state !== null && queue.state.version !== account.version;
  if (next === account || queue.draining || isStale) return [];
  const written = { ...next, version: account.version + 1, dueAt: dueAtOf(next) };
  return [{ queue, account, written }];
}
