/** A spend on the ledger, beside a spend on medici: balance check and journal in its transaction. */
import { setTimeout as wait } from 'node:timers/promises';
import { Book as Medici, mongoTransaction } from 'medici';
import { DAY_MS } from '../src/kernel/business-day.ts';
import { newId } from '../src/kernel/ids.ts';
import { clock } from './clock.ts';
import { costOf } from './load.ts';
import { onLocal, onStandIn, type Place } from './places.ts';
import { fill, idOf } from './pool.ts';
import { openPosting, type Posting, REST_MS } from './posting.ts';
import { sampleAccount, spendOn } from './sample-account.ts';
import { inTurns, ratioOf, report, spreadOf, type Way } from './side-by-side.ts';

const MEMBER = 'Member:mem_01jq8zt4e5k6m7n8p9qrstvwxy';
/** On one member everyone waits for everyone: what medici locks, the ledger writes together. */
const ON_ONE = {
  medici: { works: 48, ramp: 8, atOnce: 8 },
  ledger: { works: 384, ramp: 128, atOnce: 8 },
} as const;
const CPU = {
  medici: { works: 512, ramp: 128, atOnce: 8 },
  ledger: { works: 2048, ramp: 512, atOnce: 8 },
} as const;

const startedAt = clock();
const sample = sampleAccount(startedAt);
const book = new Medici('points');
/** Each round is another day: nobody spends a hundred times within minutes. */
let day = 0;

await onLocal(throughput);
await onStandIn(0, clientCpu);

async function throughput(place: Place): Promise<void> {
  await fill('member', sample);
  await earn();
  const posting = openPosting(place);
  const results = await inTurns([
    mediciWay(async () => (await costOf(spendOnMedici, ON_ONE.medici)).perSecond),
    {
      name: 'ledger',
      async round() {
        day++;
        const post = () => spend(posting, idOf('member', 0));
        const { perSecond } = await costOf(post, ON_ONE.ledger);
        await wait(REST_MS);
        return perSecond;
      },
    },
  ]);
  await posting.stop();
  const [low, high] = [results.get('medici') ?? [], results.get('ledger') ?? []];
  report({
    name: `a spend beside medici, ${ON_ONE.ledger.atOnce} at once on one member, ${place.name}`,
    unit: 'spends a second',
    floor: spreadOf(low),
    figure: spreadOf(high),
    ratio: ratioOf(high, low),
    target: { least: 5 },
  });
}

async function clientCpu(place: Place): Promise<void> {
  for (const pool of ['cold', 'warm'] as const) await fill(pool, sample);
  await earn();
  const posting = openPosting(place);
  const results = await inTurns([
    mediciWay(async () => (await costOf(spendOnMedici, CPU.medici)).cpuUs),
    cpuWay('cold', posting),
    cpuWay('warm', posting),
  ]);
  await posting.stop();
  const floor = results.get('medici') ?? [];
  for (const [pool, times] of [
    ['cold', 2],
    ['warm', 5],
  ] as const) {
    const figure = results.get(pool) ?? [];
    report({
      name: `a spend beside medici, ${pool === 'cold' ? 'first of this process' : 'a later one'}, ${place.name}`,
      unit: 'µs of client CPU',
      floor: spreadOf(floor),
      figure: spreadOf(figure),
      ratio: ratioOf(figure, floor),
      target: { most: 1 / times },
    });
  }
}

function mediciWay(round: () => Promise<number>): Way {
  return { name: 'medici', round };
}

function cpuWay(pool: 'cold' | 'warm', posting: Posting): Way {
  let n = 0;
  const post = async () => {
    const accountId = idOf(pool, n++);
    if (pool === 'cold') posting.forget(accountId);
    await spend(posting, accountId);
  };
  return {
    name: pool,
    async round() {
      day++;
      const { cpuUs } = await costOf(post, CPU.ledger);
      await wait(REST_MS);
      return cpuUs;
    },
  };
}

async function spend(posting: Posting, accountId: ReturnType<typeof idOf>): Promise<void> {
  const now = new Date(startedAt.getTime() + day * DAY_MS);
  await posting.post(accountId, { now, key: `order:${newId('ord', now)}`, decide: spendOn });
}

async function earn(): Promise<void> {
  await book.entry('earn').debit('System:issued', 1_000_000).credit(MEMBER, 1_000_000).commit();
}

/** As its documentation does it: the balance is read and the member locked in one transaction. */
async function spendOnMedici(): Promise<void> {
  await mongoTransaction(async (session) => {
    const { balance } = await book.balance({ account: MEMBER }, { session });
    if (balance < 1) throw new Error('the member has nothing left');
    const entry = book.entry('spend').debit(MEMBER, 1).credit('System:redeemed', 1);
    await entry.commit({ session, writelockAccounts: [MEMBER] });
  });
}
