import type { Core } from '../../../src/core.ts';
import { runJob, schedule } from '../../../src/jobs/index.ts';
import type { Context } from '../../../src/kernel/context.ts';
import * as ledger from '../../../src/loyalty/ledger/index.ts';
import { database } from '../../../src/platform/mongo.ts';
import { wallClock } from '../../support/line.ts';
import type { Witness } from './witness.ts';

const MINUTE_MS = 60_000;
/** A delivery that failed is tried again after an hour at most. */
const WAITS_MS = [2, 65, 130, 195].map((minutes) => minutes * MINUTE_MS);
const WAITING = [
  ['accounts', 'outbox'],
  ['accounts', 'deliveries'],
  ['orders', 'outbox'],
  ['purchases', 'outbox'],
] as const;

/** Lets everything that is due happen, and finds what then still waits. Gives the time it is by then. */
export async function comeToRest(core: Core, witness: Witness): Promise<Context> {
  const base = core.contextOf('crash:settle');
  let later = base;
  let left: readonly string[] = [];
  for (const waitMs of WAITS_MS) {
    later = { ...base, now: new Date(wallClock().getTime() + waitMs) };
    await runEverything(core, later);
    left = await whatWaits();
    if (left.length === 0) return later;
  }
  for (const what of left) witness.find(`still waits after the last try: ${what}`);
  return later;
}

/** Twice, for what the first time caused, and once more for what that left. */
async function runEverything(core: Core, ctx: Context): Promise<void> {
  const rows = schedule({ sender: core.sender });
  for (const row of [...rows, ...rows, ...rows]) await runJob(ctx, row);
  await ledger.relayNow(ctx);
}

async function whatWaits(): Promise<readonly string[]> {
  const lists = WAITING.map(async ([collection, list]) => {
    const found = await database()
      .collection<{ _id: string }>(collection)
      .find({ [`${list}.0`]: { $exists: true } })
      .toArray();
    return found.map(({ _id }) => `${list} of ${collection} ${_id}`);
  });
  return (await Promise.all(lists)).flat();
}
