import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, describe, expect, test } from 'vitest';
import { type Script, scriptedSimulator } from '../../tests/support/scripted-service.ts';
import type { SimulatorOptions } from './index.ts';

const openId = 'o_sim_xiaoman';
const removals: (() => Promise<void>)[] = [];

async function start(script: Script, more: Partial<SimulatorOptions> = {}) {
  const { simulator, remove } = await scriptedSimulator(script, more);
  const app = Fastify();
  await app.register(simulator.routes);
  removals.push(remove);
  return { app, simulator };
}

afterEach(async () => {
  for (const remove of removals.splice(0)) await remove();
});

const post = (app: FastifyInstance, path: string, payload: object) =>
  app.inject({ method: 'POST', url: `/simulator/api/${path}`, payload });
const get = (app: FastifyInstance, path: string) => app.inject(`/simulator/${path}`);

describe('/simulator/api', () => {
  test('acts as a follower, and tells what the follower saw', async () => {
    const { app } = await start(({ field }) => `收到${field('Content') || field('Event')}`);
    const said = await post(app, 'say', { openId, text: '签到', msgId: '17', repeat: 1 });
    expect(said.json()).toMatchObject({
      openId,
      msgId: '17',
      at: '2026-11-24T12:14:00.000Z',
      reply: { type: 'text', text: '收到签到' },
      deliveries: [{ attempt: 1 }, { attempt: 2, status: 200, text: '收到签到' }],
    });
    const newcomer = (await post(app, 'follow', {})).json();
    expect(newcomer).toMatchObject({ msgId: null, reply: { text: '收到subscribe' } });
    for (const [path, body] of [
      ['scan', { openId, scene: 'store:binjiang' }],
      ['tap', { openId, key: 'CHECKIN' }],
      ['unfollow', { openId }],
    ] as const) {
      expect((await post(app, path, body)).json()).toMatchObject({ openId });
    }
    const { messages } = (await get(app, `api/transcript?openId=${openId}`)).json();
    expect(messages).toEqual([
      { at: '2026-11-24T12:14:00.000Z', from: 'follower', via: 'message', text: '签到' },
      { at: '2026-11-24T12:14:00.000Z', from: 'account', via: 'reply', text: '收到签到' },
      expect.objectContaining({ via: 'event', text: '扫码 store:binjiang' }),
      expect.objectContaining({ text: '收到SCAN' }),
      expect.objectContaining({ text: '点了菜单「CHECKIN」' }),
      expect.objectContaining({ text: '收到CLICK' }),
      expect.objectContaining({ text: '取消关注了公众号' }),
    ]);
    const all = (await get(app, 'api/exchanges')).json().exchanges;
    expect(all[0]).toMatchObject({ id: 1, direction: 'push', request: expect.any(String) });
    const later = (await get(app, `api/exchanges?after=${all.at(-1).id - 1}`)).json();
    expect(later.exchanges).toHaveLength(1);
    expect((await post(app, 'reset', {})).statusCode).toBe(204);
    expect((await get(app, `api/transcript?openId=${openId}`)).json()).toEqual({ messages: [] });
  });

  test('turns the clock', async () => {
    const { app } = await start(() => null);
    expect((await post(app, 'clock', { to: 'end-of-month' })).json()).toEqual({
      now: '2026-11-30T15:59:00.000Z',
      today: '2026-11-30',
    });
    expect((await post(app, 'clock', { advanceSeconds: 60 })).json().today).toBe('2026-12-01');
  });

  test('says what is wrong', async () => {
    const { app } = await start(() => null);
    const refusals = [
      await post(app, 'say', { openId }),
      await post(app, 'say', { openId: 'a b', text: 'x' }),
      await post(app, 'clock', { to: 'soon' }),
      await post(app, 'say', { openId: 'o_sim_azhe', text: '签到' }),
      await post(app, 'nothing', {}),
      await post(app, 'faults', {}),
      await post(app, 'faults', { path: 'cgi-bin/menu/get', kind: 'skew', times: 1 }),
      await app.inject({
        method: 'POST',
        url: '/simulator/api/say',
        headers: { 'content-type': 'application/json' },
        payload: '{',
      }),
    ];
    expect(refusals.map(({ statusCode }) => statusCode)).toEqual([
      422, 422, 422, 409, 404, 422, 422, 400,
    ]);
    expect(refusals[3]?.json()).toMatchObject({ code: 'NOT_FOLLOWING', status: 409 });
    expect(refusals[6]?.json()).toMatchObject({ code: 'FAULT_MISPLACED' });
    expect(refusals[0]?.headers['content-type']).toContain('application/problem+json');
  });
});

describe('/simulator/weixin', () => {
  test('answers the service’s calls with status 200, whatever the body is', async () => {
    const { app } = await start(() => null);
    const url = '/simulator/weixin/cgi-bin/stable_token';
    const payload = { grant_type: 'client_credential', appid: 'wxsim0000000000000', secret: 's' };
    const good = await app.inject({ method: 'POST', url, payload });
    expect(good.json()).toMatchObject({ expires_in: 7200 });
    const headers = { 'content-type': 'text/plain' };
    const bad = await app.inject({ method: 'POST', url, headers, payload: '<xml/>' });
    expect([bad.statusCode, bad.json().errcode]).toEqual([200, 47001]);
  });
});

describe('/simulator', () => {
  const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)>';

  test('shows text as text, taps as buttons and pages as links', async () => {
    const tap = '<a href="weixin://bizmsgmenu?msgmenucontent=签到&msgmenuid=x">签到</a>';
    const { app, simulator } = await start(() => `${hostile}${tap} http://localhost:3000/h5/rules`);
    await simulator.say({ openId, text: hostile });
    const page = await get(app, `?openId=${openId}`);
    expect(page.body).not.toContain('<script>alert');
    expect(page.body).not.toContain('<img');
    expect(page.body).toContain('&lt;script>alert(1)&lt;/script>');
    expect(page.body).toContain('data-act="say"');
    expect(page.body).toContain('href="/h5/rules"');
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.body).not.toMatch(/<style|<script(?! src)|<[^>]*\s(style|on\w+)=/);
    expect(Buffer.byteLength(page.body)).toBeLessThan(24_000);
  });

  test('gives what is new since a moment, and nothing twice', async () => {
    const { app, simulator } = await start(() => '好');
    await simulator.say({ openId, text: '签到' });
    const first = (await get(app, `view?openId=${openId}&line=0&exchange=0`)).json();
    expect(first).toMatchObject({ mayWrite: true, shown: { line: 2, exchange: 1 } });
    expect(first.added.lines).toContain('签到');
    expect(first.replaced.people).toContain('小满不吃糖');
    const next = (await get(app, `view?openId=${openId}&line=2&exchange=1`)).json();
    expect(next.added).toEqual({ lines: '', exchanges: '' });
    const other = (await get(app, 'view?openId=o_sim_azhe')).json();
    expect(other).toMatchObject({ mayWrite: false, shown: { line: 0 } });
  });

  test('after a reset it begins anew for nobody and everybody', async () => {
    const { app } = await start(() => null, { followers: [] });
    const page = await get(app, '');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('还没有人');
  });
});

describe('from another machine', () => {
  const far = { remoteAddress: '203.0.113.7', headers: { host: 'demo.example' } };

  test('nothing is open without a password', async () => {
    const { app } = await start(() => null);
    for (const url of ['/simulator', '/simulator/api/transcript?openId=o_1']) {
      expect((await app.inject({ url, ...far })).statusCode).toBe(403);
    }
    const headers = { host: 'evil.example' };
    expect((await app.inject({ url: '/simulator', headers })).statusCode).toBe(403);
    const proxied = { host: 'localhost', 'x-forwarded-for': '203.0.113.7' };
    expect((await app.inject({ url: '/simulator', headers: proxied })).statusCode).toBe(403);
  });

  test('the page asks for the password, and a cookie remembers it', async () => {
    const { app } = await start(() => null, { password: 'jifenwu-demo' });
    const asked = await app.inject({ url: '/simulator', ...far });
    expect(asked.statusCode).toBe(401);
    expect(asked.body).toContain('请输入演示密码');
    const signIn = (password: string) =>
      app.inject({
        method: 'POST',
        url: '/simulator/sign-in',
        remoteAddress: far.remoteAddress,
        headers: { ...far.headers, 'content-type': 'application/x-www-form-urlencoded' },
        payload: `password=${password}`,
      });
    expect((await signIn('wrong')).statusCode).toBe(403);
    const right = await signIn('jifenwu-demo');
    expect([right.statusCode, right.headers.location]).toEqual([303, '/simulator']);
    const cookie = String(right.headers['set-cookie']).split(';')[0] ?? '';
    const inside = { ...far, headers: { ...far.headers, cookie } };
    expect((await app.inject({ url: '/simulator', ...inside })).statusCode).toBe(200);
  });

  test('a script sends the password in a header', async () => {
    const { app } = await start(() => null, { password: 'jifenwu-demo' });
    const url = '/simulator/api/exchanges';
    const withPassword = (password: string) =>
      app.inject({ url, ...far, headers: { ...far.headers, 'x-demo-password': password } });
    expect((await withPassword('jifenwu-demo')).statusCode).toBe(200);
    expect((await withPassword('wrong')).statusCode).toBe(403);
  });
});
