import type * as wechat from '../../../wechat/index.ts';
import { type Sending, sendingOf } from '../../channels/channel.ts';
import { type Subscription, SubscriptionModel } from '../../subscription.model.ts';
import type { PlanOf } from '../plan.ts';
import type { Way } from './way.ts';

const BATCH = 100;
/** The platform knows a `client_msg_id` for ten minutes; its clock is not ours (reference 5.4). */
const KNOWN_FOR_MS = 9 * 60_000;

/** Subscription notices: one for one consent, to those who have one left. */
export function subscriptionWay(
  { content }: PlanOf<'subscription'>,
  { subscriptions }: wechat.WechatApi,
): Way {
  const { templateId, data, url } = content;
  return {
    unit: 'each',
    sizeMin: 1,
    sizeMax: BATCH,
    knownForMs: KNOWN_FOR_MS,
    isPush: true,
    async reaches(_ctx, people) {
      const ids = people.map(({ _id }) => `${_id}:${templateId}`);
      const found = await SubscriptionModel.find({ _id: { $in: ids }, left: { $gte: 1 } })
        .select({ memberId: 1 })
        .lean<Pick<Subscription, 'memberId'>[]>();
      return new Set(found.map(({ memberId }) => memberId));
    },
    async send(_ctx, { dedupeId: clientMsgId, people: [somebody] }) {
      const message = { openId: somebody?.openId ?? '', templateId, data, clientMsgId };
      return subscriptions.send(url === undefined ? message : { ...message, page: url }).then(
        (): Sending => ({ outcome: 'sent', msgId: null }),
        (error: unknown) => sendingOf(error),
      );
    },
    /** A crash before this leaves one too many: the platform refuses that one (43101). */
    onSent: (ctx, memberIds) =>
      SubscriptionModel.updateMany(
        {
          _id: { $in: memberIds.map((memberId) => `${memberId}:${templateId}`) },
          left: { $gte: 1 },
        },
        { $inc: { left: -1 }, $set: { changedAt: ctx.now } },
      ),
  };
}
