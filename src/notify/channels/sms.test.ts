import nock from 'nock';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { smsGateway } from './sms.ts';
import { smsSignature } from './sms-signature.ts';

const SECRET = 'a-secret-of-the-gateway';
const now = new Date('2026-01-31T02:00:00Z');
const url = new URL('https://sms.example.com/v1/messages');
const access = { key: 'jifenwu', secret: SECRET, clock: () => now };
const gateway = nock(url.origin);
const sms = smsGateway({ ...access, url });
const MESSAGE = { to: '138 1234 2046', text: '订单 R8K2M4 已发货', id: 'ntc_01' };

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

describe('a text message', () => {
  test('is one signed POST, to the number with its country code', async () => {
    gateway
      .post('/v1/messages', { id: 'ntc_01', to: '+8613812342046', text: '订单 R8K2M4 已发货' })
      .matchHeader('content-type', /^application\/json/)
      .matchHeader('x-sms-key', 'jifenwu')
      .matchHeader('x-sms-timestamp', String(now.getTime() / 1000))
      .matchHeader('x-sms-nonce', /^[0-9a-f]{32}$/)
      .matchHeader('x-sms-signature', /^[0-9a-f]{64}$/)
      .reply(200, { messageId: 'sms-7' });
    expect(await sms.send(MESSAGE)).toEqual({ outcome: 'sent', msgId: 'sms-7' });
  });

  test('may be a template of the carrier with its facts', async () => {
    const content = { templateId: 'SMS_123', facts: { number: 'R8K2M4' } };
    gateway
      .post('/v1/messages', { id: 'ntc_01', to: '+85291234567', ...content })
      .reply(202, { messageId: '7' });
    const message = { to: '+852 9123-4567', id: 'ntc_01', ...content };
    expect(await sms.send(message)).toEqual({ outcome: 'sent', msgId: '7' });
  });

  test.each(['0571-88888888', '+86 571 8888 8888', '12345', '+8612012345678', 'ann', '+', ''])(
    'goes to no such number: %j',
    async (to) => {
      const sent = await sms.send({ ...MESSAGE, to });
      expect(sent).toEqual({ outcome: 'not-this-way', because: 'phone-invalid' });
    },
  );
});

describe('an answer', () => {
  const putOff = (because: string, waitMs: number | null = null) => ({
    outcome: 'put-off',
    because,
    waitMs,
  });
  const failed = (because: string, stop: boolean) => ({ outcome: 'failed', because, stop });

  test.each<[string, number, string, Record<string, string>, object]>([
    ['a page instead of JSON', 200, '<html></html>', {}, putOff('unexpected')],
    ['nothing', 200, '', {}, putOff('unexpected')],
    ['JSON of another shape', 200, '{"messageId":7}', {}, putOff('unexpected')],
    ['a redirect', 302, '', { location: 'https://other.example/' }, putOff('status 302')],
    ['a code', 422, '{"code":"NUMBER_BARRED"}', {}, failed('status 422 NUMBER_BARRED', false)],
    ['words for a code', 422, '{"code":"no 13812342046"}', {}, failed('status 422', false)],
    ['an unknown key', 401, '{}', {}, failed('status 401', true)],
    ['a wrong signature', 403, '', {}, failed('status 403', true)],
    ['another address', 404, '', {}, failed('status 404', true)],
    ['too many', 429, '', {}, putOff('status 429')],
    ['too many, with seconds', 429, '', { 'retry-after': '90' }, putOff('status 429', 90_000)],
    [
      'too many, with a date',
      429,
      '',
      { 'retry-after': 'Sat, 31 Jan 2026 02:10:00 GMT' },
      putOff('status 429', 600_000),
    ],
    [
      'too many, for ever',
      429,
      '',
      { 'retry-after': '99999999' },
      putOff('status 429', 86_400_000),
    ],
    ['too many, with nonsense', 429, '', { 'retry-after': 'soon' }, putOff('status 429')],
    ['a failure', 500, '', {}, putOff('status 500')],
    ['a failure with a time', 503, '', { 'retry-after': '5' }, putOff('status 503', 5000)],
    ['more than anybody reads', 200, ' '.repeat(70_000), {}, putOff('unexpected')],
  ])('of %s', async (_name, status, body, headers, sending) => {
    gateway.post('/v1/messages').reply(status, body, headers);
    expect(await sms.send(MESSAGE)).toEqual(sending);
  });

  test('that does not come puts the message off', async () => {
    gateway.post('/v1/messages').replyWithError('reset');
    expect(await sms.send(MESSAGE)).toEqual(putOff('unreachable'));
  });
});

describe('a check', () => {
  test.each<[number, string | null]>([
    [200, null],
    [204, null],
    [401, 'status 401'],
    [502, 'status 502'],
  ])('that is answered %d', async (status, found) => {
    gateway.get('/v1/messages').reply(status);
    expect(await sms.check()).toBe(found);
  });

  test('that is not answered', async () => {
    gateway.get('/v1/messages').replyWithError('reset');
    expect(await sms.check()).toBe('unreachable');
  });
});

test('the signature is over method, path, timestamp, nonce and the digest of the body', () => {
  const request = {
    method: 'POST',
    path: '/v1/messages',
    timestamp: 1_769_824_800,
    nonce: '00112233445566778899aabbccddeeff',
    body: '{"id":"ntc_01","to":"+8613812342046","text":"积分"}',
  } as const;
  const signed = smsSignature('a-secret-of-the-gateway', request);
  expect(signed).toBe('848b11eb2f71ffbf8677f10b173937106502badf6b8b94e879cf55772714f3e5');
  for (const change of [
    { method: 'GET' as const },
    { path: '/v1/message' },
    { timestamp: 1_769_824_801 },
    { nonce: 'x' },
    { body: '' },
  ]) {
    expect(smsSignature(SECRET, { ...request, ...change })).not.toBe(signed);
  }
  expect(smsSignature('another', request)).not.toBe(signed);
});
