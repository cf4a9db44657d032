/** Posting to the ledger, beside the bare driver doing one read and one update of the same sizes. */
import { setTimeout as wait } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { businessDayOf, DAY_MS } from '../src/kernel/business-day.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { type Account, AccountModel } from '../src/loyalty/ledger/account.model.ts';
import { limits } from '../src/loyalty/ledger/limits.ts';
import { mongoStore } from '../src/loyalty/ledger/mongo-store.ts';
import { openLedger } from '../src/loyalty/ledger/open-ledger.ts';
import { type RelayLoop, relayLoop } from '../src/loyalty/ledger/relay-loop.ts';
import { buildIndexes, connectMongo, database } from '../src/platform/mongo.ts';
import { benchDatabase } from './bench-database.ts';
import { clock } from './clock.ts';
import { cannedCheckIn, checkInOn, contextOn, sampleAccount } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const ACCOUNTS = 512;
const AT_ONCE = 32;
/** Postings of a round, and those before them that only bring the relay into its stride. */
const POSTS = { many: 384, rampMany: 128, one: 60, rampOne: 10 };
/** As long as the relay takes to finish with a round: it is none of the next one's business. */
const REST_MS = 3 * limits.relayEveryMs;

const startedAt = clock();
const { standalone, close } = await connectMongo({ uri: benchDatabase() });
await buildIndexes();
const sample = sampleAccount(startedAt);
for (const pool of ['floor', 'cold', 'warm'] as const) await fill(pool);

for (const [name, atOnce] of [
  [`${AT_ONCE} at once over ${ACCOUNTS} accounts`, AT_ONCE],
  ['one at a time', 1],
] as const) {
  const perSecond = await inTurns([
    floorWay(atOnce),
    postWay('cold', atOnce),
    postWay('warm', atOnce),
  ]);
  for (const [pool, target] of [
    ['cold', 0.9],
    ['warm', 1],
  ] as const) {
    report({
      name: `ledger.post, ${pool === 'cold' ? 'first of this process' : 'a later one'}, ${name}`,
      unit: 'postings a second',
      floor: spreadOf(perSecond.get('floor') ?? []),
      figure: spreadOf(perSecond.get(pool) ?? []),
      ratio: ratioOf(perSecond.get(pool) ?? [], perSecond.get('floor') ?? []),
      target: atOnce === 1 ? null : { least: target },
    });
  }
}
await database().dropDatabase();
await close();

type Pool = 'floor' | 'cold' | 'warm';

async function fill(pool: Pool): Promise<void> {
  const documents = Array.from({ length: ACCOUNTS }, (_, i) => ({ ...sample, _id: idOf(pool, i) }));
  await collection().insertMany(documents);
}

function idOf(pool: Pool, i: number): MemberId {
  return `mem_01jq8zt4e5k6m7n8${pool.padStart(6, '0')}${String(i % ACCOUNTS).padStart(4, '0')}`;
}

function collection(): mongo.Collection<Account> {
  return database().collection(AccountModel.collection.name, {
    readConcern: { level: 'majority' },
    writeConcern: { w: 'majority', journal: true },
  });
}

/** The least that changes an account safely: read it, then update it if nobody else did. */
function floorWay(atOnce: number): Way {
  const { patch, entry } = cannedCheckIn(sample, startedAt);
  const accounts = collection();
  const change = async (i: number) => {
    const _id = idOf('floor', i);
    const found = await accounts.findOne({ _id });
    const version = found?.version ?? 0;
    const update = {
      // Another day each time, as in an account: its index has to follow.
      $set: { ...patch.$set, version: version + 1, dueAt: new Date(startedAt.getTime() + i) },
      $push: { ...patch.$push, outbox: { $each: [entry], $slice: -1 } },
    };
    await accounts.updateOne({ _id, version }, update as mongo.UpdateFilter<Account>);
  };
  return { name: 'floor', round: () => perSecond(change, atOnce) };
}

/** The ledger as the service opens it, with its relay at work. Each round is another day. */
function postWay(pool: 'cold' | 'warm', atOnce: number): Way {
  const store = mongoStore(database(), { standalone });
  const relays: RelayLoop = relayLoop(
    () => ledger.engine,
    () => contextOn(clock()),
  );
  const ledger = openLedger({ store, onCommitted: (account) => relays.add(account) });
  let day = atOnce === 1 ? 100 : 1;
  let n = 0;
  const post = async () => {
    const accountId = idOf(pool, n++);
    const queue = ledger.engine.queues.get(accountId);
    // A process that never saw the account: it has to be read.
    if (pool === 'cold' && queue && !queue.draining) queue.state = null;
    const ctx = contextOn(new Date(startedAt.getTime() + day * DAY_MS));
    const key = `checkin:${businessDayOf(ctx.now)}:${n}`;
    await ledger.post(ctx, { accountId, key, decide: checkInOn });
  };
  return {
    name: pool,
    async round() {
      const result = await perSecond(post, atOnce);
      day++;
      return result;
    },
  };
}

async function perSecond(work: (i: number) => Promise<unknown>, atOnce: number): Promise<number> {
  const [posts, ramp] = atOnce === 1 ? [POSTS.one, POSTS.rampOne] : [POSTS.many, POSTS.rampMany];
  let next = 0;
  let done = 0;
  let started = 0;
  const worker = async () => {
    while (next < posts + ramp) {
      await work(next++);
      if (++done === ramp) started = performance.now();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const ms = performance.now() - started;
  await wait(REST_MS);
  return posts / (ms / 1000);
}
