import { z } from 'zod';
import type { Platform } from '../../platform.ts';
import { ApiProblem } from '../api-problem.ts';
import { type Asked, read } from '../asked.ts';
import { findPerson } from '../people/find-person.ts';
import { post, type WeixinCalls } from '../weixin-call.ts';
import { contentOf } from './mass-content.ts';
import { sendToAll, sendToList } from './send-mass.ts';

const A_DAY = 100;

/** One message to many (reference 5.6). */
export const MASS_CALLS: WeixinCalls = {
  'cgi-bin/message/mass/sendall': post(sendToAll, A_DAY),
  'cgi-bin/message/mass/send': post(sendToList, A_DAY),
  'cgi-bin/message/mass/preview': post(preview, A_DAY),
  'cgi-bin/message/mass/delete': post(deleteJob),
  'cgi-bin/message/mass/get': post(jobStatus),
  'cgi-bin/message/mass/speed/get': post(speed),
  'cgi-bin/message/mass/speed/set': post(setSpeed),
};

/** Ten thousand messages a minute at each speed. */
const SPEEDS = [80, 60, 45, 30, 10];

const Preview = z.object({ touser: z.string().optional(), towxname: z.string().optional() });
const Job = z.object({ msg_id: z.coerce.number().int() });
const Speed = z.object({ speed: z.int() });

/** Shows the message to one person; a WeChat name is the name in the simulator. */
function preview(platform: Platform, { body }: Asked): object {
  const { touser = '', towxname } = read(Preview, body);
  const { text } = contentOf(platform, body);
  const named = platform.world.state.followers.find(({ name }) => name === towxname);
  const person = named ?? findPerson(platform, touser);
  if (person.standing !== 'following') throw new ApiProblem(43004, 'require subscribe');
  platform.transcript.add(person.openId, { from: 'account', via: 'mass', text });
  return {};
}

/** Only articles and videos can be taken back. */
function deleteJob(platform: Platform, { body }: Asked): object {
  const job = jobOf(platform, body);
  if (job.type !== 'mpnews' && job.type !== 'mpvideo') {
    throw new ApiProblem(40008, 'invalid message type');
  }
  job.status = 'DELETE';
  return {};
}

function jobStatus(platform: Platform, { body }: Asked): object {
  const { id, status } = jobOf(platform, body);
  return { msg_id: id, msg_status: status };
}

function jobOf({ world }: Platform, body: unknown) {
  const { msg_id: id } = read(Job, body);
  const job = world.state.massJobs.find((one) => one.id === id);
  if (!job) throw new ApiProblem(40059, 'invalid msg id');
  return job;
}

function speed({ world }: Platform): object {
  const { massSpeed } = world.state;
  return { speed: massSpeed, realspeed: SPEEDS[massSpeed] };
}

function setSpeed({ world }: Platform, { body }: Asked): object {
  const { speed: wanted } = read(Speed, body);
  if (SPEEDS[wanted] === undefined) throw new ApiProblem(45083, 'invalid speed');
  world.state.massSpeed = wanted;
  return {};
}
