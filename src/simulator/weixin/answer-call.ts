import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { secondsOf } from '../line/push.ts';
import type { Platform } from '../platform.ts';
import type { Fault } from '../world/faults.ts';
import { isPlain, type PlainAnswer } from './answers.ts';
import { ApiProblem } from './api-problem.ts';
import type { Asked } from './asked.ts';
import { LineBroken, playFault } from './play-fault.ts';
import type { Answered, RawCall } from './raw-call.ts';
import { readForm } from './read-form.ts';
import { describeAnswer, describeRequest } from './shown-call.ts';
import type { WeixinCall } from './weixin-call.ts';
import { WEIXIN_CALLS } from './weixin-calls.ts';

const PLATFORM = 'https://api.weixin.qq.com/';

/**
 * Answers a request to `api.weixin.qq.com`, with HTTP status 200 also for refusals, or to one of the
 * pages of WeChat, and records it. @throws LineBroken where a fault breaks the connection
 */
export async function answerCall(platform: Platform, call: RawCall): Promise<Answered> {
  const at = platform.world.clock.now();
  const begun = performance.now();
  const fault = platform.faults.next(call.path);
  const rid = `${secondsOf(at).toString(16)}-${randomBytes(8).toString('hex')}`;
  const work = () => answerOf(platform, { call, fault, rid });
  const answered = await playFault(fault, platform, work);
  platform.world.saveSoon();
  platform.exchanges.add({
    at,
    direction: 'call',
    url: `/${call.path}${queryOf(call)}`,
    about: call.path.replace('cgi-bin/', ''),
    request: describeRequest(call),
    response: describeAnswer(answered),
    plainRequest: null,
    plainResponse: null,
    status: answered?.status ?? 0,
    errcode: errcodeOf(answered),
    attempt: 1,
    problem: null,
    fault: fault?.kind ?? null,
    rid,
    ms: Math.round(performance.now() - begun),
  });
  if (!answered) throw new LineBroken();
  return answered;
}

interface Work {
  readonly call: RawCall;
  readonly fault: Fault | null;
  readonly rid: string;
}

async function answerOf(platform: Platform, work: Work): Promise<Answered> {
  try {
    const answer = await answering(platform, work);
    if (isPlain(answer)) return plain(answer);
    const body = 'access_token' in answer ? answer : { errcode: 0, errmsg: 'ok', ...answer };
    return { status: 200, headers: {}, body };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    const errmsg = `${error.message} rid: ${work.rid}`;
    return { status: 200, headers: {}, body: { errcode: error.errcode, errmsg, ...error.more } };
  }
}

async function answering(platform: Platform, { call, fault }: Work): Promise<object> {
  const known = WEIXIN_CALLS[call.path];
  if (!known) throw new ApiProblem(40066, 'invalid url');
  if (call.method !== known.method) {
    throw known.method === 'POST'
      ? new ApiProblem(43002, 'require POST method')
      : new ApiProblem(43001, 'require GET method');
  }
  if (fault?.kind === 'errcode') throw new ApiProblem(fault.errcode, 'played by a fault switch');
  if (fault?.kind === 'token') platform.tokens.forget();
  admit(platform, call, known);
  // Whoever does not hear of the result has to do without the event.
  const deaf = fault?.kind === 'no-event' ? { ...platform, soon() {} } : platform;
  return known.answer(deaf, askedBy(call));
}

function admit({ counts, tokens }: Platform, call: RawCall, { daily, open }: WeixinCall): void {
  if (counts.count(call.path) > daily) {
    throw new ApiProblem(45009, 'reach max api daily quota limit');
  }
  if (!open) tokens.check(call.query.access_token);
}

function askedBy(call: RawCall): Asked {
  const { method, query, body, contentType = '', phone = null, base = PLATFORM } = call;
  const asked = { query, body: {}, form: null, phone, base };
  if (method === 'GET') return asked;
  if (body.length === 0) throw new ApiProblem(44002, 'empty post data');
  if (/^multipart\//i.test(contentType)) {
    const form = readForm(contentType, Buffer.from(body));
    if (!form) throw new ApiProblem(47001, 'data format error');
    return { ...asked, form };
  }
  return { ...asked, body: parsed(String(body)) };
}

function parsed(text: string): unknown {
  if (/\\u[0-9a-f]{4}/i.test(text)) throw new ApiProblem(40033, 'invalid charset, use UTF-8');
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new ApiProblem(47001, 'data format error');
    throw error;
  }
}

function plain({ status, headers, bytes }: PlainAnswer): Answered {
  return { status, headers, body: bytes };
}

function errcodeOf(answered: Answered | null): number {
  const { errcode } = (answered?.body ?? {}) as { readonly errcode?: unknown };
  return typeof errcode === 'number' ? errcode : 0;
}

function queryOf({ query }: RawCall): string {
  const entries = Object.entries(query).map(([name, value]) => [name, value ?? '']);
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : '';
}
