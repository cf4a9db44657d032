import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { caller } from './caller.ts';
import { oauth } from './oauth.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const way = caller({ baseUrl, token, pause: async () => undefined });
const api = oauth({ caller: way, appId: 'wx0', secret: 'S' });
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const exchanged = (code: string) =>
  platform.get('/sns/oauth2/access_token').query({
    appid: 'wx0',
    secret: 'S',
    code,
    grant_type: 'authorization_code',
  });
const given = {
  access_token: 'A',
  expires_in: 7200,
  refresh_token: 'R',
  openid: 'o1',
  scope: 'snsapi_base',
};

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test('the authorize address has its parameters in the order that is checked', () => {
  const address = api.authorizeAddress({
    redirectUri: 'https://points.example.com/h5/in?to=/h5/orders&a=积',
    scope: 'base',
    state: 'a1B2',
  });
  expect(address).toBe(
    'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx0' +
      '&redirect_uri=https%3A%2F%2Fpoints.example.com%2Fh5%2Fin%3Fto%3D%2Fh5%2Forders%26a%3D%E7%A7%AF' +
      '&response_type=code&scope=snsapi_base&state=a1B2#wechat_redirect',
  );
});

test.each(['', 'a b', 'a-b', 'a'.repeat(129), '积'])('%j is no state', (state) => {
  const parts = { redirectUri: 'https://x.cn/', scope: 'userinfo', state } as const;
  expect(() => api.authorizeAddress(parts)).toThrow('OAUTH_STATE_INVALID');
});

test.each(['', '/h5', 'javascript:alert(1)', 'https://x.cn/#a'])('%j is no way back', (back) => {
  const parts = { redirectUri: back, scope: 'userinfo', state: 'a'.repeat(128) } as const;
  expect(() => api.authorizeAddress(parts)).toThrow('OAUTH_REDIRECT_INVALID');
});

test.each([
  [{}, { unionId: null, isSnapshotUser: false }],
  [
    { unionid: 'u1', is_snapshotuser: 1 },
    { unionId: 'u1', isSnapshotUser: true },
  ],
])('a code with %j is exchanged', async (more, expected) => {
  exchanged('C1').reply(200, { ...given, ...more });
  expect(await api.exchange('C1')).toEqual({
    outcome: 'granted',
    grant: {
      openId: 'o1',
      accessToken: 'A',
      expiresInSeconds: 7200,
      refreshToken: 'R',
      scope: 'snsapi_base',
      ...expected,
    },
  });
});

test('a code used twice is refused, and so is one that is none or too old', async () => {
  exchanged('C1').reply(200, given);
  expect(await api.exchange('C1')).toMatchObject({ outcome: 'granted' });
  for (const errcode of [40_163, 40_029, 42_003]) {
    exchanged('C1').reply(200, { errcode, errmsg: 'code rid: 1-2' });
    expect(await api.exchange('C1')).toEqual({ outcome: 'refused', errcode });
  }
  expect(await api.exchange('a&b=c')).toEqual({ outcome: 'refused', errcode: 40_029 });
});

test.each([
  ['busy', { errcode: -1, errmsg: 'busy' }, { errcode: -1 }],
  ['a page', '<html></html>', { reason: 'not-json' }],
  ['nothing', '', { reason: 'not-json' }],
  ['no open id', { ...given, openid: '' }, { reason: 'unexpected' }],
])('a code is sent once only, whatever comes back: %s', async (_, body, expected) => {
  exchanged('C1').reply(200, body);
  const error = await caught(api.exchange('C1'));
  expect(error).toMatchObject(expected);
  expect(String(error)).not.toContain('secret');
});

test('a refresh token gives a new grant, until it is refused', async () => {
  const asked = () =>
    platform
      .get('/sns/oauth2/refresh_token')
      .query({ appid: 'wx0', grant_type: 'refresh_token', refresh_token: 'R' });
  asked().reply(200, { ...given, access_token: 'A2' });
  expect(await api.refresh('R')).toMatchObject({ grant: { accessToken: 'A2' } });
  asked().reply(200, { errcode: 42_002, errmsg: 'expired' });
  expect(await api.refresh('R')).toEqual({ outcome: 'refused', errcode: 42_002 });
});

test('name and picture of a person are told', async () => {
  const query = { access_token: 'A', openid: 'o1', lang: 'zh_CN' };
  const person = { openid: 'o1', nickname: '小明', headimgurl: '', privilege: [] };
  platform.get('/sns/userinfo').query(query).reply(200, person);
  expect(await api.userOf({ accessToken: 'A', openId: 'o1' })).toEqual({
    openId: 'o1',
    nickname: '小明',
    pictureUrl: null,
    unionId: null,
  });
});

test('a token is valid or not, and another failure is neither', async () => {
  const grant = { accessToken: 'A', openId: 'o1' };
  const asked = () => platform.get('/sns/auth').query({ access_token: 'A', openid: 'o1' });
  asked().reply(200, { errcode: 0, errmsg: 'ok' });
  expect(await api.isValid(grant)).toBe(true);
  asked().reply(200, { errcode: 42_001, errmsg: 'expired' });
  expect(await api.isValid(grant)).toBe(false);
  asked().reply(200, { errcode: 45_011, errmsg: 'frequency' });
  expect(await caught(api.isValid(grant))).toMatchObject({ errcode: 45_011 });
});
