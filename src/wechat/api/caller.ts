import { setTimeout as sleep } from 'node:timers/promises';
import type { z } from 'zod';
import { RemoteError } from '../../platform/remote.ts';
import type { AccessToken } from '../access-token.ts';
import { WechatError } from '../api-errors.ts';
import { callWechat } from '../call-wechat.ts';
import { counted } from './count-calls.ts';
import { tried } from './try-again.ts';

/** One call of the API. */
export interface ApiCall<Answer> {
  /** Without leading slash, `cgi-bin/user/info`. Holds no ids: calls are counted by it. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** POST with it; GET without. */
  readonly json?: unknown;
  /** What of the answer is used. */
  readonly answer: z.ZodType<Answer>;
  readonly timeoutMs?: number;
  /** Twice is as good as once: what only reads, or carries an id that the platform knows again. */
  readonly repeatable?: boolean;
}

/**
 * How every area reaches the API. @throws WechatError with its advice; RemoteError without an answer,
 * `isUnsent` when nothing of the call went out
 */
export interface Caller {
  /**
   * One call with the account's token. A refused token (40001, 40014, 42001) is refreshed once and
   * the call repeated once (reference 4.2).
   */
  call<Answer>(call: ApiCall<Answer>): Promise<Answer>;
  /** The same for what is not JSON both ways; the address given to `once` has the token in it. */
  withToken<Result>(path: string, once: (url: URL) => Promise<Result>): Promise<Result>;
  /** One call without the account's token. */
  open<Answer>(call: ApiCall<Answer>): Promise<Answer>;
}

export interface CallerParts {
  /** Ends in `/`; may have a path. */
  readonly baseUrl: URL;
  readonly token: AccessToken;
  readonly pause?: (pauseMs: number) => Promise<unknown>;
}

/** Makes the one way to the API at `baseUrl`. */
export function caller({ baseUrl, token, pause = sleep }: CallerParts): Caller {
  async function withToken<Result>(path: string, once: (url: URL) => Promise<Result>) {
    const attempt = (accessToken: string) => {
      const url = new URL(`${path}?access_token=${encodeURIComponent(accessToken)}`, baseUrl);
      return counted(path, () => once(url));
    };
    const used = await token.current().catch(failBefore);
    return attempt(used).catch(async (error: unknown) => {
      if (!(error instanceof WechatError) || error.advice !== 'token') throw error;
      return attempt(await token.refreshed(used).catch(failBefore));
    });
  }

  return {
    withToken,
    call(call) {
      const once = () => withToken(call.path, (url) => callWechat(askedAt(url, call)));
      return call.repeatable ? tried(once, pause) : once();
    },
    open(call) {
      const url = new URL(call.path, baseUrl);
      const once = () => counted(call.path, () => callWechat(askedAt(url, call)));
      return call.repeatable ? tried(once, pause) : once();
    },
  };
}

/** Without a token nothing of a call went out: it was not made, whatever became of the token's own. */
function failBefore(error: unknown): never {
  throw error instanceof RemoteError ? error.before() : error;
}

function askedAt<Answer>(url: URL, { query = {}, json, answer, timeoutMs }: ApiCall<Answer>) {
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return {
    url,
    answer,
    ...(json === undefined ? {} : { json }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  };
}
