import type { Context } from '../../kernel/context.ts';
import { type Broadcast, type BroadcastId, BroadcastModel } from './broadcast.model.ts';
import { broadcastNotFound } from './errors.ts';

const LISTED_MAX = 100;

/** @throws BROADCAST_NOT_FOUND */
export async function getBroadcast(_ctx: Context, broadcastId: BroadcastId): Promise<Broadcast> {
  const found = await BroadcastModel.findById(broadcastId).lean<Broadcast>();
  if (!found) throw broadcastNotFound(broadcastId);
  return found;
}

/** The newest hundred broadcasts, newest first. */
export function listBroadcasts(_ctx: Context): Promise<readonly Broadcast[]> {
  return BroadcastModel.find().sort({ _id: -1 }).limit(LISTED_MAX).lean<Broadcast[]>().exec();
}
