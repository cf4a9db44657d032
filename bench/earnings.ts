/** A spend of a member after 10,000 earnings, beside one after 10. */
import { setTimeout as wait } from 'node:timers/promises';
import { addDays, DAY_MS } from '../src/kernel/business-day.ts';
import { type MemberId, newId } from '../src/kernel/ids.ts';
import { clock } from './clock.ts';
import type { Act } from './decided.ts';
import { insertHistory } from './history.ts';
import { type Cost, costOf, type Load } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { idOf } from './pool.ts';
import { openPosting, REST_MS } from './posting.ts';
import { spendOn } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const FEW = 10;
const MANY = 10_000;
const SPENDS = {
  local: { works: 40, ramp: 8, atOnce: 1 },
  'stand-in': { works: 512, ramp: 128, atOnce: 1 },
} as const;
const startedAt = clock();

await onLocal((place) => compare(place, 'ms', ({ perSecond }) => 1000 / perSecond));
await onStandIn(0, (place) => compare(place, 'µs of client CPU', ({ cpuUs }) => cpuUs));

async function compare(place: Place, unit: string, figureOf: (cost: Cost) => number) {
  const way = async (name: string, earnings: number): Promise<Way> => {
    const accountId = idOf(name, 0);
    await insertHistory(place, accountId, earningsOf(earnings));
    return { name, round: spendsOf(place, accountId, figureOf) };
  };
  const results = await inTurns([await way('few', FEW), await way('many', MANY)]);
  const [few, many] = [results.get('few') ?? [], results.get('many') ?? []];
  report({
    name: `a spend after ${MANY.toLocaleString('en-US')} earnings, beside one after ${FEW}, ${place.name}`,
    unit,
    floor: spreadOf(few),
    figure: spreadOf(many),
    ratio: ratioOf(many, few),
    target: { most: 2 },
  });
}

/** Each spend is the first of its process: the whole account is read. */
function spendsOf(place: Place, accountId: MemberId, figureOf: (cost: Cost) => number) {
  const posting = openPosting(place);
  const load: Load = SPENDS[place.kind];
  const post = async () => {
    posting.forget(accountId);
    const now = clock();
    await posting.post(accountId, { now, key: `order:${newId('ord', now)}`, decide: spendOn });
  };
  return async () => {
    const cost = await costOf(post, load);
    await wait(REST_MS);
    return figureOf(cost);
  };
}

/** Every earning ends on another day, so that as many lots are kept as there may be. */
function* earningsOf(count: number): Generator<Act> {
  for (let i = 0; i < count; i++) {
    const at = new Date(startedAt.getTime() - DAY_MS - (count - i) * 60_000);
    yield {
      at,
      key: `earning:${i}`,
      decide: (book) => {
        book.earn({ points: 5000 + i, expiresOn: addDays(book.today, 60 + ((i * 7) % 600)) });
        return {};
      },
    };
  }
}
