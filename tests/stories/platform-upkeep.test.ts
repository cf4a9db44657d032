import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(`cgi-bin/${path}`, body);
const appid = 'wxsim0000000000000';

describe('quotas', () => {
  const used = async (cgi_path: string) => (await post('openapi/quota/get', { cgi_path })).quota;

  test('a path tells how often it may still be called today', async () => {
    for (let call = 0; call < 3; call += 1) await platform.get('cgi-bin/user/get');
    const path = '/cgi-bin/user/get';
    expect(await used(path)).toEqual({ daily_limit: 500, used: 3, remain: 497 });
    await post('openapi/quota/clear', { cgi_path: path });
    expect(await used(path)).toEqual({ daily_limit: 500, used: 0, remain: 500 });
    await platform.get('cgi-bin/user/get');
    platform.clock.advance(86_400_000);
    expect(await used(path)).toEqual({ daily_limit: 500, used: 0, remain: 500 });
  });

  test.each([
    [76022, 'cgi-bin/user/get'],
    [76022, '/cgi-bin/user/get?next_openid='],
    [76022, '/sns/userinfo'],
    [76021, '/cgi-bin/nothing'],
  ])('%i refuses the path %s', async (errcode, cgi_path) => {
    expect(await post('openapi/quota/get', { cgi_path })).toMatchObject({ errcode });
  });

  test('all are cleared ten times a month, with a token or without one', async () => {
    for (let call = 0; call <= 500; call += 1) await platform.get('cgi-bin/user/get');
    expect(await platform.get('cgi-bin/user/get')).toMatchObject({ errcode: 45009 });
    expect(await post('clear_quota', { appid })).toMatchObject({ errcode: 0 });
    expect(await platform.get('cgi-bin/user/get')).toMatchObject({ errcode: 0 });
    expect(await post('clear_quota', { appid: 'wx1' })).toMatchObject({ errcode: 40013 });
    const open = JSON.stringify({ appid, appsecret: 's' });
    const v2 = { method: 'POST', path: 'cgi-bin/clear_quota/v2', query: {}, body: open };
    for (let time = 1; time < 10; time += 1) {
      expect((await platform.simulator.answerCall(v2)).body).toMatchObject({ errcode: 0 });
    }
    expect((await platform.simulator.answerCall(v2)).body).toMatchObject({ errcode: 48006 });
    expect(await post('clear_quota', { appid })).toMatchObject({ errcode: 48006 });
    platform.clock.advance(7 * 86_400_000);
    expect(await post('clear_quota', { appid })).toMatchObject({ errcode: 0 });
    expect(JSON.stringify(platform.simulator.exchanges())).not.toContain('"appsecret":"s"');
  });

  test('one is cleared fifty times a month', async () => {
    const clear = () => post('openapi/quota/clear', { cgi_path: '/cgi-bin/user/get' });
    for (let time = 0; time < 50; time += 1) expect(await clear()).toMatchObject({ errcode: 0 });
    expect(await clear()).toMatchObject({ errcode: 48006 });
  });
});

describe('finding out what is wrong', () => {
  test('the rid of a refusal brings back the request for a week', async () => {
    const refused = await post('tags/delete', { tag: { id: 9999 } });
    const [, rid] = /rid: (\S+)$/.exec(String(refused.errmsg)) ?? [];
    const found = await post('openapi/rid/get', { rid });
    expect(found).toMatchObject({
      request: {
        request_url: '/cgi-bin/tags/delete?access_token=…',
        request_body: '{"tag":{"id":9999}}',
        response_body: expect.stringContaining('45159'),
      },
    });
    platform.clock.advance(7 * 86_400_000);
    expect(await post('openapi/rid/get', { rid })).toMatchObject({ errcode: 76004 });
    expect(await post('openapi/rid/get', { rid: 'x' })).toMatchObject({ errcode: 76002 });
    const other = `1-${'0'.repeat(16)}`;
    expect(await post('openapi/rid/get', { rid: other })).toMatchObject({ errcode: 76001 });
  });

  test('addresses and the way back are told', async () => {
    for (const path of ['get_api_domain_ip', 'getcallbackip']) {
      expect(await platform.get(`cgi-bin/${path}`)).toMatchObject({ ip_list: ['127.0.0.1'] });
    }
    const check = (action: string, check_operator = 'DEFAULT') =>
      post('callback/check', { action, check_operator });
    expect(await check('all')).toMatchObject({
      dns: [{ ip: '127.0.0.1' }],
      ping: [{ package_loss: '0%' }],
    });
    expect(await check('ping')).not.toHaveProperty('dns');
    expect(await check('walk')).toMatchObject({ errcode: 40202 });
    expect(await check('dns', 'NOBODY')).toMatchObject({ errcode: 40203 });
  });

  test('what members write is checked', async () => {
    const check = (content: string) =>
      platform.post('wxa/msg_sec_check', {
        content,
        openid: 'o_sim_xiaoman',
        scene: 2,
        version: 2,
      });
    expect(await check('签到真开心')).toMatchObject({ result: { suggest: 'pass' } });
    const risky = '特3456书yuuo莞6543李zxcz蒜7782法fgnv级';
    expect(await check(`看 ${risky}`)).toMatchObject({ result: { suggest: 'risky' } });
  });
});
