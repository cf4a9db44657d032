import type { Context } from '../../kernel/context.ts';
import * as settings from '../../loyalty/settings/index.ts';
import { filledForm, type SubscribedKind } from '../notice-forms.ts';
import { endSubscription, returnSubscription, takeSubscription } from '../subscriptions.ts';
import { type Sending, sendingOf } from './channel.ts';
import { dedupeIdOf } from './dedupe-id.ts';
import { TEMPLATE_REPEATABLE_MS } from './template.ts';
import { type Letter, notThisWay, stopped, type Way, wrong } from './way.ts';

/** Nothing is left of what they agreed to. */
const NOTHING_LEFT = 'errcode 43101';

/** Subscription notices: each uses up one agreement of the member (reference 5.4). */
export const subscriptionWay: Way = {
  repeatableMs: TEMPLATE_REPEATABLE_MS,

  async prepare(ctx, letter, round) {
    const { sender } = round;
    const { kind } = letter.notice;
    const { subscriptions } = await settings.read(ctx, 'notices');
    const binding = subscriptions[kind];
    const form =
      kind === 'order-code' ? undefined : sender.subscriptionForms[kind as SubscribedKind];
    if (!binding || !form) return notThisWay('not-bound');
    const closed = stopped(ctx, round, { channel: 'subscription', kind });
    if (closed) return closed;
    const filled = filledForm(form, letter.content.values, binding.keys);
    if ('problem' in filled) return wrong(filled.problem);
    const { templateId } = binding;
    const isTaken = letter.again || (await takeSubscription(ctx, letter.member._id, templateId));
    if (!isTaken) return notThisWay('no-consent');
    const clientMsgId = dedupeIdOf(letter.notice);
    const { openId } = letter;
    const page = form.link === undefined ? {} : { page: sender.linkTo(form.link) };
    const notice = { openId, templateId, data: filled.data, clientMsgId, ...page };
    return {
      ready: true,
      dedupeId: clientMsgId,
      async send() {
        const sending = await sender.api.subscriptions.send(notice).then(() => SENT, sendingOf);
        await settleConsent(ctx, letter, { templateId, sending });
        return sending;
      },
    };
  },
};

const SENT: Sending = { outcome: 'sent', msgId: null };

/** An agreement is used up by what was sent, or may have been. */
async function settleConsent(
  ctx: Context,
  { member }: Letter,
  { templateId, sending }: { readonly templateId: string; readonly sending: Sending },
): Promise<void> {
  const { outcome } = sending;
  if (outcome === 'sent' || outcome === 'unknown') return;
  if (outcome === 'not-this-way' && sending.because === NOTHING_LEFT) {
    await endSubscription(ctx, member._id, templateId);
    return;
  }
  await returnSubscription(ctx, member._id, templateId);
}
