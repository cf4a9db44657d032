import type { Account } from '../../src/loyalty/ledger/account.model.ts';
import type { Entry, EntryId } from '../../src/loyalty/ledger/entry.model.ts';
import type { AccountId } from '../../src/loyalty/ledger/points.ts';
import type { Change, LedgerStore } from '../../src/loyalty/ledger/store.ts';
import { applyPatch } from '../sim/world/apply-patch.ts';

/** A store in memory: each call is done at once, and it counts how often each was asked. */
export interface MemoryStore extends LedgerStore {
  readonly accounts: Map<AccountId, Account>;
  readonly entries: Map<EntryId, Entry>;
  /** The calls so far, by name, in order. */
  readonly calls: string[];
}

/** An empty store. A test replaces the calls that are to fail: `{ ...memoryStore(), create }`. */
export function memoryStore(): MemoryStore {
  const accounts = new Map<AccountId, Account>();
  const entries = new Map<EntryId, Entry>();
  const calls: string[] = [];
  const changed = ({ accountId, version, patch }: Change): boolean => {
    const current = accounts.get(accountId);
    if (current?.version !== version) return false;
    accounts.set(accountId, applyPatch(current, patch));
    return true;
  };
  const store: LedgerStore = {
    account: async (accountId) => accounts.get(accountId) ?? null,
    async create(account) {
      if (accounts.has(account._id)) return false;
      accounts.set(account._id, account);
      return true;
    },
    compareAndSet: async (change) => changed(change),
    compareAndSetMany: async (changes) => changes.map(changed).every(Boolean),
    insertEntries: async (list) => list.map((entry) => inserted(entries, entry)),
    entriesById: async (ids) => ids.flatMap((id) => entries.get(id) ?? []),
    entriesByKey: async (accountId, keys) =>
      of(entries, accountId).filter(({ key }) => keys.includes(key)),
    entriesBetween: async (accountId, from, to) =>
      of(entries, accountId).filter(({ seq }) => seq >= from && seq <= to),
    due: async (now, limit) => dueOf([...accounts.values()], now).slice(0, limit),
    markUnseen: async (name, ids) => mark(entries, ids, (by) => [...by, name]),
    markSeen: async (name, ids) => mark(entries, ids, (by) => by.filter((one) => one !== name)),
    unseen: async (name, limit) =>
      [...entries.values()].filter(({ unseenBy }) => unseenBy?.includes(name)).slice(0, limit),
    pause: async () => undefined,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
  return { ...counted(store, calls), accounts, entries, calls };
}

type Entries = Map<EntryId, Entry>;

function of(entries: Entries, accountId: AccountId): readonly Entry[] {
  const own = [...entries.values()].filter((entry) => entry.accountId === accountId);
  return own.toSorted((a, b) => a.seq - b.seq);
}

function inserted(entries: Entries, entry: Entry): 'inserted' | 'there' {
  const twin = of(entries, entry.accountId).some(({ key }) => key === entry.key);
  if (entries.has(entry._id) || twin) return 'there';
  entries.set(entry._id, entry);
  return 'inserted';
}

function dueOf(accounts: readonly Account[], now: Date): readonly AccountId[] {
  const due = accounts.filter(({ dueAt }) => dueAt !== null && dueAt <= now);
  return due.toSorted((a, b) => Number(a.dueAt) - Number(b.dueAt)).map(({ _id }) => _id);
}

function mark(
  entries: Entries,
  ids: readonly EntryId[],
  change: (by: readonly string[]) => readonly string[],
): void {
  for (const id of ids) {
    const entry = entries.get(id);
    if (entry) entries.set(id, { ...entry, unseenBy: change(entry.unseenBy ?? []) });
  }
}

/** The same store, which writes down what it is asked. */
function counted(store: LedgerStore, calls: string[]): LedgerStore {
  const list = Object.entries(store).map(([name, call]) => [
    name,
    (...input: never[]) => {
      calls.push(name);
      return (call as (...input: never[]) => unknown)(...input);
    },
  ]);
  return Object.fromEntries(list) as LedgerStore;
}
