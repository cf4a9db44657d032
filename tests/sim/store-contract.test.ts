import { beforeEach, expect, it } from 'vitest';
import { addDays, DAY_MS } from '../../src/kernel/business-day.ts';
import { type Account, newAccount } from '../../src/loyalty/ledger/account.model.ts';
import type { AccountBook } from '../../src/loyalty/ledger/account-book.ts';
import { decideOn } from '../../src/loyalty/ledger/decide.ts';
import { dueAtOf } from '../../src/loyalty/ledger/due-at.ts';
import {
  type Entry,
  type EntryId,
  entryIdOf,
  toEntry,
} from '../../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../../src/loyalty/ledger/keys.ts';
import { mongoStore } from '../../src/loyalty/ledger/mongo-store.ts';
import { patchOf } from '../../src/loyalty/ledger/patch.ts';
import type { AccountId } from '../../src/loyalty/ledger/points.ts';
import type { LedgerStore } from '../../src/loyalty/ledger/store.ts';
import { database } from '../../src/platform/mongo.ts';
import { at } from '../support/context.ts';
import { useDatabase } from '../support/database.ts';
import { Chance } from './world/chance.ts';
import { storeOf } from './world/store.ts';
import { type Process, World } from './world/world.ts';

/** What is true of the simulated store must be true of the database, or the simulation proves nothing. */

const { connection } = useDatabase();
const CALLS = 400;
const ctx = at('2026-01-31T08:00:00+08:00');
const IDS: readonly AccountId[] = ['mem_a', 'mem_b', 'stock:c'];

type Call = (store: LedgerStore) => Promise<unknown>;

beforeEach(async () => {
  for (const name of ['accounts', 'entries']) await database().collection(name).deleteMany({});
});

// A server that stalls for seconds makes the driver repeat a write: then the answers rightly differ.
const again = { retry: 2, timeout: 60_000 };

it('the simulated store and MongoDB give the same answers to the same calls', again, async () => {
  const calls = someCalls(new Chance(4711));
  const simulated = await answersOfSimulation(calls);
  const store = mongoStore(database(), { standalone: connection().standalone });
  for (const [n, call] of calls.entries()) {
    expect(sorted(await call(store)), `call ${n}: ${call}`).toEqual(sorted(simulated[n]));
  }
});

async function answersOfSimulation(calls: readonly Call[]): Promise<readonly unknown[]> {
  const world = new World(1, 0);
  const process: Process = { name: 'p0', skewMs: 0, epoch: 0, underWay: new Set() };
  const store = storeOf(world, process);
  const answers: unknown[] = [];
  await world.run(
    (async () => {
      for (const call of calls) answers.push(await call(store));
    })(),
  );
  return answers;
}

/** Lists come in any order where the ledger does not care. */
function sorted(answer: unknown): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

function textOf(item: unknown): string {
  return typeof item === 'string' ? item : (item as Entry)._id;
}

/** Calls as the ledger makes them, and as it makes them when it is late or the second. */
function someCalls(chance: Chance): readonly Call[] {
  const maker = new CallMaker(chance);
  const calls: Call[] = [];
  while (calls.length < CALLS) {
    const make = chance.is(0.4) ? maker.change : chance.of(maker.others);
    calls.push(...(make?.(chance.of(IDS) ?? 'mem_a') ?? []));
  }
  return calls;
}

type MakeCalls = (accountId: AccountId) => readonly Call[];

class CallMaker {
  readonly #chance: Chance;
  readonly #states = new Map<AccountId, Account>();
  readonly #entries = new Map<EntryId, Entry>();

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  readonly change: MakeCalls = (accountId) => {
    const base = this.#states.get(accountId) ?? newAccount(accountId);
    const next = stepped(base, this.#chance);
    const change = { accountId, version: base.version, patch: patchOf(base, next) };
    // One that comes after another write changes nothing.
    if (base.version > 0 && this.#chance.is(0.2)) {
      return [(store) => store.compareAndSet({ ...change, version: base.version - 1 })];
    }
    this.#states.set(accountId, next);
    if (base.version === 0) return [(store) => store.create(next), (store) => store.create(next)];
    if (this.#chance.is(0.6)) return [(store) => store.compareAndSet(change)];
    const other = this.#states.get(this.#chance.of(IDS) ?? accountId);
    const late = { accountId: other?._id ?? accountId, version: -1, patch: change.patch };
    const changes = this.#chance.is(0.5) ? [change] : [change, late];
    return [(store) => store.compareAndSetMany(changes)];
  };

  readonly #insert: MakeCalls = (accountId) => {
    const waiting = this.#states.get(accountId)?.outbox ?? [];
    const entries = waiting
      .filter(() => this.#chance.is(0.7))
      .map((body) => toEntry(accountId, body));
    const twin = this.#chance.of([...this.#entries.values()]);
    for (const entry of entries) this.#entries.set(entry._id, entry);
    // The key of another entry, which the index refuses.
    if (twin) entries.push({ ...twin, _id: entryIdOf(twin.accountId, 900_000) });
    if (entries.length === 0) return [];
    return [async (store) => ({ results: await store.insertEntries(entries) })];
  };

  readonly #mark: MakeCalls = () => {
    const [name, ids] = [this.#chance.is(0.5) ? 'notify' : 'insight', this.#someIds()];
    if (ids.length < 2) return [];
    return [
      (store) => store.markUnseen(name, ids),
      (store) => store.unseen(name, 500),
      (store) => store.markSeen(name, ids.slice(1)),
      (store) => store.unseen(name, 500),
    ];
  };

  readonly #find: MakeCalls = (accountId) => {
    const ids = this.#someIds();
    const keys = ids.map((id) => this.#entries.get(id)?.key ?? '');
    const from = 1 + this.#chance.int(20);
    return [
      (store) => store.entriesById([...ids, 'mem_a.999999999']),
      (store) => store.entriesByKey(accountId, [...keys, 'nobody:knows']),
      (store) => store.entriesBetween(accountId, from, from + 5),
    ];
  };

  readonly #look: MakeCalls = (accountId) => {
    const now = new Date(ctx.now.getTime() + this.#chance.int(300) * DAY_MS);
    return [(store) => store.account(accountId), (store) => store.due(now, 10)];
  };

  readonly others: readonly MakeCalls[] = [this.#insert, this.#mark, this.#find, this.#look];

  #someIds(): readonly EntryId[] {
    return [...this.#entries.keys()].filter(() => this.#chance.is(0.1));
  }
}

/** A next state: something posted, or something forgotten, or both. */
function stepped(base: Account, chance: Chance): Account {
  const expiresOn = addDays(ctx.today, 1 + chance.int(200));
  const points = 1 + chance.int(30);
  const acts: readonly ((book: AccountBook) => unknown)[] = [
    (book) => book.earn({ points, expiresOn }),
    (book) => book.earn({ points, expiresOn, pendingUntil: addDays(ctx.today, 1 + chance.int(9)) }),
    (book) => book.setFacet({ name: `test.f${points % 3}`, initial: {} }, { points }),
    (book) => book.clawback({ points }),
    (book) => book.deliver({ type: 'test', to: `to${points}`, payload: { points } }),
    (book) => (book.status === 'active' ? book.freeze() : book.unfreeze()),
  ];
  const act = chance.of(acts);
  const key = `k${base.seq}:${chance.int(1000)}`;
  const decide = (book: AccountBook) => {
    act?.(book);
    return {};
  };
  const decision = decideOn(base, { ctx, key, decide }, new Map([[key, null]]));
  let next = decision.kind === 'written' ? decision.account : base;
  if (chance.is(0.3)) next = dropRelayed(next, next.seq - chance.int(3));
  if (chance.is(0.2)) next = { ...next, deliveries: next.deliveries.slice(1) };
  return { ...next, version: base.version + 1, dueAt: dueAtOf(next) };
}
