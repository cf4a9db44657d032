import type { XmlFields } from './field.ts';
import { listOf, textOf } from './field.ts';

/**
 * What is the same on every delivery of one push (reference 3.3). Two events can share a second, so
 * an event is told by its name and key too; reports about a job by the job they report about.
 */
export function dedupeKeyOf({
  fields,
  openId,
  createTime,
  msgId,
}: {
  readonly fields: XmlFields;
  readonly openId: string;
  readonly createTime: string;
  readonly msgId: string | null;
}): string {
  if (msgId) return msgId;
  const event = textOf(fields, 'Event').trim() || textOf(fields, 'MsgType').trim();
  const job = jobOf(event, fields);
  if (job) return `${event}:${job}:${openId}`;
  return `${openId}:${createTime}:${event}:${textOf(fields, 'EventKey')}`;
}

function jobOf(event: string, fields: XmlFields): string | null {
  if (event === 'TEMPLATESENDJOBFINISH' || event === 'MASSSENDJOBFINISH') {
    const msgId = textOf(fields, 'MsgID').trim();
    // 0 was seen where many messages share it: it tells nothing apart.
    return msgId === '0' ? null : msgId || null;
  }
  if (event !== 'subscribe_msg_sent_event') return null;
  const sent = listOf(fields, 'SubscribeMsgSentEvent').flatMap((one) => listOf(one, 'List'));
  return sent.map((one) => `${textOf(one, 'MsgID')}/${textOf(one, 'TemplateId')}`).join() || null;
}
