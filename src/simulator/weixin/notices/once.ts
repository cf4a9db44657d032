import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { checkNotBlocked } from '../people/blacklist.ts';
import { findPerson } from '../people/find-person.ts';

const TITLE_MAX = 15;
const CONTENT_MAX = 200;
const CONSENTS_KEPT = 10_000;

/** What one consent of the older kind is for (reference 5.4). */
export interface Once {
  readonly openId: string;
  readonly templateId: string;
  readonly scene: string;
}

const Message = z.object({
  touser: z.string(),
  template_id: z.string(),
  scene: z.union([z.string(), z.number().transform(String)]),
  title: z.string(),
  url: z.string().optional(),
  data: z.object({ content: z.object({ value: z.string() }) }),
});

/**
 * POST cgi-bin/message/template/subscribe: the one message of a one-time subscription (reference 5.4).
 * @throws ApiProblem 40062, 43101, 47003
 */
export function sendOnce(platform: Platform, { body }: Asked): object {
  const { world, transcript } = platform;
  const { touser: openId, template_id: templateId, scene, title, data, url } = read(Message, body);
  const { value } = data.content;
  if (title === '' || [...title].length > TITLE_MAX) throw new ApiProblem(40062, 'invalid title');
  if (value === '' || [...value].length > CONTENT_MAX) {
    throw new ApiProblem(47003, 'argument invalid! data.content.value invalid');
  }
  checkNotBlocked(findPerson(platform, openId));
  const key = keyOf({ openId, templateId, scene });
  const left = world.state.onceConsents.filter((one) => one !== key);
  if (left.length === world.state.onceConsents.length) {
    throw new ApiProblem(43101, 'user refuse to accept the msg');
  }
  world.state.onceConsents = left;
  const text = `${title}\n${value}`;
  const card = { templateId, title, fields: [{ label: '', value }], url: url || null };
  transcript.add(openId, { from: 'account', via: 'subscription', text, data: card });
  return {};
}

/** Notes a consent; one that is there already does not add up. */
export function noteOnce({ world: { state } }: Platform, once: Once): void {
  const others = state.onceConsents.filter((one) => one !== keyOf(once));
  state.onceConsents = [...others.slice(1 - CONSENTS_KEPT), keyOf(once)];
}

function keyOf({ openId, templateId, scene }: Once): string {
  return `${openId} ${templateId} ${scene}`;
}
