import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { boundedText, RemoteError } from './remote.ts';
import { callStream, type StreamAnswer, type StreamCall } from './remote-stream.ts';

const textOf = (remote: string, { content }: StreamAnswer, bytesMax: number) =>
  boundedText(remote, content, bytesMax);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let stop: () => Promise<void> = async () => undefined;
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

async function remote(answer: Answer): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?access_token=SECRET`);
}

const call = (url: URL, more: Partial<StreamCall> = {}) =>
  callStream({ remote: 'example', url, timeoutMs: 2000, ...more });
const upload = (content: AsyncIterable<Uint8Array>, sizeBytes: number) => ({
  upload: { contentType: 'text/plain', sizeBytes, content },
});
async function* chunks(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

afterEach(() => stop());

test('a body is sent chunk by chunk, with the size that was announced', async () => {
  const seen: Record<string, unknown> = {};
  const url = await remote((request, response) => {
    seen.method = request.method;
    seen.length = request.headers['content-length'];
    seen.encoding = request.headers['transfer-encoding'];
    const parts: string[] = [];
    request.on('data', (part) => parts.push(String(part)));
    request.on('end', () => response.end(parts.join('')));
  });
  const answer = await call(url, upload(chunks('one ', 'two ', '三'), 11));
  expect(await textOf('example', answer, 100)).toBe('one two 三');
  expect(seen).toEqual({ method: 'POST', length: '11', encoding: undefined });
});

test('what the source throws ends the call with that error, and no complete body arrives', async () => {
  let isComplete: boolean | undefined;
  const closed = new Promise<void>((resolve) => {
    void remote((request) => {
      request.resume();
      request.on('error', () => undefined);
      request.on('close', () => {
        isComplete = request.complete;
        resolve();
      });
    }).then(async (url) => {
      async function* broken() {
        yield Buffer.from('half');
        await new Promise((later) => setTimeout(later, 50));
        throw new Error('the disk is gone');
      }
      expect(await caught(call(url, upload(broken(), 8)))).toMatchObject({
        message: 'the disk is gone',
      });
    });
  });
  await closed;
  expect(isComplete).toBe(false);
});

test('the source is let go of when nobody reads it to its end', async () => {
  let isClosed = false;
  async function* endless() {
    try {
      for (;;) {
        yield Buffer.alloc(65_536);
        await new Promise((later) => setTimeout(later, 5));
      }
    } finally {
      isClosed = true;
    }
  }
  const url = await remote(() => undefined);
  const error = await caught(call(url, { ...upload(endless(), 1e9), timeoutMs: 100 }));
  expect(error).toMatchObject({ reason: 'timeout' });
  await expect.poll(() => isClosed).toBe(true);
});

test.each([
  ['more', 2],
  ['less', 4],
])('a content of %s bytes than were announced is never a whole body', async (_name, sizeBytes) => {
  let complete = 0;
  const url = await remote((request, response) => {
    request.on('error', () => undefined);
    request.on('end', () => {
      complete += 1;
      response.end();
    });
    request.resume();
  });
  const error = await caught(call(url, upload(chunks('abc'), sizeBytes)));
  expect(error).toMatchObject({ name: 'InvariantError' });
  await call(url, upload(chunks('abc'), 3));
  expect(complete).toBe(1);
});

test('an answer is given with its type, its name and its announced size', async () => {
  const url = await remote((_request, response) => {
    response.setHeader('content-type', 'Image/JPEG; q=1');
    response.setHeader('content-disposition', 'attachment; filename="a.jpg"');
    response.setHeader('content-length', '3');
    response.end('abc');
  });
  const answer = await call(url);
  expect(answer).toMatchObject({
    contentType: 'image/jpeg',
    disposition: 'attachment; filename="a.jpg"',
    sizeBytes: 3,
  });
  expect(await textOf('example', answer, 3)).toBe('abc');
});

test('JSON is posted as JSON', async () => {
  const url = await remote((request, response) => {
    response.setHeader('x-type', String(request.headers['content-type']));
    request.pipe(response);
  });
  expect(await textOf('example', await call(url, { json: { a: '积分' } }), 100)).toBe(
    '{"a":"积分"}',
  );
});

test.each<[string, Answer, string]>([
  [
    'breaks off',
    (_q, response) => void response.write('a', () => response.destroy()),
    'unreachable',
  ],
  [
    'ends before its announced size',
    (_q, response) => {
      response.setHeader('content-length', '10');
      response.write('abc', () => response.destroy());
    },
    'unreachable',
  ],
  ['falls silent', (_q, response) => void response.write('a'), 'timeout'],
])('an answer that %s is a failure', async (_name, answer, reason) => {
  const given = await call(await remote(answer), { timeoutMs: 300 });
  expect(await caught(textOf('example', given, 100))).toMatchObject({ reason, status: 0 });
});

test.each<[string, Answer, object]>([
  ['no answer', () => undefined, { reason: 'timeout' }],
  ['a reset', (request) => request.socket.destroy(), { reason: 'unreachable' }],
  [
    'a status',
    (_q, response) => {
      response.statusCode = 502;
      response.end('<html>SECRET</html>');
    },
    { reason: 'status', status: 502 },
  ],
  [
    'a redirect',
    (_q, response) => {
      response.writeHead(302, { location: 'http://other.test/' });
      response.end();
    },
    { reason: 'unreachable' },
  ],
])('%s is a failure that shows neither address nor answer', async (_name, answer, expected) => {
  const error = await caught(call(await remote(answer), { timeoutMs: 300 }));
  expect(error).toBeInstanceOf(RemoteError);
  expect(error).toMatchObject({ remote: 'example', ...expected });
  const shown = error instanceof RemoteError ? JSON.stringify(error) + error.stack : '';
  expect(shown).not.toMatch(/SECRET|access_token/);
});

test('an answer larger than what is read of it is a failure', async () => {
  const url = await remote((_request, response) => response.end('abcd'));
  const given = await call(url);
  expect(await caught(textOf('example', given, 3))).toMatchObject({ reason: 'unexpected' });
});

test('an answer that is given up frees its connection', async () => {
  const closed = new Promise((resolve) => {
    void remote((request, response) => {
      request.on('close', resolve);
      response.write('a');
    }).then(async (url) => (await call(url)).giveUp());
  });
  await closed;
});
