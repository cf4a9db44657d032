import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serviceOver } from '../../../tests/support/http-service.ts';
import type { InboundMessage, Reply } from '../../wechat/index.ts';
import { signatureOf } from '../../wechat/signature.ts';

const NOW = new Date('2026-01-31T08:00:00Z');
const TIMESTAMP = String(NOW.getTime() / 1000);
const QUERY = `signature=${signatureOf(['jifenwudemo', TIMESTAMP, '77'])}&timestamp=${TIMESTAMP}&nonce=77`;
const LARGEST = 64 * 1024;

let app: FastifyInstance;
let answered: InboundMessage[];
let reply: () => Promise<Reply>;

beforeEach(async () => {
  answered = [];
  reply = async () => ({ type: 'text', text: '收到' });
  const keys = {
    appId: 'wxsim0000000000000',
    token: 'jifenwudemo',
    mode: 'plain',
    aesKey: null,
    previousAesKey: null,
    toleranceSeconds: 300,
  } as const;
  const answer = async (message: InboundMessage) => {
    answered.push(message);
    return reply();
  };
  const sessionSecret = 's'.repeat(32);
  app = await serviceOver({ clock: () => NOW, sessionSecret, webhook: { keys, answer } });
  await app.listen({ port: 0, host: '127.0.0.1' });
});
afterEach(() => app.close());

function textXml(text: string): string {
  return `<xml><ToUserName>gh_1</ToUserName><FromUserName>o_1</FromUserName><CreateTime>${TIMESTAMP}</CreateTime><MsgType>text</MsgType><Content><![CDATA[${text}]]></Content><MsgId>1</MsgId></xml>`;
}

/** A push that is so many bytes long. */
function pushOf(bytes: number): string {
  return textXml('a'.repeat(bytes - textXml('').length));
}

async function connected(): Promise<Socket> {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  // Some of these answers end with a torn connection; what was said before counts.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

const headOf = (...headers: readonly string[]) =>
  [`POST /wechat?${QUERY} HTTP/1.1`, 'Host: localhost', ...headers, '', ''].join('\r\n');

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

/** All that is said before the connection ends. */
async function said(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (part: string) => {
    text += part;
  });
  await once(socket, 'close');
  return text;
}

async function refusals(code: string): Promise<number> {
  const { body } = await app.inject('/metrics');
  return Number(body.match(`jifenwu_webhook_refused_total\\{code="${code}"\\} (\\d+)`)?.[1] ?? 0);
}

describe('a body', () => {
  test.each(['text/xml', 'text/xml; charset=utf-8', 'application/octet-stream', 'TEXT/XML'])(
    'counts by its bytes, whatever it says of itself: %s',
    async (type) => {
      const payload = textXml('签到');
      const headers = { 'content-type': type };
      const answer = await app.inject({
        method: 'POST',
        url: `/wechat?${QUERY}`,
        headers,
        payload,
      });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers['content-type']).toBe('text/xml; charset=utf-8');
      expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(answer.body)));
      expect(answer.body).toContain('<Content><![CDATA[收到]]></Content>');
    },
  );

  test('without a type, and in the smallest pieces, is read whole', async () => {
    const socket = await connected();
    socket.write(headOf('Transfer-Encoding: chunked', 'Connection: close'));
    for (const char of textXml('签到，一个字一个字地')) socket.write(chunk(char));
    socket.write('0\r\n\r\n');
    expect(await said(socket)).toMatch(/^HTTP\/1\.1 200 /);
    expect(answered.map(({ content }) => content)).toMatchObject([
      { text: '签到，一个字一个字地' },
    ]);
  });

  test('may be 64 KiB, and not a byte more', async () => {
    const push = (bytes: number) =>
      app.inject({ method: 'POST', url: `/wechat?${QUERY}`, payload: pushOf(bytes) });
    expect((await push(LARGEST)).statusCode).toBe(200);
    const refused = await push(LARGEST + 1);
    expect([refused.statusCode, refused.body]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(answered).toHaveLength(1);
  });

  test('that says it is too large is refused before it comes, and the connection ends', async () => {
    const before = await refusals('BODY_TOO_LARGE');
    const socket = await connected();
    socket.write(headOf('Content-Type: text/xml', `Content-Length: ${LARGEST + 1}`));
    const answer = await said(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(await refusals('BODY_TOO_LARGE')).toBe(before + 1);
  });

  test('that never says how large it is is refused, once, as soon as it is too large', async () => {
    const before = await refusals('BODY_TOO_LARGE');
    const socket = await connected();
    socket.write(headOf('Content-Type: text/xml', 'Transfer-Encoding: chunked'));
    for (let n = 0; n < 5; n++) socket.write(chunk('x'.repeat(16 * 1024)));
    expect(await said(socket)).toMatch(/^HTTP\/1\.1 413 /);
    expect(await refusals('BODY_TOO_LARGE')).toBe(before + 1);
    expect(answered).toEqual([]);
  });

  test('whose sender hangs up in the middle is refused and not worked on', async () => {
    const before = await refusals('REQUEST_INVALID');
    const socket = await connected();
    socket.write(`${headOf('Content-Type: text/xml', 'Content-Length: 500')}<xml>`);
    await once(app.server, 'request');
    const closed = once(socket, 'close');
    socket.destroy();
    await closed;
    await expect.poll(() => refusals('REQUEST_INVALID')).toBe(before + 1);
    expect(answered).toEqual([]);
  });
});

describe('an answer', () => {
  test('that comes when the sender is gone harms nobody', async () => {
    let tell = (_reply: Reply) => {};
    const asked = new Promise<void>((resolve) => {
      reply = () => {
        resolve();
        return new Promise((told) => {
          tell = told;
        });
      };
    });
    const socket = await connected();
    const body = textXml('签到');
    socket.write(`${headOf(`Content-Length: ${Buffer.byteLength(body)}`)}${body}`);
    await asked;
    socket.destroy();
    await once(socket, 'close');
    tell({ type: 'text', text: '太晚了' });
    const next = await app.inject({ method: 'POST', url: `/wechat?${QUERY}`, payload: '' });
    expect(next.statusCode).toBe(400);
    expect(answered).toHaveLength(1);
  });

  test('that fails is an error without details', async () => {
    reply = async () => {
      throw new Error('secret detail');
    };
    const payload = textXml('签到');
    const answer = await app.inject({ method: 'POST', url: `/wechat?${QUERY}`, payload });
    expect([answer.statusCode, answer.body]).toEqual([500, 'INTERNAL']);
  });

  test('of nothing is the bare word', async () => {
    reply = async () => ({ type: 'none' });
    const payload = textXml('签到');
    const answer = await app.inject({ method: 'POST', url: `/wechat?${QUERY}`, payload });
    expect([answer.statusCode, answer.body]).toEqual([200, 'success']);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  });
});
