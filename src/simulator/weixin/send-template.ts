import { z } from 'zod';
import { deliverPush } from '../line/deliver-push.ts';
import { eventPush } from '../line/pushes.ts';
import type { Platform } from '../platform.ts';
import { findFollower } from '../world/people.ts';
import type { Card } from '../world/transcript.ts';
import { ApiProblem } from './api-problem.ts';
import type { Asked } from './asked.ts';
import { fieldsOf, PRIVATE_TEMPLATES } from './private-templates.ts';
import { accepts, withoutEmoji } from './template-fields.ts';

const Message = z.object({
  touser: z.string(),
  template_id: z.string(),
  url: z.string().optional(),
  data: z.record(z.string(), z.object({ value: z.string() })),
  client_msg_id: z.string().optional(),
});
type Message = z.infer<typeof Message>;

/** POST cgi-bin/message/template/send; the result follows as an event. @throws ApiProblem */
export function sendTemplate(platform: Platform, { body }: Asked): object {
  const { world, transcript } = platform;
  const parsed = Message.safeParse(body);
  if (!parsed.success) throw new ApiProblem(47001, 'data format error');
  const message = parsed.data;
  const card = cardOf(message);
  const follower = findFollower(world, message.touser);
  if (!follower) throw new ApiProblem(40003, 'invalid openid');
  if (follower.standing !== 'following') throw new ApiProblem(43004, 'require subscribe');
  const repeated = sentBefore(platform, message);
  if (repeated !== null) return { msgid: repeated };
  world.state.templateMessages += 1;
  const msgid = world.state.templateMessages;
  remember(platform, message, msgid);
  transcript.add(message.touser, {
    from: 'account',
    via: 'template',
    text: [card.title, ...card.fields.map(({ label, value }) => `${label}：${value}`)].join('\n'),
    data: card,
  });
  platform.soon(() => finished(platform, message.touser, msgid));
  return { msgid };
}

/** Fields are shortened by nobody: a wrong one refuses the message. */
function cardOf({ template_id, data, url }: Message): Card {
  const template = PRIVATE_TEMPLATES.find((one) => one.template_id === template_id);
  if (!template) throw new ApiProblem(40037, 'invalid template_id');
  const fields = fieldsOf(template).map(({ label, key }) => {
    const value = withoutEmoji(data[key]?.value ?? '');
    if (!accepts(key, value)) {
      throw new ApiProblem(47003, `argument invalid! data.${key}.value invalid`);
    }
    return { label, value };
  });
  return { templateId: template_id, title: template.title, fields, url: url || null };
}

const ONCE_MS = 600_000;

function sentBefore({ world }: Platform, message: Message): number | null {
  const before = world.clientIds.get(clientKey(message));
  const isRecent = before && before.at + ONCE_MS > world.clock.now().getTime();
  return isRecent ? before.msgid : null;
}

function remember({ world }: Platform, message: Message, msgid: number): void {
  if (message.client_msg_id === undefined) return;
  const at = world.clock.now().getTime();
  world.clientIds.set(clientKey(message), { msgid, at });
  for (const [key, id] of world.clientIds) if (id.at + ONCE_MS <= at) world.clientIds.delete(key);
}

function clientKey({ touser, client_msg_id }: Message): string {
  return `${touser} ${client_msg_id}`;
}

async function finished(platform: Platform, openId: string, msgid: number): Promise<void> {
  const fields = [['MsgID', msgid] as const, ['Status', 'success'] as const];
  await deliverPush(
    platform,
    eventPush(platform.world, { openId, event: 'TEMPLATESENDJOBFINISH', fields }),
  );
}
