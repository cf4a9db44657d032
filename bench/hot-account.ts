/** Many posters on one account, whose postings become common writes, beside one poster by hand. */
import { setTimeout as wait } from 'node:timers/promises';
import { businessDayOf, DAY_MS } from '../src/kernel/business-day.ts';
import { clock } from './clock.ts';
import { bareCheckIn } from './floor.ts';
import { costOf } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { fill, idOf } from './pool.ts';
import { openPosting, REST_MS } from './posting.ts';
import { checkInOn, sampleAccount } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const POSTERS = 64;
const ONE = { works: 100, ramp: 20, atOnce: 1 } as const;
const LOADS = {
  local: { works: 1280, ramp: 320, atOnce: POSTERS },
  'stand-in': { works: 5120, ramp: 1280, atOnce: POSTERS },
} as const;
const TARGETS = { local: 4, 'stand-in': 20 } as const;

const startedAt = clock();
const sample = sampleAccount(startedAt);

await onLocal(compare);
await onStandIn(1, compare);

async function compare(place: Place): Promise<void> {
  for (const pool of ['floor', 'hot'] as const) await fill(pool, sample);
  const perSecond = await inTurns([oneByOne(), together(place)]);
  report({
    name: `one hot account, ${POSTERS} posters beside one after another, ${place.name}`,
    unit: 'postings a second',
    floor: spreadOf(perSecond.get('floor') ?? []),
    figure: spreadOf(perSecond.get('hot') ?? []),
    ratio: ratioOf(perSecond.get('hot') ?? [], perSecond.get('floor') ?? []),
    target: { least: TARGETS[place.kind] },
  });
}

function oneByOne(): Way {
  const change = bareCheckIn(sample, startedAt);
  const again = (i: number) => change(i, idOf('floor', 0));
  return { name: 'floor', round: async () => (await costOf(again, ONE)).perSecond };
}

/** Relayed as it goes, so that the outbox stays as small as it is in use. */
function together(place: Place): Way {
  const posting = openPosting(place);
  let n = 0;
  let day = 0;
  const post = async () => {
    const now = new Date(startedAt.getTime() + day * DAY_MS);
    const key = `checkin:${businessDayOf(now)}:${n++}`;
    await posting.post(idOf('hot', 0), { now, key, decide: checkInOn });
  };
  return {
    name: 'hot',
    async round() {
      day++;
      const { perSecond } = await costOf(post, LOADS[place.kind]);
      await wait(REST_MS);
      return perSecond;
    },
  };
}
