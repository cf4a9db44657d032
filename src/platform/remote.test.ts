import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { isUnavailable } from './failures.ts';
import { RemoteError } from './remote.ts';
import { callJson } from './remote-json.ts';

const url = new URL('https://remote.test/path?access_token=SECRET');
const remote = nock('https://remote.test');
const call = (more: { json?: unknown; timeoutMs?: number } = {}) =>
  callJson({ remote: 'example', url, timeoutMs: 1000, ...more });

async function failureOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (error instanceof RemoteError) return error;
  throw new Error('this call has to fail with a RemoteError', { cause: error });
}

beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());

test('without a body it is a GET', async () => {
  remote.get('/path?access_token=SECRET').reply(200, { ok: true });
  expect(await call()).toEqual({ ok: true });
});

test('a body is posted as JSON, Chinese as it is', async () => {
  const sent = remote
    .post('/path?access_token=SECRET', (body) => body.text === '积分')
    .matchHeader('content-type', /^application\/json/)
    .reply(200, []);
  expect(await call({ json: { text: '积分' } })).toEqual([]);
  expect(sent.isDone()).toBe(true);
});

test('integers past 2^53 come back as text, and nothing else does', async () => {
  const body =
    '{"msgid":18446744073709551615,"n":[-9007199254740993, 9007199254740991],"f":1.1234567890123456789,' +
    '"e":1e21,"text":"\\",12345678901234567890,","1234567890123456789":0}';
  remote.get(/path/).reply(200, body);
  expect(await call()).toEqual({
    msgid: '18446744073709551615',
    n: ['-9007199254740993', 9007199254740991],
    f: 1.1234567890123457,
    e: 1e21,
    text: '",12345678901234567890,',
    '1234567890123456789': 0,
  });
});

test.each([
  ['a status', 502, '{}', 'status'],
  ['a page instead of JSON', 200, '<html>SECRET</html>', 'not-json'],
  ['nothing', 200, '', 'not-json'],
])('%s is a failure', async (_, status, body, reason) => {
  remote.get(/path/).reply(status, body);
  expect(await failureOf(call())).toMatchObject({ remote: 'example', reason });
});

test('a redirect is a failure and is not followed', async () => {
  remote.get(/path/).reply(302, '', { location: 'https://other.test/' });
  const other = nock('https://other.test').get('/').reply(200, {});
  expect(await failureOf(call())).toMatchObject({ reason: 'unreachable' });
  expect(other.isDone()).toBe(false);
});

test('what cannot be reached is a failure', async () => {
  remote.get(/path/).replyWithError('connection refused SECRET');
  expect(await failureOf(call())).toMatchObject({ reason: 'unreachable', status: 0 });
});

test.each([
  ['never answers', () => {}],
  ['never ends its answer', (response: ServerResponse) => void response.write('{')],
])('a remote that %s is waited for until the deadline', async (_, answer) => {
  nock.enableNetConnect('127.0.0.1');
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const slow = new URL(`http://127.0.0.1:${port}/`);
  const asked = callJson({ remote: 'example', url: slow, timeoutMs: 50 });
  expect(await failureOf(asked)).toMatchObject({ reason: 'timeout', status: 0 });
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  nock.disableNetConnect();
});

test('a failure may pass, and shows neither address nor answer', async () => {
  remote.get(/path/).reply(200, 'SECRET');
  const failure = await failureOf(call());
  expect(isUnavailable(failure)).toBe(true);
  expect(failure.cause).toBe(undefined);
  expect(JSON.stringify(failure) + failure.message + failure.stack).not.toMatch(
    /SECRET|access_token/,
  );
});
