import { DAY_MS } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { type Broadcast, BroadcastModel } from './broadcast.model.ts';
import { type BroadcastBatch, BroadcastBatchModel } from './broadcast-batch.model.ts';
import { mayHaveBeenSent, receiptKeyOf, usableNumber } from './receipts.ts';

/** Reports are believed for so long after a broadcast has ended; they come within seconds. */
const LATE_MS = 3 * DAY_MS;
/** A report that no number ties to its message belongs to one of just now. */
const NEAR_MS = 15 * 60_000;
/** More of them than this never go out within the days above: a member gets one push a day. */
const BROADCASTS_MAX = 50;

/** What the platform reports of one message. */
export interface ReportedMessage {
  readonly memberId: MemberId;
  readonly channel: 'template' | 'subscription';
  /** Null where the platform does not say it. */
  readonly templateId: string | null;
  readonly msgId: string;
}

/** A message of a broadcast that a report may mean. */
export interface ReceiptPlace {
  readonly batchId: string;
  /** The recipient's place in it. */
  readonly n: number;
  /** `number`: its number says so. `later`: its number is not written down yet. `time`: it was just now. */
  readonly by: 'number' | 'later' | 'time';
}

/**
 * The messages of broadcasts that a report may mean. A batch is written down before anything of it
 * is sent, so even a report that comes before the reply to its call has a place.
 */
export async function receiptPlaces(
  ctx: Context,
  message: ReportedMessage,
): Promise<readonly ReceiptPlace[]> {
  const places: ReceiptPlace[] = [];
  for (const { _id } of await reportedBroadcasts(ctx, message)) {
    const place = await placeIn(ctx, _id, message);
    if (place?.by === 'number') return [place];
    if (place) places.push(place);
  }
  return places;
}

/** Keeps a report; `is` as in `Receipts`. False when it was there already. */
export async function keepReceipt(
  { batchId, n }: ReceiptPlace,
  { msgId, is }: { readonly msgId: string; readonly is: string },
): Promise<boolean> {
  const path = `receipts.${receiptKeyOf(n, msgId)}`;
  const { matchedCount } = await BroadcastBatchModel.collection.updateOne(
    { _id: batchId as never, [path]: { $exists: false } },
    { $set: { [path]: is } },
  );
  return matchedCount > 0;
}

function reportedBroadcasts(
  { now }: Context,
  { channel, templateId }: ReportedMessage,
): Promise<readonly Pick<Broadcast, '_id'>[]> {
  const since = new Date(now.getTime() - LATE_MS);
  return BroadcastModel.find({
    $or: [{ status: { $in: ['sending', 'paused'] } }, { 'ended.at': { $gte: since } }],
    'plan.channel': channel,
    ...(templateId !== null && { 'plan.content.templateId': templateId }),
  })
    .sort({ _id: -1 })
    .limit(BROADCASTS_MAX)
    .select({ _id: 1 })
    .lean<Pick<Broadcast, '_id'>[]>()
    .exec();
}

async function placeIn(
  { now }: Context,
  broadcastId: Broadcast['_id'],
  { memberId, channel, msgId }: ReportedMessage,
): Promise<ReceiptPlace | null> {
  // The first batch that does not end before a member is the only one they can be in.
  const batch = await BroadcastBatchModel.findOne({ broadcastId, until: { $gte: memberId } })
    .sort({ until: 1 })
    .lean<BroadcastBatch>();
  const n = batch?.recipients.indexOf(memberId) ?? -1;
  if (!batch || n < 0) return null;
  const place = { batchId: batch._id, n };
  const number = usableNumber(msgId);
  const known = batch.msgIds?.[n] ?? null;
  if (known !== null && number !== null)
    return known === number ? { ...place, by: 'number' } : null;
  const isNear = now.getTime() - batch.claimedAt.getTime() < NEAR_MS;
  if (!isNear || !isOpenTo(batch, n, msgId)) return null;
  const isChecked = channel === 'template' && batch.status === 'open' && number !== null;
  return { ...place, by: isChecked ? 'later' : 'time' };
}

/** Whether that message may have been sent, and nothing else was reported of it. */
function isOpenTo(batch: BroadcastBatch, n: number, msgId: string): boolean {
  const memberId = batch.recipients[n];
  if (batch.status === 'waiting' && batch.pending?.some((one) => one === memberId)) return false;
  const exception = batch.exceptions.find((one) => one.memberId === memberId);
  const others = Object.keys(batch.receipts ?? {}).filter((key) => key.startsWith(`${n}:`));
  const isFree = others.length === 0 || others.includes(receiptKeyOf(n, msgId));
  return mayHaveBeenSent(exception?.outcome) && (isFree || usableNumber(msgId) !== null);
}
