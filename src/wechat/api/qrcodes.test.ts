import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { caller } from './caller.ts';
import { qrcodes } from './qrcodes.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const way = caller({ baseUrl, token, pause: async () => undefined });
const api = qrcodes(way);
const CREATE = '/cgi-bin/qrcode/create?access_token=T';
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test.each([
  ['QR_SCENE', 4_294_967_295, { scene_id: 4_294_967_295 }],
  ['QR_STR_SCENE', '积'.repeat(64), { scene_str: '积'.repeat(64) }],
])('a temporary code is a %s', async (action_name, scene, sent) => {
  platform
    .post(CREATE, { expire_seconds: 60, action_name, action_info: { scene: sent } })
    .reply(200, { ticket: 'K', expire_seconds: 60, url: 'http://weixin.qq.com/q/1' });
  expect(await api.createTemporary(scene, { lifeSeconds: 60 })).toEqual({
    ticket: 'K',
    url: 'http://weixin.qq.com/q/1',
    expiresInSeconds: 60,
  });
});

test.each([
  ['QR_LIMIT_SCENE', 100_000, { scene_id: 100_000 }],
  ['QR_LIMIT_STR_SCENE', 's', { scene_str: 's' }],
])('a permanent code is a %s', async (action_name, scene, sent) => {
  platform
    .post(CREATE, { action_name, action_info: { scene: sent } })
    .reply(200, { ticket: 'K', url: 'http://weixin.qq.com/q/1' });
  expect(await api.createPermanent(scene)).toMatchObject({ ticket: 'K', expiresInSeconds: null });
});

test.each([
  ['the number 0', () => api.createTemporary(0, { lifeSeconds: 60 })],
  ['a number of 33 bits', () => api.createTemporary(4_294_967_296, { lifeSeconds: 60 })],
  ['a permanent number past 100,000', () => api.createPermanent(100_001)],
  ['no text', () => api.createPermanent('')],
  ['65 characters', () => api.createPermanent('a'.repeat(65))],
  ['a life of 0 s', () => api.createTemporary('a', { lifeSeconds: 0 })],
  ['a life past 30 days', () => api.createTemporary('a', { lifeSeconds: 2_592_001 })],
])('%s is not sent', async (_, call) => {
  const error = await caught(call());
  expect(error).toMatchObject({ kind: 'invalid', code: 'SCENE_INVALID' });
});

test('a ticket leads to its picture, encoded', () => {
  expect(api.imageAddress('a+b/c==')).toBe(
    'https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=a%2Bb%2Fc%3D%3D',
  );
  const pages = new URL('http://localhost:3000/simulator/mp/');
  expect(qrcodes(way, { pages }).imageAddress('a')).toBe(
    'http://localhost:3000/simulator/mp/cgi-bin/showqrcode?ticket=a',
  );
});

test('data goes in and comes out of a short key', async () => {
  platform
    .post('/cgi-bin/shorten/gen?access_token=T', { long_data: 'abc', expire_seconds: 2_592_000 })
    .reply(200, { errcode: 0, short_key: 'k1' });
  platform
    .post('/cgi-bin/shorten/fetch?access_token=T', { short_key: 'k1' })
    .reply(200, { long_data: 'abc', create_time: 1_700_000_000, expire_seconds: 5 });
  expect(await api.shorten('abc')).toBe('k1');
  expect(await api.expand('k1')).toEqual({
    data: 'abc',
    createdAt: new Date(1_700_000_000_000),
    expiresInSeconds: 5,
  });
});

test.each([
  ['no data', () => api.shorten('')],
  ['4,097 bytes', () => api.shorten('a'.repeat(4097))],
  ['a life of 31 days', () => api.shorten('a', { lifeSeconds: 2_678_400 })],
  ['a key that is none', () => api.expand('a b')],
])('%s is not sent', async (_, call) => {
  expect(await caught(call())).toMatchObject({ kind: 'invalid' });
});

test('a busy platform is asked again, an odd answer is a failure', async () => {
  platform.post(CREATE).reply(200, { errcode: -1, errmsg: 'busy' });
  platform.post(CREATE).reply(200, { url: 'u' });
  expect(await caught(api.createPermanent('a'))).toMatchObject({ reason: 'unexpected' });
});

test('an unknown key is the platform’s error', async () => {
  platform.post(/shorten/).reply(200, { errcode: 9_410_012, errmsg: 'unknown' });
  expect(await caught(api.expand('k'))).toMatchObject({ errcode: 9_410_012 });
});
