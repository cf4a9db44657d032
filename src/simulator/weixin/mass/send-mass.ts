import { z } from 'zod';
import { businessDayOf } from '../../../kernel/business-day.ts';
import type { MassJob } from '../../account/belongings.ts';
import { oneMore } from '../../account/monthly.ts';
import { secondsOf } from '../../line/push.ts';
import type { Platform } from '../../platform.ts';
import type { Follower } from '../../world/follower.ts';
import { findFollower } from '../../world/people.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { isTag } from '../people/tags.ts';
import { deliverMass } from './deliver-mass.ts';
import { type Content, contentOf } from './mass-content.ts';

const LIST_MAX = 10_000;
const A_MONTH = 4;
const CLIENT_ID_BYTES = 32;
const ONCE_SECONDS = 86_400;
const JOBS_KEPT = 500;

const ToAll = z.object({
  filter: z.object({
    is_to_all: z.boolean().default(false),
    tag_id: z.coerce.number().int().optional(),
  }),
  clientmsgid: z.string().default(''),
});
const ToList = z.object({ touser: z.array(z.string()), clientmsgid: z.string().default('') });

/** POST cgi-bin/message/mass/sendall: to all, or to those with a tag. @throws ApiProblem */
export async function sendToAll(platform: Platform, { body }: Asked): Promise<object> {
  const { world } = platform;
  const { filter, clientmsgid } = read(ToAll, body);
  const content = contentOf(platform, body);
  checkClientId(platform, clientmsgid);
  const following = world.state.followers.filter(({ standing }) => standing === 'following');
  if (!filter.is_to_all) {
    const { tag_id: tag = 0 } = filter;
    if (!isTag(platform, tag)) throw new ApiProblem(40152, 'invalid tagid');
    const audience = following.filter(({ tags }) => tags.includes(tag));
    return begin(platform, { content, clientId: clientmsgid, audience, unknown: 0 });
  }
  const once = oneMore(world.state.massToAll, businessDayOf(world.clock.now()), A_MONTH);
  if (!once) throw new ApiProblem(45028, 'has no masssend quota');
  world.state.massToAll = once;
  return begin(platform, { content, clientId: clientmsgid, audience: following, unknown: 0 });
}

/** POST cgi-bin/message/mass/send: to a list of open ids. @throws ApiProblem */
export async function sendToList(platform: Platform, { body }: Asked): Promise<object> {
  const { touser: openIds, clientmsgid: clientId } = read(ToList, body);
  if (openIds.length < 2) throw new ApiProblem(40130, 'invalid openid list size, at least two');
  if (openIds.length > LIST_MAX) throw new ApiProblem(40032, 'invalid openid list size');
  const content = contentOf(platform, body);
  checkClientId(platform, clientId);
  const people = [...new Set(openIds)].map((openId) => findFollower(platform.world, openId));
  const audience = people.filter((one): one is Follower => one?.standing === 'following');
  const unknown = people.length - audience.length;
  return begin(platform, { content, clientId, audience, unknown });
}

/** The same id within a day is the same message. */
function checkClientId({ world }: Platform, clientId: string): void {
  if (Buffer.byteLength(clientId) > CLIENT_ID_BYTES) {
    throw new ApiProblem(45067, 'clientmsgid size out of limit');
  }
  const since = secondsOf(world.clock.now()) - ONCE_SECONDS;
  const before = world.state.massJobs.find(
    (job) => clientId !== '' && job.clientId === clientId && job.at > since,
  );
  if (before) throw new ApiProblem(45065, 'clientmsgid exist', { msg_id: before.id });
}

interface Wanted {
  readonly content: Content;
  readonly clientId: string;
  readonly audience: readonly Follower[];
  /** Open ids that mean nobody who follows. */
  readonly unknown: number;
}

async function begin(platform: Platform, wanted: Wanted): Promise<object> {
  const { state, clock } = platform.world;
  const { content, clientId } = wanted;
  state.lastNumber += 1;
  const id = state.lastNumber;
  const at = secondsOf(clock.now());
  const job: MassJob = { id, clientId, status: 'SENDING', type: content.type, at };
  state.massJobs = [...state.massJobs.slice(1 - JOBS_KEPT), job];
  await deliverMass(platform, { job, ...wanted });
  return { msg_id: id, ...(content.type === 'mpnews' && { msg_data_id: id }) };
}
