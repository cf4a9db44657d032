import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { redirectAnswer } from '../answers.ts';
import type { Asked } from '../asked.ts';
import { asking, type Choice, wrongLink } from '../sns/asking.ts';
import { noteOnce } from './once.ts';

const Link = z.object({
  action: z.literal('get_confirm'),
  appid: z.string(),
  scene: z.coerce.number().int().min(0).max(10_000),
  template_id: z.string().min(1),
  redirect_url: z.url({ protocol: /^https?$/ }),
  reserved: z
    .string()
    .regex(/^[A-Za-z0-9]{0,128}$/)
    .default(''),
});

/**
 * GET mp/subscribemsg: asks the follower for the one message of a scene, and goes back with the answer
 * and, where it was yes, the open id (reference 5.4).
 */
export function askOnce(platform: Platform, asked: Asked): object {
  const link = Link.safeParse(asked.query);
  if (!link.success || link.data.appid !== platform.account.appId) return wrongLink(platform);
  const choice = asking(platform, asked, 'once');
  if ('bytes' in choice) return choice;
  return answered(platform, link.data, choice);
}

function answered(platform: Platform, link: z.infer<typeof Link>, choice: Choice): object {
  const { template_id: templateId, reserved, redirect_url: url } = link;
  const scene = String(link.scene);
  const back = { template_id: templateId, scene, reserved };
  if (!choice.allows) return redirectAnswer(url, { ...back, action: 'cancel' });
  const { openId } = choice.person;
  noteOnce(platform, { openId, templateId, scene });
  return redirectAnswer(url, { openid: openId, ...back, action: 'confirm' });
}
