import nock from 'nock';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { KeyValue } from '../../platform/key-value.ts';
import { localKeyValue } from '../../platform/local-key-value.ts';
import { caller } from './caller.ts';
import { jsSdk, jsSignature } from './js-sdk.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const clock = () => new Date('2026-01-31T08:00:00.900Z');
const hosts = ['points.example.com', 'localhost:3000'];
const TICKET = '/cgi-bin/ticket/getticket?access_token=T&type=jsapi';
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

let keyValue: KeyValue;
const instance = () => {
  const way = caller({ baseUrl, token, pause: async () => undefined });
  return jsSdk({ caller: way, keyValue, appId: 'wx0', clock, hosts });
};

beforeAll(() => nock.disableNetConnect());
beforeEach(() => {
  keyValue = localKeyValue({ file: null, clock, log });
});
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test('the signature is that of the known answer', () => {
  const signature = jsSignature({
    ticket: 'TICKET_FOR_TEST',
    nonceStr: 'abc123',
    timestamp: 1_700_000_000,
    url: 'https://points.example.com/h5/?a=1&b=2',
  });
  expect(signature).toBe('2698e2cd1c5714af719e87a59fba3bd2a168d0f6');
});

test('one ticket signs for all pages of all instances, without what follows #', async () => {
  platform.get(TICKET).delay(50).reply(200, { errcode: 0, ticket: 'K', expires_in: 7200 });
  const [one, other] = [instance(), instance()];
  const pages = ['https://points.example.com/h5/?a=积&b=2#top', 'http://localhost:3000/h5'];
  const signed = await Promise.all([
    ...pages.map((page) => one.signatureFor(page)),
    other.signatureFor('https://points.example.com/h5/?a=积&b=2'),
  ]);
  const urls = ['https://points.example.com/h5/?a=积&b=2', 'http://localhost:3000/h5'];
  for (const [at, { signature, ...parts }] of signed.entries()) {
    expect(parts).toMatchObject({ appId: 'wx0', timestamp: 1_769_846_400 });
    expect(signature).toBe(jsSignature({ ticket: 'K', ...parts, url: urls[at] ?? urls[0] ?? '' }));
  }
  expect(new Set(signed.map(({ nonceStr }) => nonceStr)).size).toBe(3);
});

test.each([
  '',
  '/h5',
  'https://evil.example.com/h5/',
  'https://points.example.com:8443/h5/',
  'https://points.example.com@evil.example.com/',
  'https://points.example.com',
  'https://evil@points.example.com/',
  'https://points.example.com.evil.cn/',
  'https://points.example.com\\@evil.cn/',
  'javascript://points.example.com/',
  '#https://points.example.com/',
])('%j is not signed for', async (page) => {
  expect(await caught(instance().signatureFor(page))).toMatchObject({
    kind: 'invalid',
    code: 'PAGE_FOREIGN',
  });
});

test.each([
  ['{"errcode":0}', { reason: 'unexpected' }],
  ['<html></html>', { reason: 'not-json' }],
  ['{"errcode":48001,"errmsg":"no"}', { errcode: 48_001, advice: 'operator' }],
])('without a ticket, %s, nothing is signed', async (body, expected) => {
  platform.get(TICKET).reply(200, body);
  const asked = instance().signatureFor('https://points.example.com/');
  expect(await caught(asked)).toMatchObject(expected);
});
