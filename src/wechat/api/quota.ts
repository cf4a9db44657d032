import { z } from 'zod';
import { nothing } from './answers.ts';
import type { Caller } from './caller.ts';
import { requireValid } from './require-valid.ts';

/** Calls of one API today, Asia/Shanghai. */
export interface ApiQuota {
  readonly dailyLimit: number;
  readonly used: number;
  readonly remaining: number;
}

/** One call as the platform saw it. Its token and secret are left out. */
export interface SeenRequest {
  readonly invokedAt: Date;
  readonly costMs: number;
  readonly requestUrl: string;
  readonly requestBody: string;
  readonly responseBody: string;
  readonly clientIp: string;
}

/**
 * What is left of the account's calls, and how to start them anew (reference 4.4). A path is
 * `/cgi-bin/message/custom/send`. @throws DomainError QUOTA_PATH_INVALID, WechatError, RemoteError
 */
export interface Quota {
  of(path: string): Promise<ApiQuota>;
  /** All APIs; ten times a month together with the next one and the console, then 48006. */
  clearAll(): Promise<void>;
  /** The same without a token: the way out when the calls for tokens are used up themselves. */
  clearAllWithSecret(): Promise<void>;
  /** One API; 50 times a month. */
  clear(path: string): Promise<void>;
  /** A call of the last seven days, by the `rid` of its error (76001 to 76004 when there is none). */
  requestOf(rid: string): Promise<SeenRequest>;
}

const answer = z.object({
  quota: z.object({ daily_limit: z.number(), used: z.number(), remain: z.number() }),
});
const text = z.string().catch('');
const seen = z.object({
  request: z.object({
    invoke_time: z.number(),
    cost_in_ms: z.number(),
    request_url: text,
    request_body: text,
    response_body: text,
    client_ip: text,
  }),
});

/** Makes the calls about the account's quota. Clearing is not tried again: each time counts. */
export function quota({
  caller,
  appId,
  secret,
}: {
  readonly caller: Caller;
  readonly appId: string;
  readonly secret: string;
}): Quota {
  return {
    async of(path) {
      const json = { cgi_path: checkedPath(path) };
      const call = { path: 'cgi-bin/openapi/quota/get', json, answer, repeatable: true };
      const { daily_limit, used, remain } = (await caller.call(call)).quota;
      return { dailyLimit: daily_limit, used, remaining: remain };
    },
    async clearAll() {
      await caller.call({ path: 'cgi-bin/clear_quota', json: { appid: appId }, answer: nothing });
    },
    async clearAllWithSecret() {
      const json = { appid: appId, appsecret: secret };
      await caller.open({ path: 'cgi-bin/clear_quota/v2', json, answer: nothing });
    },
    async clear(path) {
      const json = { cgi_path: checkedPath(path) };
      await caller.call({ path: 'cgi-bin/openapi/quota/clear', json, answer: nothing });
    },
    async requestOf(rid) {
      const call = { path: 'cgi-bin/openapi/rid/get', json: { rid }, answer: seen };
      const { request } = await caller.call({ ...call, repeatable: true });
      return {
        invokedAt: new Date(request.invoke_time * 1000),
        costMs: request.cost_in_ms,
        requestUrl: withoutSecrets(request.request_url),
        requestBody: withoutSecrets(request.request_body),
        responseBody: withoutSecrets(request.response_body),
        clientIp: request.client_ip,
      };
    },
  };
}

/** Calls of web pages have no quota (76022). */
function checkedPath(path: string): string {
  const isPath = /^\/[\w/-]+$/.test(path) && !path.startsWith('/sns/') && !path.startsWith('//');
  requireValid(isPath, 'QUOTA_PATH_INVALID', 'a path is written /cgi-bin/…, without a query');
  return path;
}

function withoutSecrets(shown: string): string {
  return shown.replace(
    /((?:access_token|refresh_token|secret|appsecret|ticket)"?\s*[=:]\s*"?)[^&"\s]+/g,
    '$1…',
  );
}
