import { z } from 'zod';
import type { Platform } from '../platform.ts';
import { findFollower } from '../world/people.ts';
import { used } from '../world/windows.ts';
import { ApiProblem } from './api-problem.ts';
import type { Asked } from './asked.ts';

const Message = z.object({
  touser: z.string(),
  msgtype: z.string(),
  text: z.object({ content: z.string() }).optional(),
});

const TEXT_BYTES_MAX = 2048;

/** POST cgi-bin/message/custom/send: a text, inside the follower's windows. @throws ApiProblem */
export function sendCustomerMessage(platform: Platform, { body }: Asked): object {
  const { world, transcript } = platform;
  const message = Message.safeParse(body);
  if (!message.success) throw new ApiProblem(47001, 'data format error');
  const { touser, msgtype, text } = message.data;
  if (msgtype !== 'text' || !text) throw new ApiProblem(40008, 'invalid message type');
  if (text.content === '') throw new ApiProblem(44004, 'empty content');
  if (Buffer.byteLength(text.content) > TEXT_BYTES_MAX) {
    throw new ApiProblem(45002, 'content size out of limit');
  }
  const follower = findFollower(world, touser);
  if (!follower) throw new ApiProblem(40003, 'invalid openid');
  const windows = used(follower.windows, world.clock.now());
  if (windows === 45015) throw new ApiProblem(45015, 'response out of time limit');
  if (windows === 45047) throw new ApiProblem(45047, 'out of response count limit');
  follower.windows = windows;
  transcript.add(touser, { from: 'account', via: 'customer', text: text.content });
  return {};
}
