/** What a posting costs the client's processor when 64 to one account wait together, beside one alone. */
import { setTimeout as wait } from 'node:timers/promises';
import { businessDayOf, DAY_MS } from '../src/kernel/business-day.ts';
import type { MemberId } from '../src/kernel/ids.ts';
import { clock } from './clock.ts';
import { costOf, type Load } from './load.ts';
import { onStandIn } from './places.ts';
import { fill, idOf } from './pool.ts';
import { openPosting, type Posting, REST_MS } from './posting.ts';
import { checkInOn, sampleAccount } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const TOGETHER = 64;
const ALONE: Load = { works: 1024, ramp: 256, atOnce: 32 };
const BURSTS: Load = { works: 48, ramp: 12, atOnce: 4 };

const startedAt = clock();
const sample = sampleAccount(startedAt);
let day = 0;
let n = 0;

await onStandIn(0, async (place) => {
  for (const pool of ['alone', 'burst'] as const) await fill(pool, sample);
  const posting = openPosting(place);
  const cpuUs = await inTurns([alone(posting), bursts(posting)]);
  await posting.stop();
  report({
    name: `ledger.post, ${TOGETHER} waiting together, each, beside a first one, ${place.name}`,
    unit: 'µs of client CPU',
    floor: spreadOf(cpuUs.get('alone') ?? []),
    figure: spreadOf(cpuUs.get('burst') ?? []),
    ratio: ratioOf(cpuUs.get('burst') ?? [], cpuUs.get('alone') ?? []),
    target: { most: 0.2 },
  });
});

function alone(posting: Posting): Way {
  const post = () => checkIn(posting, idOf('alone', n++));
  return { name: 'alone', round: () => cpuUsOf(post, ALONE) };
}

function bursts(posting: Posting): Way {
  let account = 0;
  const burst = async () => {
    const accountId = idOf('burst', account++);
    await Promise.all(Array.from({ length: TOGETHER }, () => checkIn(posting, accountId)));
  };
  return { name: 'burst', round: async () => (await cpuUsOf(burst, BURSTS)) / TOGETHER };
}

async function cpuUsOf(work: () => Promise<unknown>, load: Load): Promise<number> {
  day++;
  const { cpuUs } = await costOf(work, load);
  await wait(REST_MS);
  return cpuUs;
}

async function checkIn(posting: Posting, accountId: MemberId): Promise<void> {
  posting.forget(accountId);
  const now = new Date(startedAt.getTime() + day * DAY_MS);
  const key = `checkin:${businessDayOf(now)}:${n++}`;
  await posting.post(accountId, { now, key, decide: checkInOn });
}
