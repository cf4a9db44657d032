import type * as wechat from '../../../wechat/index.ts';
import { type Sending, sendingOf } from '../../channels/channel.ts';
import type { PlanOf } from '../plan.ts';
import type { Parcel, Way } from './way.ts';

const RECIPIENTS_MAX = 10_000;
/** The platform knows a `clientmsgid` for 24 hours; its clock is not ours (reference 5.6). */
const KNOWN_FOR_MS = 23 * 3_600_000;

/** Mass messages: a batch is one call to at most 10,000 open ids, or one to whom the platform chooses. */
export function massWay({ content, audience }: PlanOf<'mass'>, { mass }: wechat.WechatApi): Way {
  const send = ({ dedupeId, people }: Parcel): Promise<wechat.MassJob> => {
    const message = { content: contentOf(content), clientMsgId: dedupeId };
    if (!('platform' in audience)) return mass.sendTo(openIdsOf(people), message);
    const { platform } = audience;
    return platform === 'all' ? mass.sendToAll(message) : mass.sendToTag(platform.tag, message);
  };
  return {
    unit: 'batch',
    // Whom the platform chooses is up to it.
    sizeMin: 'platform' in audience ? 1 : 2,
    sizeMax: RECIPIENTS_MAX,
    knownForMs: KNOWN_FOR_MS,
    isPush: true,
    send: (_ctx, parcel) =>
      send(parcel).then(
        ({ msgId }): Sending => ({ outcome: 'sent', msgId }),
        (error: unknown) => sendingOf(error),
      ),
  };
}

function contentOf(content: PlanOf<'mass'>['content']): wechat.MassContent {
  if (content.type !== 'mpvideo') return content;
  const { title, ...video } = content;
  return { ...video, ...(title !== undefined && { title }) };
}

function openIdsOf(people: Parcel['people']): string[] {
  return people.flatMap(({ openId }) => openId ?? []);
}
