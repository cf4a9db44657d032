import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { caller } from './caller.ts';
import { quota } from './quota.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const way = caller({ baseUrl, token, pause: async () => undefined });
const api = quota({ caller: way, appId: 'wx0', secret: 'S' });
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const at = (path: string) => `/cgi-bin/${path}?access_token=T`;
const PATH = '/cgi-bin/message/custom/send';
const OK = { errcode: 0, errmsg: 'ok' };

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test('what is left of one API is told', async () => {
  platform
    .post(at('openapi/quota/get'), { cgi_path: PATH })
    .reply(200, { ...OK, quota: { daily_limit: 10, used: 3, remain: 7 }, rate_limit: {} });
  expect(await api.of(PATH)).toEqual({ dailyLimit: 10, used: 3, remaining: 7 });
});

test('all quotas are cleared with a token or with the secret, one by its path', async () => {
  platform.post(at('clear_quota'), { appid: 'wx0' }).reply(200, OK);
  platform.post('/cgi-bin/clear_quota/v2', { appid: 'wx0', appsecret: 'S' }).reply(200, OK);
  platform.post(at('openapi/quota/clear'), { cgi_path: PATH }).reply(200, OK);
  await api.clearAll();
  await api.clearAllWithSecret();
  await api.clear(PATH);
});

test.each(['busy -1', 'used up 48006'])('clearing is not tried again: %s', async (text) => {
  const errcode = Number(text.split(' ').at(-1));
  platform.post(at('clear_quota')).reply(200, { errcode, errmsg: text });
  expect(await caught(api.clearAll())).toMatchObject({ errcode });
});

test.each(['cgi-bin/a', 'https://a.cn/b', '/a?b', '/sns/userinfo', '//a.cn', '/', ''])(
  '%j is no path',
  async (path) => {
    expect(await caught(api.of(path))).toMatchObject({ code: 'QUOTA_PATH_INVALID' });
    expect(await caught(api.clear(path))).toMatchObject({ code: 'QUOTA_PATH_INVALID' });
  },
);

test('a call is told by its rid, without its secrets', async () => {
  platform.post(at('openapi/rid/get'), { rid: '1-2-3' }).reply(200, {
    ...OK,
    request: {
      invoke_time: 1_700_000_000,
      cost_in_ms: 12,
      request_url: 'access_token=HIDDEN&a=1',
      request_body: '{"appsecret":"HIDDEN","a":1}',
      response_body: '{"access_token": "HIDDEN","ticket":"HIDDEN"}',
      client_ip: '1.2.3.4',
    },
  });
  const seen = await api.requestOf('1-2-3');
  expect(seen).toEqual({
    invokedAt: new Date(1_700_000_000_000),
    costMs: 12,
    requestUrl: 'access_token=…&a=1',
    requestBody: '{"appsecret":"…","a":1}',
    responseBody: '{"access_token": "…","ticket":"…"}',
    clientIp: '1.2.3.4',
  });
});

test.each([
  ['a page', '<html></html>', 'not-json'],
  ['nothing', '', 'not-json'],
  ['another shape', '{}', 'unexpected'],
])('%s instead of an answer is a failure', async (_, body, reason) => {
  platform.post(at('openapi/quota/get')).reply(200, body);
  expect(await caught(api.of(PATH))).toMatchObject({ reason });
});
