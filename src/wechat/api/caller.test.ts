import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { answers, OK, pretendCaller, useNoNetwork } from '../../../tests/support/weixin.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import { RemoteError } from '../../platform/remote.ts';
import type { AccessToken } from '../access-token.ts';
import { WechatError } from '../api-errors.ts';
import { caller } from './caller.ts';

useNoNetwork();

const HOST = 'https://api.weixin.qq.com';
const PATH = '/cgi-bin/tags/get';
const path = 'cgi-bin/tags/get';
const answer = z.object({ tags: z.array(z.string()) });
const FOUND = { tags: ['上海'] };
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const tokenless = () =>
  Promise.reject(new RemoteError('wechat', { reason: 'status', status: 502 }));
const once = () => pretendCaller().caller.call({ path, answer });
const platform = () => nock(HOST).get(`${PATH}?access_token=T`);

test('without a body a call is a GET, with one a POST, and the query stands beside the token', async () => {
  answers(
    { asks: `GET ${PATH}?lang=zh_CN`, answer: FOUND },
    { asks: `POST ${PATH}`, body: { a: 1 }, answer: FOUND },
  );
  const calls = pretendCaller().caller;
  expect(await calls.call({ path, query: { lang: 'zh_CN' }, answer })).toEqual(FOUND);
  expect(await calls.call({ path, json: { a: 1 }, answer })).toEqual(FOUND);
});

test('an open call has no token, and needs none', async () => {
  nock(HOST).get(`${PATH}?appid=wx0`).reply(200, FOUND);
  const token = { current: () => Promise.reject(new Error('no token')), refreshed: async () => '' };
  const { caller: calls } = pretendCaller(token);
  expect(await calls.open({ path, query: { appid: 'wx0' }, answer })).toEqual(FOUND);
});

test('an open call that is refused is not made again with another token', async () => {
  nock(HOST).get(PATH).reply(200, { errcode: 40_001, errmsg: 'invalid credential' });
  const error = await caught(pretendCaller().caller.open({ path, answer }));
  expect(error).toMatchObject({ errcode: 40_001 });
});

test('what is no JSON is called in its own way, with a fresh token after a refusal', async () => {
  const addresses: string[] = [];
  const done = await pretendCaller().caller.withToken('cgi-bin/media/get', async (url) => {
    addresses.push(url.href);
    if (addresses.length > 1) return 'bytes';
    throw new WechatError({ errcode: 42_001, errmsg: 'expired' });
  });
  expect(done).toBe('bytes');
  expect(addresses).toEqual([
    `${HOST}/cgi-bin/media/get?access_token=T`,
    `${HOST}/cgi-bin/media/get?access_token=T2`,
  ]);
});

test.each<[string, AccessToken]>([
  ['none is there', { current: tokenless, refreshed: async () => 'T2' }],
  ['the one that was there is refused', { current: async () => 'T', refreshed: tokenless }],
])('without a token a call was not made: %s', async (_name, token) => {
  nock(HOST).get(`${PATH}?access_token=T`).reply(200, { errcode: 40_001, errmsg: 'no' });
  const error = await caught(pretendCaller(token).caller.call({ path, answer }));
  expect(error).toMatchObject({ reason: 'status', status: 502, isUnsent: true });
  nock.cleanAll();
});

test('JSON under another content type is read all the same', async () => {
  platform().reply(200, JSON.stringify(FOUND), { 'content-type': 'text/plain' });
  expect(await once()).toEqual(FOUND);
});

test.each([
  ['a page', 200, '<html>ACCESS</html>', { 'content-type': 'text/html' }, 'not-json'],
  [
    'a page that says it is JSON',
    200,
    '<html>',
    { 'content-type': 'application/json' },
    'not-json',
  ],
  ['a picture', 200, '\u0089PNG', { 'content-type': 'image/png' }, 'not-json'],
  ['nothing', 200, '', {}, 'not-json'],
  ['half an answer', 200, '{"tags":["上', {}, 'not-json'],
  ['JSON of another shape', 200, '{"tags":7}', {}, 'unexpected'],
  ['a list', 200, '[]', {}, 'unexpected'],
  ['null', 200, 'null', {}, 'unexpected'],
  ['500', 500, '{"tags":[]}', {}, 'status'],
  ['502', 502, '<html>', {}, 'status'],
  ['403', 403, '', {}, 'status'],
])(
  '%s is a failure that shows neither address nor answer',
  async (_, status, body, type, reason) => {
    platform().reply(status, body, type);
    const error = await caught(once());
    expect(error).toMatchObject({ name: 'RemoteError', kind: 'unavailable', reason });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/access_token|ACCESS/);
  },
);

test('a connection that is reset is a failure', async () => {
  platform().replyWithError(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  expect(await caught(once())).toMatchObject({ name: 'RemoteError', reason: 'unreachable' });
});

test('silence is waited out until the deadline of the call, and not tried again', async () => {
  const server = createServer(() => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  nock.enableNetConnect('127.0.0.1');
  const { port } = server.address() as AddressInfo;
  const token = { current: async () => 'T', refreshed: async () => 'T2' };
  const pauses: number[] = [];
  const pause = async (pauseMs: number) => void pauses.push(pauseMs);
  const calls = caller({ baseUrl: new URL(`http://127.0.0.1:${port}/`), token, pause });
  const asking = calls.call({ path, answer, timeoutMs: 50, repeatable: true });
  expect(await caught(asking)).toMatchObject({ name: 'RemoteError', reason: 'timeout' });
  expect(pauses).toEqual([]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  nock.disableNetConnect();
});

test.each([-1, 268_487_001, 268_487_002, 268_488_001])(
  'after %i what may be done twice is tried up to three times, with growing pauses',
  async (errcode) => {
    const { caller: calls, pauses } = pretendCaller();
    const busy = { asks: `GET ${PATH}`, answer: { errcode, errmsg: 'system error' } };
    answers(busy, busy, { asks: `GET ${PATH}`, answer: FOUND });
    expect(await calls.call({ path, answer, repeatable: true })).toEqual(FOUND);
    const [first = 0, second = 0] = pauses;
    expect(first >= 100 && first <= 200 && second >= 200 && second <= 400).toBe(true);
  },
);

test('a third busy answer is the error', async () => {
  const { caller: calls, pauses } = pretendCaller();
  const busy = { asks: `GET ${PATH}`, answer: { errcode: -1, errmsg: 'system error' } };
  answers(busy, busy, busy);
  const asking = calls.call({ path, answer, repeatable: true });
  expect(await caught(asking)).toMatchObject({ errcode: -1, advice: 'retry' });
  expect(pauses).toHaveLength(2);
});

test.each([
  ['a lost connection', () => platform().replyWithError('reset')],
  ['a bad gateway', () => platform().reply(502, '<html>')],
])('after %s what may be done twice is tried again', async (_, fails) => {
  fails();
  platform().reply(200, FOUND);
  const call = { path, answer, repeatable: true };
  expect(await pretendCaller().caller.call(call)).toEqual(FOUND);
});

test('an open call is tried again in the same way', async () => {
  nock(HOST).get(PATH).reply(503).get(PATH).reply(200, FOUND);
  const call = { path, answer, repeatable: true };
  expect(await pretendCaller().caller.open(call)).toEqual(FOUND);
});

test.each([
  ['a refusal for the day', 45_009, 'wait'],
  ['too many calls a minute', 45_011, 'retry'],
  ['a wrong value', 47_001, 'value'],
])('%s is not tried again at once, whatever may be done twice', async (_, errcode, advice) => {
  const { caller: calls, pauses } = pretendCaller();
  answers({ asks: `GET ${PATH}`, answer: { errcode, errmsg: 'no' } });
  const asking = calls.call({ path, answer, repeatable: true });
  expect(await caught(asking)).toMatchObject({ errcode, advice });
  expect(pauses).toEqual([]);
});

test('calls are counted by path and by what came of them, unknown codes once more', async () => {
  const call = { path: 'cgi-bin/counted', answer: z.object({}) };
  const calls = pretendCaller().caller;
  const asks = 'GET /cgi-bin/counted';
  answers({ asks, answer: OK }, { asks, answer: { errcode: 45_009, errmsg: 'quota' } });
  answers({ asks, answer: { errcode: 99_999, errmsg: 'new' } }, { asks, answer: '<html>' });
  await calls.call(call);
  for (const _ of [1, 2, 3]) await caught(calls.call(call));
  const { text } = await renderMetrics();
  for (const result of ['ok', '45009', '99999', 'not-json']) {
    const labels = `{path="cgi-bin/counted",result="${result}"}`;
    expect(text).toContain(`jifenwu_wechat_calls_total${labels} 1`);
  }
  const unknown = '{path="cgi-bin/counted",errcode="99999"}';
  expect(text).toContain(`jifenwu_wechat_unknown_codes_total${unknown} 1`);
  expect(text).not.toContain('unknown_codes_total{path="cgi-bin/counted",errcode="45009"}');
});
