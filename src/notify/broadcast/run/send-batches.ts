import type { Sending } from '../../channels/channel.ts';
import type { Somebody } from '../audience.ts';
import { BroadcastModel } from '../broadcast.model.ts';
import type { BroadcastBatch } from '../broadcast-batch.model.ts';
import { dedupeIdOf } from '../ways/way.ts';
import { claimBatch } from './claim.ts';
import { noteSending } from './note-sending.ts';
import type { Run } from './run.ts';
import { type Sendout, sendoutOf, settledOf } from './sendout.ts';
import { settleBatch } from './settle.ts';

/**
 * Sends batch after batch, `atOnce` parcels at a time, until something says halt. The next batch is
 * written down and the last one settled while messages go out, so that sending is what it costs.
 * @throws what the database threw, when everything that was under way has ended
 */
export async function sendBatches(run: Run, atOnce: number): Promise<void> {
  const feed = openFeed(run);
  await Promise.all(Array.from({ length: atOnce }, () => work(run, feed)));
  await feed.end();
  if (run.error) throw run.error.thrown;
}

/** How long a run that is over may go on with the batches that it has begun, in milliseconds. */
const GRACE_MS = 4000;

type Feed = ReturnType<typeof openFeed>;

async function work(run: Run, feed: Feed): Promise<void> {
  for (let task = await feed.next(); task; task = await feed.next()) {
    const { sendout, people } = task;
    try {
      noteSending(run, { sendout, people, sending: await attempt(run, sendout.batch, people) });
    } catch (thrown) {
      run.error ??= { thrown };
    }
    sendout.noted += 1;
    if (sendout.noted === sendout.parcels.length) feed.settle(sendout);
  }
}

/** Tries once more, where a lost reply costs nothing: the platform knows the parcel again. */
async function attempt(
  { ctx, way, broadcast }: Run,
  batch: BroadcastBatch,
  people: readonly Somebody[],
): Promise<Sending> {
  const [somebody] = people;
  const isBatch = way.unit === 'batch';
  const dedupeId = dedupeIdOf(isBatch ? batch._id : `${broadcast._id}.${somebody?._id}`);
  const first = await way.send(ctx, { dedupeId, people });
  if (first.outcome !== 'unknown' || isBatch || way.knownForMs === 0) return first;
  const second = await way.send(ctx, { dedupeId, people });
  const isOpen = second.outcome === 'put-off' || (second.outcome === 'failed' && second.stop);
  return isOpen ? first : second;
}

function mayGoOn(run: Run): boolean {
  const ranMs = run.now().getTime() - run.ctx.now.getTime();
  if (ranMs > run.runMs + GRACE_MS) run.halt ??= { why: 'later' };
  return !run.halt && !run.error;
}

/** Somebody may have paused or stopped it. */
async function lookAt(run: Run): Promise<void> {
  try {
    const state = await BroadcastModel.findById(run.broadcast._id).select({ status: 1 }).lean();
    if (state?.status !== 'sending') run.halt ??= { why: 'not-ours' };
  } catch (thrown) {
    run.error ??= { thrown };
  }
}

function openFeed(run: Run) {
  const begun = new Set<Sendout>();
  let current: Sendout | null = null;
  let settling = Promise.resolve();
  let advancing: Promise<boolean> | null = null;
  let ahead = claimed();

  async function claimed(): Promise<Sendout | null> {
    try {
      const found = await claimBatch(run);
      return found && sendoutOf(run, found);
    } catch (thrown) {
      run.error ??= { thrown };
      return null;
    }
  }

  /** One after another, while the next ones are sent. */
  function settle(sendout: Sendout): void {
    begun.delete(sendout);
    settling = settling.then(async () => {
      if (run.error || sendout.isOpen) return;
      await settleBatch(run, sendout.batch, settledOf(sendout)).catch((thrown: unknown) => {
        run.error ??= { thrown };
      });
    });
  }

  /** Looks before each batch whether it still goes on: after a pause no batch is begun. */
  async function advance(): Promise<boolean> {
    const [next] = await Promise.all([ahead, lookAt(run)]);
    advancing = null;
    if (!next || !mayGoOn(run)) return false;
    current = next;
    ahead = claimed();
    begun.add(next);
    if (next.parcels.length === 0) settle(next);
    return true;
  }

  return {
    settle,
    async next() {
      while (mayGoOn(run)) {
        const sendout = current;
        const people = sendout?.parcels[sendout.taken];
        if (sendout && people) {
          sendout.taken += 1;
          return { sendout, people };
        }
        advancing ??= advance();
        if (!(await advancing)) return null;
      }
      return null;
    },
    /** Gives back what was not begun, and waits until everything is written down. */
    async end() {
      await advancing;
      const unbegun = await ahead;
      if (unbegun) begun.add(unbegun);
      for (const sendout of begun) settle(sendout);
      await settling;
    },
  };
}
