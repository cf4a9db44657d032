import type { Context } from '../kernel/context.ts';
import * as members from '../loyalty/members/index.ts';
import { usableNumber } from './broadcast/receipts.ts';
import { keepReceipt, type ReportedMessage, receiptPlaces } from './broadcast/record-receipt.ts';
import { type Delivery, type Notice, NoticeModel } from './notice.model.ts';
import { countReport } from './notice-metrics.ts';

/** A report without a usable number belongs to what was sent so lately on that way. */
const NEAR_MS = 15 * 60_000;

/** What the platform reports of a template message. */
export interface DeliveryReport {
  readonly templateMsgId: string;
  readonly status: Delivery;
  /** Whom it was sent to; without it only the number tells which message is meant. */
  readonly openId?: string;
}

/** What the platform reports of a subscription notice; of a code other than 0 it was not delivered. */
export interface SubscriptionReport {
  readonly openId: string;
  readonly isDelivered: boolean;
  readonly templateId?: string;
  readonly msgId?: string;
  readonly errorCode?: number;
}

/**
 * Writes down what the platform reports of a template message: of a notice or a broadcast. A number
 * that nobody knows means the member's message of just now whose number was lost, when there is only
 * one: what was `unknown` is known by this report. Otherwise it is no error, and counted.
 */
export async function recordDelivery(
  ctx: Context,
  { templateMsgId: msgId, status: delivery, openId }: DeliveryReport,
): Promise<void> {
  const channel = 'template';
  const member = openId === undefined ? null : await members.findMember(ctx, { openId });
  const isStranger = openId !== undefined && !member;
  const whose = member && { memberId: member._id };
  const reported = { $set: { delivery } };
  // A stranger's number may be that of a message of ours: accounts count for themselves.
  const { matchedCount } = isStranger
    ? { matchedCount: 0 }
    : await NoticeModel.updateOne({ templateMsgId: msgId, ...whose }, reported);
  const result = delivery;
  if (matchedCount > 0) return countReport({ channel, about: 'notice', result });
  if (!member) return countReport({ channel, about: 'nothing', result });
  const message = { memberId: member._id, channel, templateId: null, msgId } as const;
  const is = delivery === 'success' ? 'delivered' : delivery;
  // Another number than the one that a notice got is of another message.
  const also = usableNumber(msgId) === null ? {} : { templateMsgId: { $exists: false } };
  await record(ctx, { message, is, delivery, also });
}

/** Writes down what the platform reports of a subscription notice: the call that sent it got no number. */
export async function recordSubscriptionDelivery(
  ctx: Context,
  { openId, isDelivered, templateId, msgId = '0', errorCode }: SubscriptionReport,
): Promise<void> {
  const channel = 'subscription';
  const delivery = isDelivered ? 'success' : 'failed';
  const member = await members.findMember(ctx, { openId });
  if (!member) return countReport({ channel, about: 'nothing', result: delivery });
  const message = { memberId: member._id, channel, templateId: templateId ?? null, msgId } as const;
  const refused = errorCode === undefined ? 'failed' : `errcode ${errorCode}`;
  const is = isDelivered ? 'delivered' : refused;
  await record(ctx, { message, is, delivery, also: {} });
}

interface Report {
  readonly message: ReportedMessage;
  /** As a broadcast keeps it, and as a notice does. */
  readonly is: string;
  readonly delivery: Delivery;
  readonly also: { readonly templateMsgId?: { readonly $exists: boolean } };
}

/** Where its number leaves it open what a report means, it means the only message that it can mean. */
async function record(ctx: Context, report: Report): Promise<void> {
  const { message, is, delivery: result } = report;
  const { channel, msgId } = message;
  const places = await receiptPlaces(ctx, message);
  const [place] = places;
  const isTied = places.length === 1 && place?.by !== 'time';
  const notices = isTied ? [] : await noticesNear(ctx, report);
  const [notice] = notices;
  const found = places.length + notices.length;
  if (found !== 1) {
    countReport({ channel, about: found === 0 ? 'nothing' : 'ambiguous', result });
  } else if (notice) {
    await tellNotice(ctx, notice, report);
    countReport({ channel, about: 'notice', result });
  } else if (place) {
    const isNew = await keepReceipt(place, { msgId, is });
    countReport({ channel, about: isNew ? 'broadcast' : 'repeated', result });
  }
}

function noticesNear(ctx: Context, { message, also }: Report): Promise<readonly Notice[]> {
  const { memberId, channel } = message;
  const since = new Date(ctx.now.getTime() - NEAR_MS);
  return NoticeModel.find({
    memberId,
    attempts: { $elemMatch: { channel, startedAt: { $gte: since } } },
    status: { $in: ['sent', 'unknown', 'sending', 'waiting'] },
    delivery: { $exists: false },
    ...also,
  })
    .limit(2)
    .lean<Notice[]>()
    .exec();
}

async function tellNotice(ctx: Context, notice: Notice, { delivery }: Report): Promise<void> {
  const { _id, status, sentAt = ctx.now } = notice;
  await NoticeModel.updateOne({ _id, status }, { $set: { delivery, status: 'sent', sentAt } });
}
