import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { givePushesBack } from '../push-caps.ts';
import { sizeOfAudience } from './audience.ts';
import {
  type Broadcast,
  type BroadcastId,
  BroadcastModel,
  type BroadcastStatus,
  comesFrom,
} from './broadcast.model.ts';
import {
  type BroadcastBatch,
  BroadcastBatchModel,
  batchesBehind,
} from './broadcast-batch.model.ts';
import { broadcastCannotBecome } from './errors.ts';
import { getBroadcast } from './find-broadcast.ts';

/** The prefix of an id, and its time. */
const ID_TIME_CHARS = 14;

/**
 * Approves a draft as it is, and lets it begin: at once, or when its plan says. Members who enrol
 * from now on are no part of its audience.
 * @throws BROADCAST_NOT_FOUND, BROADCAST_STATUS_CONFLICT
 */
export async function startBroadcast(ctx: Context, broadcastId: BroadcastId): Promise<Broadcast> {
  const draft = await getBroadcast(ctx, broadcastId);
  const before = audienceEndsBefore(ctx.now);
  const total = await sizeOfAudience(ctx, { ...draft, before });
  const { startsAt } = draft.plan;
  const dueAt = startsAt === null ? null : new Date(startsAt);
  const started = { at: ctx.now, by: ctx.actor };
  const status = dueAt && dueAt > ctx.now ? 'scheduled' : 'sending';
  return become(ctx, draft, { from: ['draft'], set: { status, started, before, total, dueAt } });
}

/** Nobody else is sent it until it is resumed; what is under way ends within one batch. @throws as `startBroadcast` */
export async function pauseBroadcast(ctx: Context, broadcastId: BroadcastId): Promise<Broadcast> {
  const pause = { because: 'paused by hand', until: null, pausedAt: ctx.now, by: ctx.actor };
  const broadcast = await getBroadcast(ctx, broadcastId);
  return become(ctx, broadcast, { set: { status: 'paused', pause } });
}

/** Goes on where it stopped: nobody is sent it twice. Failures so far are forgiven. @throws as `startBroadcast` */
export async function resumeBroadcast(ctx: Context, broadcastId: BroadcastId): Promise<Broadcast> {
  const broadcast = await getBroadcast(ctx, broadcastId);
  const last = await BroadcastBatchModel.findOne(batchesBehind(broadcastId, 0))
    .sort({ _id: -1 })
    .select({ number: 1 })
    .lean<Pick<BroadcastBatch, 'number'>>();
  const watchedFrom = (last?.number ?? 0) + 1;
  return become(ctx, broadcast, {
    from: ['paused'],
    set: { status: 'sending', pause: null, watchedFrom, pausesInARow: 0 },
  });
}

/** Ends it for good; what was sent stays sent. @throws as `startBroadcast` */
export async function stopBroadcast(ctx: Context, broadcastId: BroadcastId): Promise<Broadcast> {
  const broadcast = await getBroadcast(ctx, broadcastId);
  const ended = { at: ctx.now, by: ctx.actor };
  const stopped = await become(ctx, broadcast, { set: { status: 'stopped', ended, pause: null } });
  await spareUnsent(ctx, stopped);
  return stopped;
}

/** Whoever was to be sent a broadcast that ended before may be sent something else. */
export async function spareUnsent(ctx: Context, { _id, settled }: Broadcast): Promise<void> {
  const unsent = { ...batchesBehind(_id, settled), status: 'waiting' as const };
  for await (const { pending } of BroadcastBatchModel.find(unsent)
    .lean<BroadcastBatch[]>()
    .cursor()) {
    await givePushesBack(ctx, pending ?? [], _id);
  }
}

/** Ids of members sort by the time of enrolment: those that begin with less were there before. */
export function audienceEndsBefore(now: Date): string {
  return newId('mem', now).slice(0, ID_TIME_CHARS);
}

interface Change {
  /** Only from these; from wherever the new status may come without it. */
  readonly from?: readonly BroadcastStatus[];
  readonly set: Partial<Broadcast> & { readonly status: BroadcastStatus };
}

async function become(
  ctx: Context,
  { _id }: Broadcast,
  { set, from = comesFrom(set.status) }: Change,
): Promise<Broadcast> {
  const filter = { _id, status: { $in: [...from] } };
  const { matchedCount } = await BroadcastModel.updateOne(filter, { $set: set });
  if (matchedCount === 0) throw broadcastCannotBecome(set.status, _id);
  return getBroadcast(ctx, _id);
}
