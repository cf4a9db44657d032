import type { Context } from '../../kernel/context.ts';
import * as settings from '../../loyalty/settings/index.ts';
import type * as wechat from '../../wechat/index.ts';
import { outsideQuietHours, type QuietHours } from '../quiet-hours.ts';
import { type Broadcast, BroadcastModel } from './broadcast.model.ts';
import { showStates } from './broadcast-metrics.ts';
import { conclude } from './run/conclude.ts';
import { openRun } from './run/run.ts';
import { sendBatches } from './run/send-batches.ts';
import { countBatches } from './run/settle.ts';
import { wayOf } from './ways/way-of.ts';

export interface BroadcastSender {
  readonly api: wechat.WechatApi;
  /** Calls that are under way at the same time; 16 unless said. */
  readonly atOnce?: number;
  /** How long one run lasts at most, in milliseconds; 8 s unless said: a stop waits for it. */
  readonly runMs?: number;
  /** Recipients of a batch at most; as many as the way takes unless said. */
  readonly batchSize?: number;
}

const RUN_MS = 8000;
const AT_ONCE = 16;
const BROADCASTS_AT_ONCE = 20;

/**
 * Goes on with every broadcast that is under way, for a few seconds. A crash at any line loses
 * nobody and repeats nobody: the batches say who was sent what, and who is next.
 * @throws the driver's error when the database does not answer
 */
export async function sendBroadcasts(
  ctx: Context,
  { api, atOnce = AT_ONCE, runMs = RUN_MS, batchSize = Number.POSITIVE_INFINITY }: BroadcastSender,
): Promise<{ readonly done: number; readonly more: boolean }> {
  await wakeDue(ctx);
  const sending = await BroadcastModel.find({ status: 'sending' })
    .sort({ _id: 1 })
    .limit(BROADCASTS_AT_ONCE)
    .lean<Broadcast[]>();
  const quiet = await settings.read(ctx, 'quiet');
  let done = 0;
  for (const broadcast of sending) {
    const usual = wayOf(broadcast, api);
    const way = { ...usual, sizeMax: Math.min(usual.sizeMax, batchSize) };
    const share = Math.floor(runMs / sending.length);
    if (way.isPush && !isOpenFor(ctx, { broadcast, quiet, runMs })) continue;
    const run = await openRun(ctx, { broadcast, way, runMs: share });
    await countBatches(run);
    await sendBatches(run, atOnce);
    await conclude(run);
    done += run.settled - broadcast.settled;
  }
  await showStates();
  return { done, more: false };
}

/** What was to begin by now, and what waited for its hour. */
async function wakeDue({ now }: Context): Promise<void> {
  await BroadcastModel.updateMany(
    { status: 'scheduled', dueAt: { $lte: now } },
    { $set: { status: 'sending' } },
  );
  await BroadcastModel.updateMany(
    { status: 'paused', 'pause.until': { $lte: now } },
    { $set: { status: 'sending', pause: null } },
  );
}

/** Whether it may go out now and until the run is over. */
function isOpenFor(
  { now }: Context,
  { broadcast, quiet, runMs }: { broadcast: Broadcast; quiet: QuietHours; runMs: number },
): boolean {
  const { window } = broadcast.plan;
  const closed = window ? [quiet, { start: window.until, end: window.from }] : [quiet];
  const end = new Date(now.getTime() + runMs);
  return closed.every((hours) =>
    [now, end].every(
      (instant) => outsideQuietHours(instant, hours).getTime() === instant.getTime(),
    ),
  );
}
