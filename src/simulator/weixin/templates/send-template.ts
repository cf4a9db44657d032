import { z } from 'zod';
import { fieldsOf } from '../../account/templates.ts';
import { deliverPush } from '../../line/deliver-push.ts';
import { eventPush } from '../../line/pushes.ts';
import type { Platform } from '../../platform.ts';
import type { Card } from '../../world/transcript.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { checkNotBlocked } from '../people/blacklist.ts';
import { findPerson } from '../people/find-person.ts';
import { rememberSent, sentBefore } from '../sent-once.ts';
import { filledFields, textOf } from './filled-fields.ts';

const Message = z.object({
  touser: z.string(),
  template_id: z.string(),
  url: z.string().optional(),
  miniprogram: z.object({ appid: z.string(), pagepath: z.string().optional() }).optional(),
  data: z.record(z.string(), z.object({ value: z.string() })),
  client_msg_id: z.string().optional(),
});
type Message = z.infer<typeof Message>;

/** POST cgi-bin/message/template/send; the result follows as an event. @throws ApiProblem */
export function sendTemplate(platform: Platform, { body }: Asked): object {
  const { world, transcript } = platform;
  const message = read(Message, body);
  const card = cardOf(platform, message);
  const follower = findPerson(platform, message.touser);
  if (follower.standing !== 'following') throw new ApiProblem(43004, 'require subscribe');
  checkNotBlocked(follower);
  const repeated = sentBefore(platform, 'template', message);
  if (repeated !== null) return { msgid: repeated };
  world.state.templateMessages += 1;
  const msgid = world.state.templateMessages;
  rememberSent(platform, 'template', { ...message, msgid });
  transcript.add(message.touser, {
    from: 'account',
    via: 'template',
    text: textOf(card),
    data: card,
  });
  platform.soon(() => finished(platform, message.touser, msgid));
  return { msgid };
}

function cardOf({ world }: Platform, { template_id, data, url, miniprogram }: Message): Card {
  const template = world.state.templates.find((one) => one.template_id === template_id);
  if (!template) throw new ApiProblem(40037, 'invalid template_id');
  if (miniprogram?.appid === '') throw new ApiProblem(40013, 'invalid appid');
  const fields = filledFields(fieldsOf(template), data);
  return { templateId: template_id, title: template.title, fields, url: url || null };
}

async function finished(platform: Platform, openId: string, msgid: number): Promise<void> {
  const fields = [['MsgID', msgid] as const, ['Status', 'success'] as const];
  await deliverPush(
    platform,
    eventPush(platform.world, { openId, event: 'TEMPLATESENDJOBFINISH', fields }),
  );
}
