import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { smsGateway } from './sms.ts';
import { smsSignature } from './sms-signature.ts';

const now = new Date('2026-01-31T02:00:00Z');
const MESSAGE = { to: '13812342046', text: '订单 R8K2M4 已发货', id: 'ntc_01' };
const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function listening(listener: RequestListener): Promise<URL> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound ? bound.port : 0;
  return new URL(`http://127.0.0.1:${port}/v1/messages`);
}

const client = (url: URL, more: { readonly timeoutMs?: number } = {}) =>
  smsGateway({ url, key: 'jifenwu', secret: 'a-secret-of-the-gateway', clock: () => now, ...more });

/** Verifies as the contract says, and sends each id once. */
async function gatewayWith(secret: string) {
  const ids = new Map<string, string>();
  const nonces = new Set<string>();

  function isOurs(request: IncomingMessage, body: string): boolean {
    const [timestamp, nonce, signature] = ['timestamp', 'nonce', 'signature'].map((name) =>
      String(request.headers[`x-sms-${name}`]),
    ) as [string, string, string];
    const method = request.method === 'GET' ? 'GET' : 'POST';
    const path = request.url ?? '';
    const signed = smsSignature(secret, {
      method,
      path,
      timestamp: Number(timestamp),
      nonce,
      body,
    });
    const isNew = !nonces.has(nonce);
    nonces.add(nonce);
    const ageSeconds = Math.abs(Number(timestamp) - now.getTime() / 1000);
    return signature === signed && isNew && ageSeconds <= 300;
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; json: object }> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    if (!isOurs(request, body)) return { status: 401, json: { code: 'SIGNATURE_INVALID' } };
    if (request.method === 'GET') return { status: 200, json: {} };
    const { id } = JSON.parse(body) as { id: string };
    const messageId = ids.get(id) ?? `sms-${ids.size + 1}`;
    ids.set(id, messageId);
    return { status: 200, json: { messageId } };
  }

  const url = await listening((request, response) => {
    void answer(request).then(({ status, json }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    });
  });
  return { url, ids };
}

test('a gateway that verifies takes our signature, and a repeated id once', async () => {
  const { url, ids } = await gatewayWith('a-secret-of-the-gateway');
  const sms = client(url);
  expect(await sms.check()).toBeNull();
  for (let times = 0; times < 3; times++) {
    expect(await sms.send(MESSAGE)).toEqual({ outcome: 'sent', msgId: 'sms-1' });
  }
  expect([...ids]).toEqual([['ntc_01', 'sms-1']]);
});

test('a gateway that verifies refuses what another secret signed', async () => {
  const { url, ids } = await gatewayWith('another-secret-of-it');
  const sms = client(url);
  expect(await sms.check()).toBe('status 401');
  const because = 'status 401 SIGNATURE_INVALID';
  expect(await sms.send(MESSAGE)).toEqual({ outcome: 'failed', because, stop: true });
  expect(ids.size).toBe(0);
});

test('a gateway that is silent puts the message off', async () => {
  const url = await listening(() => undefined);
  const sms = client(url, { timeoutMs: 50 });
  expect(await sms.send(MESSAGE)).toEqual({ outcome: 'put-off', because: 'timeout', waitMs: null });
  expect(await sms.check()).toBe('timeout');
});
