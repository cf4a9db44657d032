import { type Broadcast, BroadcastModel } from '../broadcast.model.ts';
import { countPause } from '../broadcast-metrics.ts';
import { spareUnsent } from '../change-state.ts';
import type { Run } from './run.ts';

/** It pauses so often by itself; if nothing was sent in between, the next word is a person's. */
const PAUSES_MAX = 3;

interface StateChange {
  readonly status: 'done' | 'paused' | 'failed';
  readonly because: string | null;
  readonly until: Date | null;
  readonly pausesInARow: number;
  readonly isGivenUp: boolean;
}

/** Writes down what a run comes to: that its broadcast is through, or pauses, or has failed. */
export async function conclude(run: Run): Promise<void> {
  const { ctx, broadcast } = run;
  const ended = { at: run.now(), by: ctx.actor };
  const change = changeFor(run);
  if (!change) {
    await noteProgress(run);
    return run.halt?.why === 'not-ours' ? spareStopped(run) : undefined;
  }
  const { status, because, until, pausesInARow } = change;
  const pause = because === null ? null : { because, until, pausedAt: run.now(), by: ctx.actor };
  const { matchedCount } = await BroadcastModel.updateOne(
    { _id: broadcast._id, status: 'sending' },
    { $set: { status, pause, pausesInARow, ...(status !== 'paused' && { ended }) } },
  );
  if (matchedCount > 0 && status === 'paused' && because !== null) {
    countPause({ ...change, because });
  }
  const level = status === 'done' || until ? 'info' : 'error';
  ctx.log[level]({ broadcastId: broadcast._id, because, until }, `broadcast ${status}`);
}

function changeFor(run: Run): StateChange | null {
  const { halt, frontier, leftOver, settled } = run;
  const plain = { until: null, pausesInARow: 0, isGivenUp: false };
  if (halt?.why === 'fail') return { status: 'failed', because: halt.because, ...plain };
  const isThrough = frontier.ended && leftOver.length === 0 && settled === frontier.number;
  if (isThrough) return { status: 'done', because: null, ...plain };
  return halt?.why === 'pause' ? pauseFor(run, halt) : null;
}

function pauseFor(
  { broadcast, hasSent }: Run,
  { because, until }: { readonly because: string; readonly until: Date | null },
): StateChange {
  const pausesInARow = hasSent ? 1 : (broadcast.pausesInARow ?? 0) + 1;
  const isGivenUp = until !== null && pausesInARow >= PAUSES_MAX;
  if (!isGivenUp) return { status: 'paused', because, until, pausesInARow, isGivenUp };
  const often = `${because}, ${pausesInARow} times in a row with nothing sent in between`;
  return { status: 'paused', because: often, until: null, pausesInARow, isGivenUp };
}

/** Pauses of before do not count any more. */
async function noteProgress({ broadcast: { _id, pausesInARow = 0 }, hasSent }: Run): Promise<void> {
  if (!hasSent || pausesInARow === 0) return;
  await BroadcastModel.updateOne({ _id }, { $set: { pausesInARow: 0 } });
}

/** It was stopped while this run was at it. */
async function spareStopped({ ctx, broadcast: { _id } }: Run): Promise<void> {
  const found = await BroadcastModel.findById(_id).lean<Broadcast>();
  if (found?.status === 'stopped') await spareUnsent(ctx, found);
}
