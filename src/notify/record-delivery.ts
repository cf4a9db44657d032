import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import type { NoticeChannel } from './channels/channel.ts';
import { type Delivery, type Notice, NoticeModel } from './notice.model.ts';

/** A report without a usable number belongs to what was sent so lately on that way. */
const NEAR_MS = 15 * 60_000;
/** Was seen where many messages share it (reference 5.3). */
const NO_NUMBER = '0';

/** What the platform reports of a template message. */
export interface DeliveryReport {
  readonly templateMsgId: string;
  readonly status: Delivery;
  /** Whom it was sent to; without it only the number tells which message is meant. */
  readonly openId?: string;
}

/**
 * Writes down what the platform reports of a template message. A number that nobody knows means the
 * member's message of just now whose number was lost, when there is only one: what was `unknown` is
 * known by this report. Otherwise it is no error.
 */
export async function recordDelivery(
  ctx: Context,
  { templateMsgId, status, openId }: DeliveryReport,
): Promise<void> {
  const reported = { $set: { delivery: status } };
  const { matchedCount } = await NoticeModel.updateOne({ templateMsgId }, reported);
  if (matchedCount > 0 || !openId) return;
  // Another number than the one that a notice got is of another message, of a broadcast perhaps.
  const unnumbered = templateMsgId === NO_NUMBER ? {} : { templateMsgId: { $exists: false } };
  await recordNear(ctx, { openId, channel: 'template', delivery: status, also: unnumbered });
}

/** What the platform reports of subscription notices, which have no numbers of their own. */
export async function recordSubscriptionDelivery(
  ctx: Context,
  { openId, isDelivered }: { readonly openId: string; readonly isDelivered: boolean },
): Promise<void> {
  const delivery = isDelivered ? 'success' : 'failed';
  await recordNear(ctx, { openId, channel: 'subscription', delivery, also: {} });
}

interface NearReport {
  readonly openId: string;
  readonly channel: NoticeChannel;
  readonly delivery: Delivery;
  readonly also: { readonly templateMsgId?: { readonly $exists: boolean } };
}

async function recordNear(
  ctx: Context,
  { openId, channel, delivery, also }: NearReport,
): Promise<void> {
  const member = await members.findMember(ctx, { openId });
  if (!member) return;
  const since = new Date(ctx.now.getTime() - NEAR_MS);
  const found = await NoticeModel.find({
    memberId: member._id,
    attempts: { $elemMatch: { channel, startedAt: { $gte: since } } },
    status: { $in: ['sent', 'unknown', 'sending', 'waiting'] },
    delivery: { $exists: false },
    ...also,
  })
    .limit(2)
    .lean<Notice[]>();
  const [notice] = found;
  if (!notice || found.length > 1) return;
  const { _id, status, sentAt = ctx.now } = notice;
  await NoticeModel.updateOne({ _id, status }, { $set: { delivery, status: 'sent', sentAt } });
}
