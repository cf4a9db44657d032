import { performance } from 'node:perf_hooks';
import { businessDayOf } from '../../kernel/business-day.ts';
import type { Platform } from '../platform.ts';
import { ApiProblem } from './api-problem.ts';
import type { Asked } from './asked.ts';
import { WEIXIN_CALLS } from './weixin-calls.ts';

/** A request to the pretend API as it comes over the line. */
export interface RawCall {
  readonly method: string;
  /** Without the leading slash: `cgi-bin/stable_token`. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** Answers a request to `api.weixin.qq.com`, always with HTTP status 200, and records it. */
export async function answerCall(
  platform: Platform,
  call: RawCall,
): Promise<{ readonly status: 200; readonly body: object }> {
  const at = platform.world.clock.now();
  const begun = performance.now();
  const body = answerOf(platform, call);
  await platform.world.save();
  platform.exchanges.add({
    at,
    direction: 'call',
    url: `/${call.path}${queryOf(call)}`,
    about: call.path.replace('cgi-bin/', ''),
    request: call.body.replace(/("secret"\s*:\s*)"[^"]*"/, '$1"…"'),
    response: JSON.stringify(body, null, 1).replace(/("access_token": ")[^"]*/, '$1…'),
    plainRequest: null,
    plainResponse: null,
    status: 200,
    errcode: 'errcode' in body && typeof body.errcode === 'number' ? body.errcode : 0,
    attempt: 1,
    problem: null,
    ms: Math.round(performance.now() - begun),
  });
  return { status: 200, body };
}

function answerOf(platform: Platform, call: RawCall): object {
  try {
    const known = WEIXIN_CALLS[call.path];
    if (!known) throw new ApiProblem(40066, 'invalid url');
    if (call.method !== known.method) {
      throw known.method === 'POST'
        ? new ApiProblem(43002, 'require POST method')
        : new ApiProblem(43001, 'require GET method');
    }
    count(platform, call.path, known.daily);
    if (!known.open) platform.tokens.check(call.query.access_token);
    const answer = known.answer(platform, askedBy(call));
    return 'access_token' in answer ? answer : { errcode: 0, errmsg: 'ok', ...answer };
  } catch (error) {
    if (error instanceof ApiProblem) return { errcode: error.errcode, errmsg: error.message };
    throw error;
  }
}

function askedBy({ method, query, body }: RawCall): Asked {
  if (method === 'GET') return { query, body: {} };
  if (body === '') throw new ApiProblem(44002, 'empty post data');
  if (/\\u[0-9a-f]{4}/i.test(body)) throw new ApiProblem(40033, 'invalid charset, use UTF-8');
  try {
    return { query, body: JSON.parse(body) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) throw new ApiProblem(47001, 'data format error');
    throw error;
  }
}

/** Counts the calls of a day; the platform's days are the programme's here. */
function count({ world, calls }: Platform, path: string, daily: number): void {
  const key = `${businessDayOf(world.clock.now())} ${path}`;
  const before = calls.get(path);
  const times = before?.key === key ? before.times + 1 : 1;
  calls.set(path, { key, times });
  if (times > daily) throw new ApiProblem(45009, 'reach max api daily quota limit');
}

function queryOf({ query }: RawCall): string {
  const entries = Object.entries(query).map(([name, value]) => [name, value ?? '']);
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : '';
}
