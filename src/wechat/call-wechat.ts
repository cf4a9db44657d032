import { z } from 'zod';
import { RemoteError } from '../platform/remote.ts';
import { callJson } from '../platform/remote-json.ts';
import { WechatError } from './api-errors.ts';
import { cleaned } from './clean-text.ts';

const TIMEOUT_MS = 3000;
/** Errors come with HTTP 200; a success may leave `errcode` out (reference 0.2). */
const failure = z.object({
  errcode: z.number().refine((code) => code !== 0),
  errmsg: z.string().catch(''),
});

export interface WechatCall<Answer> {
  readonly url: URL;
  readonly json?: unknown;
  /** What of the answer is used. */
  readonly answer: z.ZodType<Answer>;
  /** How long all of the answer is waited for; 3 s without it. */
  readonly timeoutMs?: number;
}

/** One call of the API, checked. @throws WechatError, RemoteError */
export async function callWechat<Answer>({
  url,
  json,
  answer,
  timeoutMs = TIMEOUT_MS,
}: WechatCall<Answer>): Promise<Answer> {
  const call = { remote: 'wechat', url, timeoutMs };
  const given = await callJson(json === undefined ? call : { ...call, json: writableJson(json) });
  return readAnswer(given, answer);
}

/** What the parsed JSON of an answer says. @throws WechatError, RemoteError of another shape */
export function readAnswer<Answer>(given: unknown, answer: z.ZodType<Answer>): Answer {
  const failed = mayHaveFailed(given) ? failure.safeParse(given) : null;
  if (failed?.success) throw new WechatError({ ...failed.data, answer: given });
  const known = answer.safeParse(given);
  if (known.success) return known.data;
  throw new RemoteError('wechat', { reason: 'unexpected' });
}

/** Told without a schema: making the error of one that does not fit costs more than all the rest. */
function mayHaveFailed(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'errcode' in given && given.errcode !== 0;
}

function writableJson(json: unknown): unknown {
  if (typeof json === 'string') return cleaned(json);
  if (Array.isArray(json)) return json.map(writableJson);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => [name, writableJson(value)]),
  );
}
