import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer as createLine } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { TLS_PAIR } from '../../tests/support/tls-pair.ts';
import { RemoteError } from './remote.ts';
import { callJson } from './remote-json.ts';
import { answerTo, wholeText } from './remote-request.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function remote(answer: Answer, create: typeof createServer = createServer): Promise<URL> {
  const server = create(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const call = (url: URL, more: { json?: unknown; timeoutMs?: number } = {}) =>
  callJson({ remote: 'example', url, timeoutMs: 3000, ...more });
async function failureOf(promise: Promise<unknown>): Promise<RemoteError> {
  const error = await promise.catch((caught: unknown) => caught);
  if (error instanceof RemoteError) return error;
  throw new Error('this call has to fail with a RemoteError', { cause: error });
}

test('one connection carries one call after the other', async () => {
  const ports = new Set<number | undefined>();
  const url = await remote((request, response) => {
    ports.add(request.socket.remotePort);
    request.pipe(response);
  });
  for (const n of [1, 2, 3, 4]) expect(await call(url, { json: { n } })).toEqual({ n });
  expect(ports.size).toBe(1);
});

test('a call that was given up leaves nothing behind for the next one', async () => {
  const url = await remote((request, response) => {
    if (request.url === '/late') setTimeout(() => response.end('{"late":true}'), 150);
    else response.end('{}');
  });
  await call(url);
  const late = call(new URL('late', url), { timeoutMs: 50 });
  expect(await failureOf(late)).toMatchObject({ reason: 'timeout' });
  for (let n = 0; n < 5; n++) {
    expect(await call(url)).toEqual({});
    await sleep(40);
  }
});

test('many calls at once get each its own answer', async () => {
  const url = await remote((request, response) => request.pipe(response));
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  const answers = await Promise.all(numbers.map((n) => call(url, { json: { n } })));
  expect(answers).toEqual(numbers.map((n) => ({ n })));
});

test('a mark of the byte order is no part of JSON', async () => {
  const url = await remote((_request, response) => response.end('\ufeff{"name":"积分"}'));
  expect(await call(url)).toEqual({ name: '积分' });
});

test('no compressed answer is asked for, and none is taken', async () => {
  const url = await remote((request, response) => {
    const isAsked = request.headers['accept-encoding'] !== 'identity';
    response.setHeader('content-encoding', 'gzip');
    response.end(isAsked ? '{}' : gzipSync('{}'));
  });
  expect(await failureOf(call(url))).toMatchObject({ reason: 'unexpected' });
});

test('of an answer no more is read than its limit', async () => {
  const url = await remote((_request, response) => response.end('123456'));
  const asked = () => answerTo({ remote: 'example', url, timeoutMs: 3000 });
  expect(await wholeText('example', await asked(), 6)).toBe('123456');
  const failure = await failureOf(wholeText('example', await asked(), 5));
  expect(failure).toMatchObject({ reason: 'unexpected' });
});

test('a server whose certificate nobody vouches for is not told anything', async () => {
  let asked = 0;
  const url = await remote(
    (_request, response) => {
      asked += 1;
      response.end('{}');
    },
    ((answer: Answer) => createSecureServer(TLS_PAIR, answer)) as unknown as typeof createServer,
  );
  const failure = await failureOf(call(new URL(url.href.replace('http:', 'https:'))));
  expect(failure).toMatchObject({ reason: 'unreachable', isUnsent: true });
  expect(asked).toBe(0);
});

describe('whether a request went out is known', () => {
  test('nobody listens: it did not', async () => {
    const url = await remote(() => undefined);
    await closing.pop()?.();
    expect(await failureOf(call(url))).toMatchObject({ reason: 'unreachable', isUnsent: true });
  });

  test('no such host: it did not', async () => {
    const url = new URL('http://nowhere.invalid/');
    expect(await failureOf(call(url))).toMatchObject({ reason: 'unreachable', isUnsent: true });
  });

  test('the greeting of a secure line does not come: it did not', async () => {
    const line = createLine((socket) => {
      socket.on('error', () => undefined);
      socket.resume();
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => line.once('listening', resolve));
    closing.push(() => new Promise((resolve) => line.close(resolve)));
    const url = new URL(`https://127.0.0.1:${(line.address() as AddressInfo).port}/`);
    const failure = await failureOf(call(url, { timeoutMs: 100 }));
    expect(failure).toMatchObject({ reason: 'timeout', isUnsent: true });
  });

  test.each<[string, Answer, string]>([
    ['a reset', (request) => request.socket.destroy(), 'unreachable'],
    ['silence', () => undefined, 'timeout'],
    [
      'half an answer',
      (_q, response) => void response.write('{', () => response.destroy()),
      'unreachable',
    ],
    ['an error of the server', (_q, response) => response.writeHead(503).end(), 'status'],
  ])('%s after it: it did', async (_name, answer, reason) => {
    const failure = await failureOf(call(await remote(answer), { timeoutMs: 200 }));
    expect(failure).toMatchObject({ reason, isUnsent: false });
  });

  test('a kept connection that is reset under it: it did', async () => {
    let answered = 0;
    const url = await remote((request, response) => {
      answered += 1;
      if (answered === 1) response.end('{}');
      else request.socket.destroy();
    });
    await call(url);
    const failure = await failureOf(call(url, { json: {} }));
    expect(failure).toMatchObject({ reason: 'unreachable', isUnsent: false });
    expect(answered).toBe(2);
  });
});
