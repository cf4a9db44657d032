import { inspect } from 'node:util';
import nock from 'nock';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { KeyValue } from '../platform/key-value.ts';
import { localKeyValue } from '../platform/local-key-value.ts';
import { RemoteError } from '../platform/remote.ts';
import { accessToken } from './access-token.ts';
import { WechatError } from './api-errors.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const body = { grant_type: 'client_credential', appid: 'wx0', secret: 'S', force_refresh: false };
const platform = nock('https://api.weixin.qq.com');

let now = new Date('2026-01-31T08:00:00Z');
let keyValue: KeyValue;
const clock = () => now;
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};
/** One instance of the service; all of a test share the KeyValue. */
const instance = () =>
  accessToken({
    baseUrl: new URL('https://api.weixin.qq.com/'),
    appId: 'wx0',
    secret: 'S',
    keyValue,
    clock,
  });
const gives = (token: string, expiresIn = 7200) =>
  platform
    .post('/cgi-bin/stable_token', body)
    .reply(200, { access_token: token, expires_in: expiresIn });

beforeAll(() => nock.disableNetConnect());
beforeEach(() => {
  keyValue = localKeyValue({ file: null, clock, log: silent });
});
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});

test('a token is asked for once and shared by all instances', async () => {
  gives('T1');
  expect(await instance().current()).toBe('T1');
  expect(await instance().current()).toBe('T1');
});

test('however many ask at once, in one instance or in several, the platform is called once', async () => {
  platform
    .post('/cgi-bin/stable_token', body)
    .delay(120)
    .reply(200, { access_token: 'T1', expires_in: 7200 });
  const [one, other] = [instance(), instance()];
  const asked = Array.from({ length: 20 }, (_, i) => (i % 2 ? one : other).current());
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['T1']));
});

test('a new token is asked for 300 s before the end', async () => {
  gives('T1');
  const token = instance();
  await token.current();
  pass(7200 - 301);
  expect(await token.current()).toBe('T1');
  pass(1);
  gives('T2');
  expect(await token.current()).toBe('T2');
});

test('a token of only 300 s is kept for a minute', async () => {
  gives('T1', 300);
  const token = instance();
  await token.current();
  pass(59);
  expect(await token.current()).toBe('T1');
  pass(1);
  gives('T2');
  expect(await token.current()).toBe('T2');
});

test('a refused token is dropped, and asked for once by all whom it was refused', async () => {
  gives('T1');
  const token = instance();
  await token.current();
  gives('T2');
  const refreshed = await Promise.all(Array.from({ length: 5 }, () => token.refreshed('T1')));
  expect(refreshed).toEqual(Array(5).fill('T2'));
});

test('a token that another has replaced already is not asked for again', async () => {
  gives('T2');
  await instance().current();
  expect(await instance().refreshed('T1')).toBe('T2');
});

test('a token in use is not looked up again, until it is refused: then another may have replaced it', async () => {
  gives('T1');
  const [one, other] = [instance(), instance()];
  expect([await one.current(), await other.current()]).toEqual(['T1', 'T1']);
  gives('T2');
  await one.refreshed('T1');
  expect(await one.current()).toBe('T2');
  const { get } = keyValue;
  let lookups = 0;
  keyValue.get = (key) => {
    lookups += 1;
    return get(key);
  };
  expect([await one.current(), await other.current()]).toEqual(['T2', 'T1']);
  expect(lookups).toBe(0);
  expect(await other.refreshed('T1')).toBe('T2');
  expect(lookups).toBe(1);
  expect(await other.current()).toBe('T2');
  expect(lookups).toBe(1);
});

test('a wrong secret is for the operator, is not tried again, and holds nobody up', async () => {
  const token = instance();
  for (const _ of [1, 2]) {
    platform
      .post('/cgi-bin/stable_token')
      .reply(200, { errcode: 40001, errmsg: 'invalid credential' });
    const error = await token.current().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(WechatError);
    expect(error).toMatchObject({ errcode: 40001, advice: 'operator' });
    expect(String(error)).not.toContain('S"');
  }
});

test('a failure is shared too: many who ask at once make one call', async () => {
  platform.post('/cgi-bin/stable_token').delay(50).reply(200, { errcode: -1, errmsg: 'busy' });
  const token = instance();
  const asked = await Promise.allSettled(Array.from({ length: 5 }, () => token.current()));
  for (const one of asked) {
    expect(one).toMatchObject({ status: 'rejected', reason: { errcode: -1, advice: 'retry' } });
  }
});

test('who finds that another was faster just takes what that one got', async () => {
  const shared = keyValue;
  keyValue = {
    ...shared,
    claim: async (key, value, life) => {
      const held = JSON.stringify({ token: 'T9', refreshAtMs: now.getTime() + 1000 });
      await shared.set('wechat:token:wx0', held, { ttlMs: 1000 });
      return shared.claim(key, value, life);
    },
  };
  expect(await instance().current()).toBe('T9');
});

test('an answer without a token is a failure, and what it holds is not shown', async () => {
  platform.post('/cgi-bin/stable_token').reply(200, { access_token: 7, secret: 'HIDDEN' });
  const error = await instance()
    .current()
    .catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RemoteError);
  expect(String(error)).not.toContain('HIDDEN');
});

test('an instance that died while it asked is waited for only until its claim is over', async () => {
  await keyValue.claim('wechat:token:wx0:claim', 'working', { ttlMs: 5000 });
  const asked = instance().current();
  pass(5);
  gives('T1');
  expect(await asked).toBe('T1');
});

test('over fifty expiries two instances make exactly one call for each', async () => {
  let calls = 0;
  const asked = () => {
    calls += 1;
    return { access_token: `T${calls}`, expires_in: 7200 };
  };
  platform.post('/cgi-bin/stable_token', body).delay(2).times(51).reply(200, asked);
  const instances = [instance(), instance()];
  const all = () => {
    const asks = Array.from({ length: 4 }, () => instances.map((one) => one.current())).flat();
    return Promise.all(asks);
  };
  expect(new Set(await all())).toEqual(new Set(['T1']));
  for (let expiry = 1; expiry <= 50; expiry++) {
    pass(6900);
    const given = new Set(await all());
    // While one of them asks for the new one, the other may use the old one: both are good.
    given.delete(`T${expiry}`);
    expect([...given]).toEqual([`T${expiry + 1}`]);
    expect(new Set(await all())).toEqual(new Set([`T${expiry + 1}`]));
  }
  expect(calls).toBe(51);
});

test('while one instance asks for a new token the others use the old one, without waiting', async () => {
  gives('T1');
  await instance().current();
  pass(6900);
  await keyValue.claim('wechat:token:wx0:claim', 'working', { ttlMs: 5000 });
  expect(await instance().current()).toBe('T1');
});

test('when the new token cannot be had the old one is used to its end, and asked for again', async () => {
  gives('T1');
  const token = instance();
  await token.current();
  pass(6900);
  platform.post('/cgi-bin/stable_token').reply(200, { errcode: -1, errmsg: 'system error' });
  expect(await token.current()).toBe('T1');
  pass(4);
  expect(await token.current()).toBe('T1');
  pass(1);
  platform.post('/cgi-bin/stable_token').reply(502);
  expect(await instance().current()).toBe('T1');
  pass(295);
  platform.post('/cgi-bin/stable_token').reply(502);
  await expect(token.current()).rejects.toMatchObject({ reason: 'status', status: 502 });
});

test('many instances whose token was refused make one call', async () => {
  gives('T1');
  const instances = Array.from({ length: 5 }, instance);
  await instances[0]?.current();
  gives('T2');
  const refreshed = await Promise.all(instances.map((one) => one.refreshed('T1')));
  expect(refreshed).toEqual(Array(5).fill('T2'));
});

test('a refused token is not the one that is used while a new one cannot be had', async () => {
  gives('T1');
  const token = instance();
  await token.current();
  platform.post('/cgi-bin/stable_token').reply(200, { errcode: -1, errmsg: 'system error' });
  await expect(token.refreshed('T1')).rejects.toMatchObject({ errcode: -1 });
});

test('a classic token is asked for in the query', async () => {
  platform
    .get('/cgi-bin/token')
    .query({ grant_type: 'client_credential', appid: 'wx0', secret: 'S' })
    .reply(200, { access_token: 'C1', expires_in: 7200 });
  const baseUrl = new URL('https://api.weixin.qq.com/');
  const access = { baseUrl, appId: 'wx0', secret: 'S', keyValue, clock };
  const classic = accessToken({ ...access, tokenKind: 'classic' });
  expect(await classic.current()).toBe('C1');
});

test.each([
  ['stable', 'post', '/cgi-bin/stable_token'],
  ['classic', 'get', /cgi-bin.token/],
] as const)('no failure to get a %s token shows the secret', async (tokenKind, method, path) => {
  const baseUrl = new URL('https://api.weixin.qq.com/');
  const access = { baseUrl, appId: 'wx0', secret: 'HIDDEN', keyValue, clock, tokenKind };
  const failures = [
    () => platform[method](path).replyWithError('secret=HIDDEN'),
    () => platform[method](path).reply(500, 'HIDDEN'),
    () => platform[method](path).reply(200, { errcode: 40_125, errmsg: 'invalid appsecret' }),
  ];
  for (const fails of failures) {
    fails();
    const error = await accessToken(access)
      .current()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(Error);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('HIDDEN');
  }
});
