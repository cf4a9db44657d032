import type { Clock, Log } from '../kernel/context.ts';
import type { KeyValue } from './key-value.ts';
import { type Held, type Journal, openJournal } from './key-value-journal.ts';

/** What lives no longer is not worth reading back after a restart; a dead claim would even be in the way. */
const JOURNALLED_FROM_MS = 60_000;
const KEYS_MAX = 20_000;
const CHARS_MAX = 8_000_000;
/** How much is let go at once when there is too much, so that looking for it is rare. */
const KEPT_SHARE = 0.9;

/** Where the KeyValue of one process keeps what has to survive a restart. */
export interface LocalKeyValueOptions {
  /** The journal, or null when nothing has to survive. One process at a time. */
  readonly file: string | null;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A KeyValue in this process's memory, for one instance. It holds at most 20,000 keys and 8 million
 * characters, whatever their life: beyond that what has expired goes first, then what was not used
 * for longest. Everything in it may be lost, so that costs at most a repeated answer.
 */
export function localKeyValue({ file, clock, log }: LocalKeyValueOptions): KeyValue {
  const held = new Map<string, Held>();
  const nowMs = () => clock().getTime();
  const journal: Journal = openJournal({ file, held, now: nowMs(), log });
  const store = boundedStore(held, journal);
  return {
    inMemory: true,
    get: (key) => Promise.resolve(store.find(key, nowMs())?.value ?? null),
    set: (key, value, { ttlMs }) => {
      const now = nowMs();
      return store.put(key, { value, expiresAt: now + ttlMs, now });
    },
    claim: (key, value, { ttlMs }) => {
      const now = nowMs();
      if (store.find(key, now)) return TAKEN;
      const done = store.add(key, { value, expiresAt: now + ttlMs, now });
      return done === DONE ? CLAIMED : done.then(() => true);
    },
    count: async (key, { ttlMs }) => {
      const now = nowMs();
      const found = store.find(key, now);
      const count = Number(found?.value ?? 0) + 1;
      const expiresAt = found?.expiresAt ?? now + ttlMs;
      await store.put(key, { value: String(count), expiresAt, now });
      return count;
    },
    delete: async (key) => {
      store.drop(key);
      await journal.written();
    },
    close: async () => journal.close(),
  };
}

const DONE = Promise.resolve();
const CLAIMED = Promise.resolve(true);
const TAKEN = Promise.resolve(false);

interface Put {
  readonly value: string;
  readonly expiresAt: number;
  readonly now: number;
}

/** The keys in the order of their last use, oldest first: a Map keeps the order of insertion. */
function boundedStore(held: Map<string, Held>, journal: Journal) {
  let chars = 0;
  for (const [key, { value }] of held) chars += key.length + value.length;

  function forget(key: string): Held | undefined {
    const found = held.get(key);
    if (found && held.delete(key)) chars -= key.length + found.value.length;
    return found;
  }

  function keep(key: string, entry: Held): void {
    held.set(key, entry);
    chars += key.length + entry.value.length;
  }

  const isFull = (share: number) => held.size > KEYS_MAX * share || chars > CHARS_MAX * share;

  function drop(key: string): void {
    if (forget(key)?.journalled) journal.write({ key });
  }

  function makeRoom(now: number): void {
    for (const [key, { expiresAt }] of held) if (expiresAt <= now) drop(key);
    for (const key of held.keys()) {
      if (!isFull(KEPT_SHARE)) return;
      drop(key);
    }
  }

  /** For a key that is not there. What it gives is waited for, where a restart has to find this. */
  function add(key: string, { value, expiresAt, now }: Put): Promise<void> {
    const journalled = expiresAt - now > JOURNALLED_FROM_MS;
    keep(key, { value, expiresAt, journalled });
    if (journalled) journal.write({ key, value, expiresAt });
    if (isFull(1)) makeRoom(now);
    return journalled ? journal.written() : DONE;
  }

  return {
    drop,
    add,
    find(key: string, now: number): Held | undefined {
      const found = forget(key);
      if (!found) return undefined;
      if (found.expiresAt > now) {
        keep(key, found);
        return found;
      }
      if (found.journalled) journal.write({ key });
      return undefined;
    },
    put(key: string, entry: Put): Promise<void> {
      const wasJournalled = forget(key)?.journalled === true;
      const isJournalled = entry.expiresAt - entry.now > JOURNALLED_FROM_MS;
      if (wasJournalled && !isJournalled) journal.write({ key });
      const added = add(key, entry);
      return wasJournalled ? journal.written() : added;
    },
  };
}
