import type { Context } from '../kernel/context.ts';
import type { Content, InboundMessage } from '../wechat/index.ts';
import type { Contact, Listeners } from './listeners.ts';

/** Hands on what the platform reports; nobody waits for an answer to it, and nobody is enrolled. */
export async function handOn(
  listeners: Listeners,
  { content, openId }: InboundMessage,
  ctx: Context,
): Promise<void> {
  switch (content.type) {
    case 'template-result': {
      const { templateMsgId, status } = content;
      await listeners.onTemplateResult(ctx, { openId, templateMsgId, status });
      return;
    }
    case 'mass-result':
      await listeners.onMassResult?.(ctx, content);
      return;
    case 'subscription-popup':
    case 'subscription-change': {
      // A yes is worth one message where it was asked for; a no in the settings ends what was left.
      const counted = content.type === 'subscription-popup' ? 'accept' : 'reject';
      const answers = content.choices.filter(({ choice }) => choice === counted);
      if (answers.length > 0) await listeners.onSubscriptions(ctx, { openId, answers });
      return;
    }
    case 'subscription-sent':
      for (const { templateId, msgId, errorCode } of content.results) {
        const isDelivered = errorCode === 0;
        const sent = { openId, isDelivered, templateId, msgId, errorCode };
        await listeners.onSubscriptionSent(ctx, sent);
      }
      return;
    default:
  }
}

/** Which window a push opens (reference 5.5); null for what opens none. */
export function contactOf({ content, openId, sentAt: at }: InboundMessage): Contact | null {
  const by = openedBy(content);
  return by && { openId, by, at };
}

function openedBy(content: Content): Contact['by'] | null {
  switch (content.type) {
    case 'text':
      // A tap on a word that was sent as a menu is a tap, though it comes as a text.
      return content.menuToken === null ? 'message' : 'tap';
    case 'image':
    case 'voice':
    case 'video':
    case 'shortvideo':
    case 'location':
    case 'link':
      return 'message';
    case 'click':
    case 'scan-code':
    case 'scan-code-wait':
    case 'subscribe':
    case 'scan':
      return 'tap';
    default:
      return null;
  }
}
