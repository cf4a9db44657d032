import { performance } from 'node:perf_hooks';
import type { Platform } from '../platform.ts';
import { type Fault, PUSHES } from '../world/faults.ts';
import type { Push, Signed } from './push.ts';
import { readied, spoiled } from './push-faults.ts';
import { type Heard, openReply, type Problem, ReplyRefused } from './reply.ts';

/** One try to hand over a push. */
export interface Attempt {
  /** From 1. */
  readonly attempt: number;
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly ms: number;
  /** Null: acknowledged without a reply, or refused. */
  readonly heard: Heard | null;
  readonly problem: Problem | null;
}

/** The platform's own number (reference 3.2). */
const TRIES = 3;

/** Hands over a push until its answer is accepted, three times at most; the last try tells. */
export async function deliverPush(platform: Platform, push: Push): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  while (attempts.length < TRIES) {
    const attempt = await attemptPush(platform, push, attempts.length + 1);
    attempts.push(attempt);
    if (!attempt.problem) break;
  }
  return attempts;
}

/** Hands over a push once, or as a fault wants it, and records what went over the line. */
export async function attemptPush(
  platform: Platform,
  push: Push,
  attempt: number,
): Promise<Attempt> {
  const fault = platform.faults.next(PUSHES);
  await readied(platform, fault);
  const first = await handOver(platform, push, { attempt, fault });
  if (fault?.kind === 'duplicate') await handOver(platform, push, { attempt, fault });
  platform.passing.passed();
  return first;
}

interface Try {
  readonly attempt: number;
  readonly fault: Fault | null;
}

async function handOver(platform: Platform, push: Push, { attempt, fault }: Try): Promise<Attempt> {
  const at = platform.world.clock.now();
  const signed = spoiled(platform.account, { push, at, fault });
  const begun = performance.now();
  const answer = await answerTo(platform, signed);
  const ms = Math.round(performance.now() - begun);
  const opened = answer.problem ? refused(answer.problem) : open(platform, push, answer.body);
  const { status } = answer;
  platform.exchanges.add({
    at,
    direction: 'push',
    url: `/wechat?${new URLSearchParams(signed.query)}`,
    about: aboutOf(push),
    request: signed.body,
    response: answer.body,
    plainRequest: signed.body === signed.plain ? null : signed.plain,
    plainResponse: opened.plain === answer.body.trim() ? null : opened.plain,
    status,
    errcode: 0,
    attempt,
    problem: opened.problem,
    fault: fault?.kind ?? null,
    rid: null,
    ms,
  });
  return { attempt, status, ms, heard: opened.heard, problem: opened.problem };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly problem: Problem | null;
}

async function answerTo(platform: Platform, { query, body }: Signed): Promise<Answer> {
  const hangUp = new AbortController();
  const timer = timeout(platform.patienceMs);
  try {
    const delivery = { method: 'POST', query, body, signal: hangUp.signal } as const;
    const answer = await Promise.race([platform.deliver(delivery), timer.over]);
    if (answer === 'over') return { status: 0, body: '', problem: 'timeout' };
    return { ...answer, problem: answer.status === 200 ? null : 'status' };
  } catch (error) {
    platform.log.warn({ err: error }, 'push not delivered');
    return { status: 0, body: '', problem: 'connection' };
  } finally {
    timer.stop();
    hangUp.abort();
  }
}

function timeout(ms: number) {
  let stop = () => {};
  const over = new Promise<'over'>((resolve) => {
    const timer = setTimeout(() => resolve('over'), ms);
    stop = () => clearTimeout(timer);
  });
  return { over, stop: () => stop() };
}

interface Read {
  readonly heard: Heard | null;
  readonly plain: string | null;
  readonly problem: Problem | null;
}

function open({ account }: Platform, { openId }: Push, body: string): Read {
  try {
    return { ...openReply(account, openId, body), problem: null };
  } catch (error) {
    if (error instanceof ReplyRefused) return refused(error.problem);
    throw error;
  }
}

function refused(problem: Problem): Read {
  return { heard: null, plain: null, problem };
}

/** A text's words or an event's name and key, short enough for a list. */
function aboutOf({ fields }: Push): string {
  const shown = fields
    .filter(([name]) => name !== 'Ticket')
    .map(([, value]) => (Array.isArray(value) ? '' : String(value)))
    .filter((value) => value !== '' && value !== 'event');
  return shown.join(' ').slice(0, 60);
}
