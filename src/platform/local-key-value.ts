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
  const journal: Journal = openJournal({ file, held, now: clock().getTime(), log });
  const store = boundedStore({ held, journal, clock });
  return {
    inMemory: true,
    get: async (key) => store.find(key)?.value ?? null,
    set: async (key, value, { ttlMs }) => store.put(key, value, clock().getTime() + ttlMs),
    claim: async (key, value, { ttlMs }) => {
      if (store.find(key)) return false;
      await store.put(key, value, clock().getTime() + ttlMs);
      return true;
    },
    count: async (key, { ttlMs }) => {
      const found = store.find(key);
      const count = Number(found?.value ?? 0) + 1;
      await store.put(key, String(count), found?.expiresAt ?? clock().getTime() + ttlMs);
      return count;
    },
    delete: async (key) => {
      store.drop(key);
      await journal.written();
    },
    close: async () => journal.close(),
  };
}

interface Parts {
  readonly held: Map<string, Held>;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** The keys in the order of their last use, oldest first: a Map keeps the order of insertion. */
function boundedStore({ held, journal, clock }: Parts) {
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

  function drop(key: string): void {
    if (forget(key)?.journalled) journal.write({ key });
  }

  const isFull = (share: number) => held.size > KEYS_MAX * share || chars > CHARS_MAX * share;

  function makeRoom(): void {
    const now = clock().getTime();
    for (const [key, { expiresAt }] of held) if (expiresAt <= now) drop(key);
    for (const key of held.keys()) {
      if (!isFull(KEPT_SHARE)) return;
      drop(key);
    }
  }

  return {
    drop,
    find(key: string): Held | undefined {
      const found = forget(key);
      if (!found) return undefined;
      if (found.expiresAt > clock().getTime()) {
        keep(key, found);
        return found;
      }
      if (found.journalled) journal.write({ key });
      return undefined;
    },
    /** What it gives is waited for, where a restart has to find this. */
    put(key: string, value: string, expiresAt: number): Promise<void> | undefined {
      const before = forget(key);
      const journalled = expiresAt - clock().getTime() > JOURNALLED_FROM_MS;
      keep(key, { value, expiresAt, journalled });
      if (journalled) journal.write({ key, value, expiresAt });
      else if (before?.journalled) journal.write({ key });
      if (isFull(1)) makeRoom();
      return journalled || before?.journalled ? journal.written() : undefined;
    },
  };
}
