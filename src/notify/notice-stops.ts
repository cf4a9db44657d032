import type { Context } from '../kernel/context.ts';
import { countStop } from './notice-metrics.ts';
import { type NoticeStop, NoticeStopModel } from './notice-stop.model.ts';

/** How long an error in the account's settings keeps a way closed before one more notice asks. */
const ASK_AGAIN_MS = 3_600_000;
/** A template is gone, an API was never granted or was taken away: asking again changes nothing. */
export const LASTING: ReadonlySet<string> = new Set(
  [40_036, 40_037, 40_249, 43_116, 48_001, 48_004, 48_008].map((code) => `errcode ${code}`),
);
const MANY = 100;

/** Which kinds are stopped on which way, for `doctor` and the log. */
export async function stoppedNotices(ctx: Context): Promise<readonly NoticeStop[]> {
  const stops = await NoticeStopModel.find().sort({ _id: 1 }).limit(MANY).lean<NoticeStop[]>();
  return stops.filter(({ until }) => until === null || until > ctx.now);
}

/** Stops a kind on one way. It is said in the log, and counted. */
export async function stopNotices(
  ctx: Context,
  { channel, kind, because }: Pick<NoticeStop, 'channel' | 'kind' | 'because'>,
): Promise<NoticeStop> {
  const until = LASTING.has(because) ? null : new Date(ctx.now.getTime() + ASK_AGAIN_MS);
  const _id = `${channel}:${kind}`;
  const stop = { channel, kind, because, since: ctx.now, until };
  await NoticeStopModel.updateOne({ _id }, { $set: stop }, { upsert: true });
  countStop({ channel, kind });
  ctx.log.error({ channel, kind, because, until }, 'notices of this kind stopped');
  return { _id, ...stop };
}

/** An operator has matched the templates again: they are tried anew. */
export async function resumeNotices(_ctx: Context): Promise<void> {
  await NoticeStopModel.deleteMany({});
}
