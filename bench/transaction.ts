/** Posting to the ledger, beside the same change and the same entry in a multi-document transaction. */
import { setTimeout as wait } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { businessDayOf, DAY_MS } from '../src/kernel/business-day.ts';
import type { Account } from '../src/loyalty/ledger/account.model.ts';
import { toEntry } from '../src/loyalty/ledger/entry.model.ts';
import { dropRelayed } from '../src/loyalty/ledger/keys.ts';
import { patchOf } from '../src/loyalty/ledger/patch.ts';
import { clock } from './clock.ts';
import { type Act, decided } from './decided.ts';
import { entries } from './history.ts';
import { costOf } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { accounts, fill, idOf, POOL } from './pool.ts';
import { openPosting, type Posting, REST_MS } from './posting.ts';
import { checkInOn, sampleAccount } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const AT_ONCE = 32;
const LOADS = {
  local: { works: 256, ramp: 64, atOnce: AT_ONCE },
  'stand-in': { works: 1536, ramp: 384, atOnce: AT_ONCE },
} as const;
/** Judged where a round trip costs something: a database beside the process has them for nothing. */
const LEAST = { cold: 1.1, warm: 2 } as const;

const startedAt = clock();
const sample = sampleAccount(startedAt);
let day = 0;
let n = 0;

await onLocal(compare);
await onStandIn(1, compare);

async function compare(place: Place): Promise<void> {
  for (const pool of ['floor', 'cold', 'warm'] as const) await fill(pool, sample);
  const [cold, warm] = [openPosting(place), openPosting(place)];
  const ways = [transactionWay(place), postWay('cold', cold, place), postWay('warm', warm, place)];
  const perSecond = await inTurns(ways);
  await Promise.all([cold.stop(), warm.stop()]);
  const floor = perSecond.get('transaction') ?? [];
  for (const pool of ['cold', 'warm'] as const) {
    const figure = perSecond.get(pool) ?? [];
    const which = pool === 'cold' ? 'first of this process' : 'a later one';
    report({
      name: `ledger.post, ${which}, beside a transaction, ${AT_ONCE} at once over ${POOL} accounts, ${place.name}`,
      unit: 'postings a second',
      floor: spreadOf(floor),
      figure: spreadOf(figure),
      ratio: ratioOf(figure, floor),
      target: place.kind === 'stand-in' ? { least: LEAST[pool] } : null,
    });
  }
}

/** Read, decide, update, insert the entry, commit: what a ledger does that relies on transactions. */
function transactionWay({ kind }: Place): Way {
  const change = (i: number) => {
    const _id = idOf('floor', i);
    const act = checkIn();
    // biome-ignore lint/plugin: the other way is what is measured here
    return mongoose.connection.transaction(async (session) => {
      const found = await accounts().findOne({ _id }, { session });
      if (!found) throw new Error(`account ${_id} is not there`);
      const { account, entry } = decided(found, act);
      const update = patchOf(found, dropRelayed(account, account.seq));
      await accounts().updateOne({ _id }, update as mongo.UpdateFilter<Account>, { session });
      await entries().insertOne(toEntry(_id, entry), { session });
    });
  };
  return { name: 'transaction', round: () => perSecondOf(change, kind) };
}

function postWay(pool: 'cold' | 'warm', posting: Posting, { kind }: Place): Way {
  const post = async () => {
    const accountId = idOf(pool, n);
    if (pool === 'cold') posting.forget(accountId);
    const { at: now, ...fact } = checkIn();
    await posting.post(accountId, { now, ...fact });
  };
  return { name: pool, round: () => perSecondOf(post, kind) };
}

async function perSecondOf(work: (i: number) => Promise<unknown>, kind: Place['kind']) {
  day++;
  const { perSecond } = await costOf(work, LOADS[kind]);
  await wait(REST_MS);
  return perSecond;
}

function checkIn(): Act {
  const at = new Date(startedAt.getTime() + day * DAY_MS);
  return { at, key: `checkin:${businessDayOf(at)}:${n++}`, decide: checkInOn };
}
