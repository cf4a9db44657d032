import { z } from 'zod';
import { fieldsOf } from '../../account/templates.ts';
import { deliverPush } from '../../line/deliver-push.ts';
import { eventPush } from '../../line/pushes.ts';
import type { Field } from '../../line/xml.ts';
import type { Platform } from '../../platform.ts';
import type { Card } from '../../world/transcript.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { checkNotBlocked } from '../people/blacklist.ts';
import { findPerson } from '../people/find-person.ts';
import { rememberSent, sentBefore } from '../sent-once.ts';
import { filledFields, textOf } from '../templates/filled-fields.ts';

const Notice = z.object({
  touser: z.string(),
  template_id: z.string(),
  page: z.string().optional(),
  miniprogram: z.object({ appid: z.string(), pagepath: z.string().optional() }).optional(),
  data: z.record(z.string(), z.object({ value: z.string() })),
  client_msg_id: z.string().optional(),
});

/**
 * POST cgi-bin/message/subscribe/bizsend: one notice for one consent, also to who does not follow
 * (reference 5.4); the result follows as an event. @throws ApiProblem 43101 without a consent
 */
export function sendNotice(platform: Platform, { body }: Asked): object {
  const { state } = platform.world;
  const notice = read(Notice, body);
  const { touser, template_id: id } = notice;
  const template = state.notices.find(({ priTmplId }) => priTmplId === id);
  if (!template) throw new ApiProblem(40037, 'invalid template_id');
  const fields = filledFields(fieldsOf(template), notice.data);
  checkNotBlocked(findPerson(platform, touser));
  if (sentBefore(platform, 'subscription', notice) !== null) return {};
  spend(platform, `${touser} ${id}`);
  const card: Card = { templateId: id, title: template.title, fields, url: notice.page || null };
  const text = textOf(card);
  platform.transcript.add(touser, { from: 'account', via: 'subscription', text, data: card });
  state.templateMessages += 1;
  const sent = { touser, id, msgid: state.templateMessages };
  rememberSent(platform, 'subscription', { ...notice, msgid: sent.msgid });
  platform.soon(() => finished(platform, sent));
  return {};
}

function spend({ world: { state } }: Platform, key: string): void {
  const left = state.consents[key] ?? 0;
  if (left < 1) throw new ApiProblem(43101, 'user refuse to accept the msg');
  if (left === 1) delete state.consents[key];
  else state.consents[key] = left - 1;
}

interface Sent {
  readonly touser: string;
  readonly id: string;
  readonly msgid: number;
}

async function finished(platform: Platform, { touser, id, msgid }: Sent): Promise<void> {
  const item: Field[] = [
    ['TemplateId', id],
    ['MsgID', String(msgid)],
    ['ErrorCode', '0'],
    ['ErrorStatus', 'success'],
  ];
  const fields: Field[] = [['SubscribeMsgSentEvent', [['List', item]]]];
  const push = { openId: touser, event: 'subscribe_msg_sent_event', fields };
  await deliverPush(platform, eventPush(platform.world, push));
}
