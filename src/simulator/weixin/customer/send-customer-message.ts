import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { used } from '../../world/windows.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { checkNotBlocked } from '../people/blacklist.ts';
import { findPerson } from '../people/find-person.ts';
import { wordsOf } from './message-words.ts';

const Message = z.object({
  touser: z.string(),
  msgtype: z.string(),
  customservice: z.object({ kf_account: z.string() }).optional(),
});

/** POST cgi-bin/message/custom/send, inside the follower's windows (reference 5.5). @throws ApiProblem */
export function sendCustomerMessage(platform: Platform, { body }: Asked): object {
  const { world, transcript } = platform;
  const { touser, msgtype, customservice: desk } = read(Message, body);
  const text = wordsOf(platform, msgtype, body);
  const follower = findPerson(platform, touser);
  checkNotBlocked(follower);
  const accounts = world.state.desk.accounts.map(({ account }) => account);
  if (desk && !accounts.includes(desk.kf_account))
    throw new ApiProblem(65401, 'invalid kf_account');
  const windows = used(follower.windows, world.clock.now());
  if (windows === 45015) throw new ApiProblem(45015, 'response out of time limit');
  if (windows === 45047) throw new ApiProblem(45047, 'out of response count limit');
  follower.windows = windows;
  platform.typing.delete(touser);
  transcript.add(touser, { from: 'account', via: 'customer', text });
  return {};
}
