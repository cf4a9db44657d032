/** Posting to the ledger, beside the bare driver doing one read and one update of the same sizes. */
import { setTimeout as wait } from 'node:timers/promises';
import { businessDayOf, DAY_MS } from '../src/kernel/business-day.ts';
import { clock } from './clock.ts';
import { bareCheckIn } from './floor.ts';
import { costOf, type Load } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { fill, idOf, POOL } from './pool.ts';
import { openPosting, type Posting, REST_MS } from './posting.ts';
import { checkInOn, sampleAccount } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const AT_ONCE = 32;
const LOADS = {
  local: { works: 384, ramp: 128, atOnce: AT_ONCE },
  'stand-in': { works: 2048, ramp: 512, atOnce: AT_ONCE },
} as const;
const ONE: Load = { works: 60, ramp: 10, atOnce: 1 };
const TARGETS = {
  local: { cold: 0.9, warm: 1 },
  'stand-in': { cold: 0.85, warm: 1.4 },
} as const;

const startedAt = clock();
const sample = sampleAccount(startedAt);
/** Each round is another day. */
let day = 0;
let n = 0;

await onLocal(compare);
await onStandIn(1, compare);

async function compare(place: Place): Promise<void> {
  for (const pool of ['floor', 'cold', 'warm'] as const) await fill(pool, sample);
  const [cold, warm] = [openPosting(place), openPosting(place)];
  for (const load of [LOADS[place.kind], ONE]) {
    const ways = [floorWay(load), postWay('cold', cold, load), postWay('warm', warm, load)];
    const perSecond = await inTurns(ways);
    const floor = perSecond.get('floor') ?? [];
    tell(place, load, { pool: 'cold', floor, figure: perSecond.get('cold') ?? [] });
    tell(place, load, { pool: 'warm', floor, figure: perSecond.get('warm') ?? [] });
  }
  await Promise.all([cold.stop(), warm.stop()]);
}

interface Rounds {
  readonly pool: 'cold' | 'warm';
  readonly floor: readonly number[];
  readonly figure: readonly number[];
}

function tell(place: Place, { atOnce }: Load, { pool, floor, figure }: Rounds): void {
  const how = atOnce === 1 ? 'one at a time' : `${atOnce} at once over ${POOL} accounts`;
  const which = pool === 'cold' ? 'first of this process' : 'a later one';
  report({
    name: `ledger.post, ${which}, ${how}, ${place.name}`,
    unit: 'postings a second',
    floor: spreadOf(floor),
    figure: spreadOf(figure),
    ratio: ratioOf(figure, floor),
    target: atOnce === 1 ? null : { least: TARGETS[place.kind][pool] },
  });
}

function floorWay(load: Load): Way {
  const change = bareCheckIn(sample, startedAt);
  return { name: 'floor', round: async () => (await costOf((i) => change(i), load)).perSecond };
}

function postWay(pool: 'cold' | 'warm', posting: Posting, load: Load): Way {
  const post = async () => {
    const accountId = idOf(pool, n++);
    if (pool === 'cold') posting.forget(accountId);
    const now = new Date(startedAt.getTime() + day * DAY_MS);
    const key = `checkin:${businessDayOf(now)}:${n}`;
    await posting.post(accountId, { now, key, decide: checkInOn });
  };
  return {
    name: pool,
    async round() {
      day++;
      const { perSecond } = await costOf(post, load);
      await wait(REST_MS);
      return perSecond;
    },
  };
}
