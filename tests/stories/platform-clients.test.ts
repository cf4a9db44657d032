import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import nock from 'nock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PNG, type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

type Answer = Record<string, unknown>;
type Ask = (...given: readonly unknown[]) => Promise<Answer>;

/** What is used here of a library that has no types. */
interface CoApi {
  prefix: string;
  mpPrefix: string;
  readonly [method: string]: unknown;
}

const require = createRequire(import.meta.url);
const CoWechatApi = require('co-wechat-api') as new (appId: string, secret: string) => CoApi;
const CoWechatOauth = require('co-wechat-oauth') as new (
  appId: string,
  secret: string,
) => {
  getAuthorizeURL(url: string, state: string, scope: string): string;
  getAccessToken(code: string): Promise<{ data: Answer }>;
  refreshAccessToken(token: unknown): Promise<{ data: Answer }>;
  getUser(asked: object): Promise<Answer>;
};

const openId = 'o_sim_xiaoman';
const appId = 'wxsim0000000000000';
const HOST = 'https://api.weixin.qq.com';
const value = (text: string) => ({ value: text });
const shipped = {
  thing1: value('米白帆布袋'),
  thing2: value('顺丰速运'),
  character_string3: value('SF1024572046'),
  date4: value('2026年11月20日'),
};
const menu = { button: [{ type: 'click', name: '签到', key: 'CHECKIN' }] };

let platform: PretendPlatform;
let app: FastifyInstance;
let base = '';

beforeAll(async () => {
  platform = await pretendPlatform();
  app = Fastify();
  await app.register(platform.simulator.routes);
  await app.listen({ port: 0, host: '127.0.0.1' });
  base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/simulator/weixin/`;
  nock.disableNetConnect();
  nock.enableNetConnect('127.0.0.1');
});

afterAll(async () => {
  nock.cleanAll();
  nock.enableNetConnect();
  await app.close();
  await platform.close();
});

describe('co-wechat-api, with its prefixes changed', () => {
  let api: CoApi;
  const call = (method: string, ...given: readonly unknown[]) =>
    (api[method] as Ask).call(api, ...given);

  beforeAll(() => {
    api = new CoWechatApi(appId, 'secret');
    api.prefix = `${base}cgi-bin/`;
    api.mpPrefix = `${base}cgi-bin/`;
  });

  test('gets a token, and a new one when it is no longer good', async () => {
    const { accessToken } = await call('ensureAccessToken');
    expect(accessToken).toMatch(/^sim_/);
    platform.simulator.addFault({ path: 'cgi-bin/menu/create', kind: 'token' });
    await call('createMenu', menu);
    expect((await call('ensureAccessToken')).accessToken).not.toBe(accessToken);
  });

  test('sends a template message, and hears what is wrong with one', async () => {
    const sent = await call('sendTemplate', openId, 'tpl_order_shipped', 'http://a.b', '', shipped);
    expect(sent.msgid).toBeGreaterThan(0);
    expect(platform.simulator.transcript(openId).at(-1)).toMatchObject({ via: 'template' });
    const wrong = { ...shipped, date4: value('明天') };
    await expect(
      call('sendTemplate', openId, 'tpl_order_shipped', 'http://a.b', '', wrong),
    ).rejects.toMatchObject({ code: 47003 });
  });

  test('makes, reads and removes the menu, and one for a few', async () => {
    await call('createMenu', menu);
    expect(await call('getMenu')).toMatchObject({ menu });
    const rule = { ...menu, matchrule: { client_platform_type: '2' } };
    const { menuid } = await call('addConditionalMenu', rule);
    expect(await call('tryConditionalMenu', openId)).toMatchObject({ button: menu.button });
    await call('delConditionalMenu', menuid);
    await call('removeMenu');
    await expect(call('getMenu')).rejects.toMatchObject({ code: 46003 });
  });

  test('gives tags and finds people by them', async () => {
    const { tag } = await call('createTags', '常客');
    const { id } = tag as { id: number };
    await call('batchTagging', [openId], id);
    expect(await call('getUsersFromTag', id, '')).toMatchObject({ count: 1 });
    expect(await call('getUser', openId)).toMatchObject({ subscribe: 1, tagid_list: [id] });
    expect(await call('getFollowers')).toMatchObject({ data: { openid: [openId] } });
  });

  test('makes a code whose picture is there, and a scan tells what it holds', async () => {
    const { ticket } = await call('createTmpQRCode', 'store:binjiang', 600);
    const url = (api.showQRCodeURL as (ticket: unknown) => string).call(api, ticket);
    const picture = await fetch(url);
    expect(picture.headers.get('content-type')).toBe('image/svg+xml');
    await platform.simulator.scan({ openId, ticket: String(ticket) });
    expect(platform.seen.at(-1)?.field('EventKey')).toBe('store:binjiang');
    expect(platform.seen.at(-1)?.field('Ticket')).toBe(ticket);
    const unknown = await fetch(`${base}cgi-bin/showqrcode?ticket=none`);
    expect(unknown.status).toBe(404);
  });

  test('uploads a picture and gets the same bytes back', async () => {
    const { media_id: id } = await call('uploadMedia', PNG, 'image', 'a.png', 'image/png');
    const bytes = (await call('getMedia', id)) as unknown as Buffer;
    expect(bytes.equals(PNG)).toBe(true);
    await expect(call('getMedia', 'none')).rejects.toMatchObject({ code: 40007 });
  });

  test('sends to many, and gets a ticket for pages', async () => {
    await platform.simulator.follow({ openId: 'o_sim_azhe' });
    const content = { text: { content: '会员日' }, msgtype: 'text' };
    expect(await call('massSend', content, [openId, 'o_sim_azhe'])).toHaveProperty('msg_id');
    expect((await call('getTicket')).ticket).toEqual(expect.any(String));
  });
});

/** Of the second library those parts that talk with the platform, as its account puts them together. */
const HttpClient = require('node-easywechat/dist/Core/HttpClient/HttpClient') as {
  create(options: object): EasyClient;
};
const AwareClient = require('node-easywechat/dist/Core/HttpClient/AccessTokenAwareClient') as new (
  client: EasyClient,
  token: EasyToken,
) => EasyClient;
const AccessToken = require('node-easywechat/dist/OfficialAccount/AccessToken') as new (
  ...given: readonly unknown[]
) => EasyToken;
const JsApiTicket = require('node-easywechat/dist/OfficialAccount/JsApiTicket') as new (
  ...given: readonly unknown[]
) => { configSignature(url: string): Promise<Answer> };
const Form = createRequire(require.resolve('node-easywechat/dist/Core/HttpClient/HttpClient'))(
  'form-data',
) as new () => FormLike;

describe('node-easywechat, with another base URL', () => {
  let token: EasyToken;
  let client: EasyClient;

  beforeAll(() => {
    const http = HttpClient.create({ baseURL: base });
    token = new AccessToken(appId, 'secret', null, memory(), http, true);
    client = new AwareClient(http, token);
  });

  const request = async (method: 'get' | 'post', path: string, payload = {}): Promise<Answer> =>
    (await client.request(method, path, payload)).toObject();

  test('gets the stable token', async () => {
    const text = await token.getToken();
    expect(text).toMatch(/^sim_/);
    expect(await token.refresh()).toBe(text);
  });

  test('sends a template message', async () => {
    const json = { touser: openId, template_id: 'tpl_order_shipped', data: shipped };
    const sent = await request('post', 'cgi-bin/message/template/send', { json });
    expect(sent).toMatchObject({ errcode: 0, msgid: expect.any(Number) });
  });

  test('makes and reads the menu', async () => {
    await request('post', 'cgi-bin/menu/create', { json: menu });
    expect(await request('get', 'cgi-bin/menu/get')).toMatchObject({ menu });
  });

  test('uploads a picture and downloads it', async () => {
    const formData = new Form();
    formData.append('media', PNG, { filename: 'a.png', contentType: 'image/png' });
    const params = { type: 'image' };
    const uploaded = await request('post', 'cgi-bin/media/upload', { params, formData });
    const response = await client.request('get', 'cgi-bin/media/get', {
      params: { media_id: uploaded.media_id },
      responseType: 'arraybuffer',
    });
    expect(Buffer.from(response.getContent()).equals(PNG)).toBe(true);
  });

  test('signs a page with the ticket', async () => {
    const ticket = new JsApiTicket(appId, 'secret', null, memory(), client);
    const signed = await ticket.configSignature('http://localhost:3000/h5/x');
    expect(signed).toMatchObject({ appId, signature: expect.stringMatching(/^[0-9a-f]{40}$/) });
  });
});

describe('co-wechat-oauth, whose host is led to the simulator', () => {
  beforeAll(() => {
    nock(HOST)
      .persist()
      .get(/^\/sns\//)
      .reply(async ({ url }) => {
        const { pathname, search } = new URL(url, HOST);
        const answer = await fetch(`${base}${pathname.slice(1)}${search}`);
        return [answer.status, await answer.text(), { 'content-type': 'application/json' }];
      });
  });

  /** What a browser does with the address that a library makes: the page asks, the follower agrees. */
  async function codeFor(authorizeUrl: string): Promise<string> {
    const { pathname, search } = new URL(authorizeUrl);
    const asked = `${base}${pathname.slice(1)}${search}`;
    const headers = { cookie: `jf_simulator_phone=${openId}` };
    const page = await fetch(asked, { headers, redirect: 'manual' });
    expect(page.status).toBe(200);
    const [, href = ''] = /href="(\?[^"]*answer=allow)"/.exec(await page.text()) ?? [];
    const allow = new URL(href.replaceAll('&amp;', '&'), asked);
    const back = await fetch(allow, { headers, redirect: 'manual' });
    const to = new URL(back.headers.get('location') ?? '');
    expect(to.href).toContain('http://localhost:3000/h5/done');
    expect(to.searchParams.get('state')).toBe('state1');
    return to.searchParams.get('code') ?? '';
  }

  const redirect = 'http://localhost:3000/h5/done';

  test('a code is exchanged once, refreshed, and tells who it is', async () => {
    const oauth = new CoWechatOauth(appId, 'secret');
    const code = await codeFor(oauth.getAuthorizeURL(redirect, 'state1', 'snsapi_userinfo'));
    const { data } = await oauth.getAccessToken(code);
    expect(data).toMatchObject({ openid: openId, scope: 'snsapi_userinfo', expires_in: 7200 });
    await expect(oauth.getAccessToken(code)).rejects.toMatchObject({ code: 40163 });
    const again = await oauth.refreshAccessToken(data.refresh_token);
    expect(again.data).toMatchObject({ openid: openId });
    expect(await oauth.getUser({ openid: openId })).toMatchObject({ nickname: '小满不吃糖' });
    await expect(oauth.getAccessToken('none')).rejects.toMatchObject({ code: 40029 });
  });
});

describe('when the line is broken', () => {
  test('a reset and a lost answer reach the client as a broken connection', async () => {
    const info = async () => {
      const grant = `grant_type=client_credential&appid=${appId}&secret=s`;
      const granted = await fetch(`${base}cgi-bin/token?${grant}`);
      const { access_token } = (await granted.json()) as { access_token: string };
      return fetch(`${base}cgi-bin/menu/get?access_token=${access_token}`);
    };
    for (const kind of ['reset', 'lost'] as const) {
      platform.simulator.addFault({ path: 'cgi-bin/menu/get', kind });
      await expect(info()).rejects.toThrow('fetch failed');
    }
    expect((await info()).status).toBe(200);
  });
});

interface EasyToken {
  getToken(): Promise<string>;
  refresh(): Promise<string>;
}

interface EasyClient {
  request(
    method: string,
    path: string,
    payload: object,
  ): Promise<{ toObject(): Answer; getContent(): Buffer }>;
}

interface FormLike {
  append(name: string, bytes: Buffer, options: object): void;
}

function memory() {
  const kept = new Map<string, unknown>();
  return {
    get: async (key: string) => kept.get(key) as never,
    set: async (key: string, what: unknown) => kept.set(key, what) !== undefined,
    has: async (key: string) => kept.has(key),
    delete: async (key: string) => kept.delete(key),
  };
}
