import type { Context } from '../kernel/context.ts';
import type { MemberId } from '../kernel/ids.ts';
import * as members from '../loyalty/members/index.ts';
import { SubscriptionModel } from './subscription.model.ts';

/** A follower's answer about one subscription template, as the platform reports it. */
export interface SubscriptionAnswer {
  readonly templateId: string;
  readonly choice: 'accept' | 'reject';
}

/** Agreements add up; more than these are of no use to anybody. */
const LEFT_MAX = 1000;
const CAUSES_KEPT = 10;

/**
 * Keeps what a follower answered: every yes is worth one message, a no ends what was left (reference
 * 5.4). The same push counts once. Somebody who is no member is not made one: their answer is lost.
 */
export async function keepSubscriptions(
  ctx: Context,
  { openId, answers }: { readonly openId: string; readonly answers: readonly SubscriptionAnswer[] },
): Promise<void> {
  const member = await members.findMember(ctx, { openId });
  if (!member) return;
  for (const { templateId, choice } of answers) {
    if (choice === 'reject') await endSubscription(ctx, member._id, templateId);
    else await addOne(ctx, member._id, templateId);
  }
}

/** How many messages of a template a member still agreed to. */
export async function subscriptionsLeft(
  _ctx: Context,
  memberId: MemberId,
  templateId: string,
): Promise<number> {
  const found = await SubscriptionModel.findById(idOf(memberId, templateId)).lean();
  return found?.left ?? 0;
}

/** Takes one agreement for a message; false when there is none. */
export async function takeSubscription(
  ctx: Context,
  memberId: MemberId,
  templateId: string,
): Promise<boolean> {
  const { matchedCount } = await SubscriptionModel.updateOne(
    { _id: idOf(memberId, templateId), left: { $gte: 1 } },
    { $inc: { left: -1 }, $set: { changedAt: ctx.now } },
  );
  return matchedCount === 1;
}

/** Gives one back: the message was refused before it went out. */
export async function returnSubscription(
  ctx: Context,
  memberId: MemberId,
  templateId: string,
): Promise<void> {
  await SubscriptionModel.updateOne(
    { _id: idOf(memberId, templateId) },
    { $inc: { left: 1 }, $set: { changedAt: ctx.now } },
  );
}

/** The platform says that nothing is left (43101), or the follower said no. */
export async function endSubscription(
  ctx: Context,
  memberId: MemberId,
  templateId: string,
): Promise<void> {
  await SubscriptionModel.updateOne(
    { _id: idOf(memberId, templateId) },
    { $set: { left: 0, changedAt: ctx.now } },
  );
}

async function addOne(ctx: Context, memberId: MemberId, templateId: string): Promise<void> {
  const _id = idOf(memberId, templateId);
  const empty = { memberId, templateId, left: 0, changedAt: ctx.now, causes: [] };
  await SubscriptionModel.updateOne({ _id }, { $setOnInsert: empty }, { upsert: true });
  const { cause } = ctx;
  await SubscriptionModel.updateOne(
    { _id, causes: { $ne: cause }, left: { $lt: LEFT_MAX } },
    {
      $inc: { left: 1 },
      $set: { changedAt: ctx.now },
      $push: { causes: { $each: [cause], $slice: -CAUSES_KEPT } },
    },
  );
}

function idOf(memberId: MemberId, templateId: string): string {
  return `${memberId}:${templateId}`;
}
