import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { lastHeardAt } from '../../world/windows.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { findPerson } from '../people/find-person.ts';

const Typing = z.object({ touser: z.string(), command: z.string() });

const HEARD_MS = 30_000;
const SHOWN_MS = 15_000;

/**
 * POST cgi-bin/message/custom/typing: shows that an answer is being written (reference 5.5).
 * @throws ApiProblem 45072, 45080 when nothing was heard for 30 s, 45081 while it is shown already
 */
export function typeTo(platform: Platform, { body }: Asked): object {
  const { touser, command } = read(Typing, body);
  const { typing, world } = platform;
  const now = world.clock.now().getTime();
  if (command !== 'Typing' && command !== 'CancelTyping') {
    throw new ApiProblem(45072, 'command field must be in ["Typing", "CancelTyping"]');
  }
  const person = findPerson(platform, touser);
  if (command === 'CancelTyping') {
    typing.delete(touser);
    return {};
  }
  if (lastHeardAt(person.windows) + HEARD_MS <= now) {
    throw new ApiProblem(45080, 'can only send typing to users who talked within 30 seconds');
  }
  if ((typing.get(touser) ?? 0) > now) throw new ApiProblem(45081, 'already in typing status');
  typing.set(touser, now + SHOWN_MS);
  return {};
}
