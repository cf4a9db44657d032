import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
const app = { appid: 'wxsim0000000000000', secret: 's' };
const AUTHORIZE = 'connect/oauth2/authorize';
const link = {
  appid: app.appid,
  redirect_uri: 'http://localhost:3000/h5/done?a=1',
  response_type: 'code',
  scope: 'snsapi_base',
  state: 'abc123',
};
const full = { ...link, scope: 'snsapi_userinfo' };
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

async function codeFor(query: Readonly<Record<string, string>>): Promise<string> {
  const { status, headers } = await platform.open(AUTHORIZE, query, openId);
  expect(status).toBe(302);
  return new URL(headers.location ?? '').searchParams.get('code') ?? '';
}

const exchange = (code: string, more: object = {}) =>
  platform.get('sns/oauth2/access_token', {
    ...app,
    code,
    grant_type: 'authorization_code',
    ...more,
  });

describe('the page that asks', () => {
  test('with the base scope it goes straight back, with code and state', async () => {
    const { headers } = await platform.open(AUTHORIZE, link, openId);
    const { origin, pathname, searchParams } = new URL(headers.location ?? '');
    expect(`${origin}${pathname}`).toBe('http://localhost:3000/h5/done');
    expect(Object.fromEntries(searchParams)).toMatchObject({ a: '1', state: 'abc123' });
    expect(await exchange(searchParams.get('code') ?? '')).toMatchObject({
      openid: openId,
      scope: 'snsapi_base',
      expires_in: 7200,
    });
  });

  test('a browser whose phone is not known chooses who it is', async () => {
    const page = String((await platform.open(AUTHORIZE, link)).body);
    expect(page).toContain('这是谁的手机？');
    expect(page).toContain('新来的阿哲');
    const { headers } = await platform.open(AUTHORIZE, { ...link, as: 'o_sim_azhe' });
    const code = new URL(headers.location ?? '').searchParams.get('code') ?? '';
    expect(await exchange(code)).toMatchObject({ openid: 'o_sim_azhe' });
  });

  test('for the profile it asks, and a refusal brings no code', async () => {
    const page = String((await platform.open(AUTHORIZE, full, openId)).body);
    expect(page).toContain('示范小店 想知道你的昵称和头像');
    expect(page).toContain('answer=allow');
    expect(await codeFor({ ...full, answer: 'refuse' })).toBe('');
  });

  test.each([
    ['another app id', { ...link, appid: 'wx1' }],
    ['no web address', { ...link, redirect_uri: 'javascript:alert(1)' }],
    ['a state with signs', { ...link, state: 'a-b' }],
    ['another type', { ...link, response_type: 'token' }],
    ['another order', Object.fromEntries(Object.entries(link).toReversed())],
  ])('it does not understand %s', async (_, query) => {
    expect((await platform.open(AUTHORIZE, query, openId)).status).toBe(400);
  });

  test('a snapshot page gives a made-up identity that says so', async () => {
    const granted = await exchange(await codeFor({ ...full, answer: 'allow', snapshot: '1' }));
    expect(granted).toMatchObject({ is_snapshotuser: 1 });
    expect(granted.openid).not.toBe(openId);
    const query = { access_token: String(granted.access_token), openid: String(granted.openid) };
    expect(await platform.get('sns/userinfo', query)).toMatchObject({ nickname: '微信用户' });
  });
});

describe('codes and tokens', () => {
  test('a code is good once, for five minutes', async () => {
    const code = await codeFor(link);
    expect(await exchange(code)).toHaveProperty('refresh_token');
    expect(await exchange(code)).toMatchObject({ errcode: 40163 });
    const late = await codeFor(link);
    platform.clock.advance(300_000);
    expect(await exchange(late)).toMatchObject({ errcode: 42003 });
    expect(await exchange('none')).toMatchObject({ errcode: 40029 });
  });

  test('a token tells who it is until it is over, and is refreshed for thirty days', async () => {
    const granted = await exchange(await codeFor({ ...full, answer: 'allow' }));
    const of = (more: object = {}) =>
      ({ access_token: granted.access_token, openid: openId, ...more }) as Record<string, string>;
    expect(await platform.get('sns/userinfo', of())).toMatchObject({
      openid: openId,
      nickname: '小满不吃糖',
      privilege: [],
    });
    expect(await platform.get('sns/auth', of())).toMatchObject({ errcode: 0 });
    expect(await platform.get('sns/auth', of({ openid: 'o_x' }))).toMatchObject({ errcode: 40003 });
    expect(await platform.get('sns/auth', of({ access_token: 'x' }))).toMatchObject({
      errcode: 40001,
    });
    platform.clock.advance(7_200_000);
    expect(await platform.get('sns/auth', of())).toMatchObject({ errcode: 42001 });
    const refresh = (token: unknown) =>
      platform.get('sns/oauth2/refresh_token', {
        appid: app.appid,
        grant_type: 'refresh_token',
        refresh_token: String(token),
      });
    const fresh = await refresh(granted.refresh_token);
    expect(await platform.get('sns/auth', of(fresh))).toMatchObject({ errcode: 0 });
    expect(await refresh('none')).toMatchObject({ errcode: 40030 });
    platform.clock.advance(30 * 86_400_000);
    expect(await refresh(granted.refresh_token)).toMatchObject({ errcode: 42002 });
  });

  test('wrong asking has the platform’s numbers', async () => {
    const code = await codeFor(link);
    expect(await exchange(code, { appid: 'wx1' })).toMatchObject({ errcode: 40013 });
    expect(await exchange(code, { secret: '' })).toMatchObject({ errcode: 41004 });
    expect(await exchange(code, { grant_type: 'x' })).toMatchObject({ errcode: 40002 });
    expect(await exchange('')).toMatchObject({ errcode: 41008 });
    const granted = await exchange(code);
    const query = { access_token: String(granted.access_token), openid: openId };
    expect(await platform.get('sns/userinfo', query)).toMatchObject({ errcode: 48001 });
  });

  test('neither codes nor tokens are kept in the exchanges', async () => {
    const code = await codeFor(link);
    const granted = await exchange(code);
    const kept = JSON.stringify(platform.simulator.exchanges().slice(1));
    expect(kept).not.toContain(String(granted.refresh_token));
    expect(kept).not.toContain(`code=${code}`);
  });
});

test('the ticket for pages stays the same while it is valid', async () => {
  const ticket = (type = 'jsapi') => platform.get('cgi-bin/ticket/getticket', { type });
  const first = await ticket();
  expect(first).toMatchObject({ ticket: expect.any(String), expires_in: 7200 });
  platform.clock.advance(7_199_000);
  expect(await ticket()).toMatchObject({ ticket: first.ticket, expires_in: 1 });
  platform.clock.advance(1000);
  expect((await ticket()).ticket).not.toBe(first.ticket);
  expect(await ticket('poem')).toMatchObject({ errcode: 40097 });
});
