import nock from 'nock';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { localKeyValue } from '../platform/local-key-value.ts';
import { adviceFor, WechatError } from './api-errors.ts';
import { wechatApi } from './wechat-api.ts';

const platform = nock('https://api.weixin.qq.com');
const OK = { errcode: 0, errmsg: 'ok' };
const silent = { debug() {}, info() {}, warn() {}, error() {} };
const SEND = '/cgi-bin/message/custom/send?access_token=T';

let asked: string[] = [];
const token = {
  current: async () => 'T',
  refreshed: async (bad: string) => {
    asked.push(bad);
    return 'T2';
  },
};
const clock = () => new Date('2026-11-21T02:00:00Z');
const access = {
  baseUrl: new URL('https://api.weixin.qq.com/'),
  openBaseUrl: new URL('https://open.weixin.qq.com/'),
  appId: 'wx0',
  secret: 'S',
  keyValue: localKeyValue({ file: null, clock, log: silent }),
  clock,
  hosts: ['points.example.com'],
};
const api = wechatApi(access, token);
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

beforeAll(() => nock.disableNetConnect());
beforeEach(() => {
  asked = [];
});
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
});

test('a customer message is one POST, with the token in the query', async () => {
  platform
    .post(SEND, { touser: 'o1', msgtype: 'text', text: { content: '券码来了' } })
    .reply(200, OK);
  await api.customer.sendText('o1', '券码来了');
  expect(asked).toEqual([]);
});

test('the API may live under a path', async () => {
  const sent = nock('http://localhost:3000').post(`/simulator/weixin${SEND}`).reply(200, OK);
  const baseUrl = new URL('http://localhost:3000/simulator/weixin/');
  await wechatApi({ ...access, baseUrl }, token).customer.sendText('o1', 'a');
  expect(sent.isDone()).toBe(true);
});

test('nothing is written as \\uXXXX: what would be is left out', async () => {
  let raw = '';
  platform
    .post('/cgi-bin/message/template/send?access_token=T', (body) => {
      raw = JSON.stringify(body);
      return body.data.thing1.value === '积分😀';
    })
    .reply(200, { ...OK, msgid: 1 });
  const data = { thing1: '积\ud83d分😀\udc00\u0001' };
  await api.templates.send({ openId: 'o1', templateId: 't1', data, clientMsgId: 'c' });
  expect(raw).not.toContain('\\u');
});

test('a customer message is cut where a passive reply is', async () => {
  platform.post(SEND, ({ text }) => text.content === '积'.repeat(682)).reply(200, OK);
  await api.customer.sendText('o1', '积'.repeat(700));
});

test.each([40_001, 40_014, 42_001])('after %i the token is refreshed once', async (errcode) => {
  platform.post(SEND).reply(200, { errcode, errmsg: 'invalid' });
  platform.post(`${SEND}2`).reply(200, OK);
  await api.customer.sendText('o1', 'a');
  expect(asked).toEqual(['T']);
});

test('a second refusal of the token is an error', async () => {
  platform.post(SEND).reply(200, { errcode: 42_001, errmsg: 'expired' });
  platform.post(`${SEND}2`).reply(200, { errcode: 40_001, errmsg: 'invalid' });
  expect(await caught(api.customer.sendText('o1', 'a'))).toMatchObject({
    errcode: 40_001,
    advice: 'token',
  });
  expect(asked).toEqual(['T']);
});

test('any other error is thrown at once, with its advice', async () => {
  platform.post(SEND).reply(200, { errcode: 45_015, errmsg: 'out of time rid: 1-2-3' });
  const error = await caught(api.customer.sendText('o1', 'a'));
  expect(error).toBeInstanceOf(WechatError);
  expect(error).toMatchObject({
    errcode: 45_015,
    errmsg: 'out of time rid: 1-2-3',
    advice: 'window',
  });
});

test('no answer is a failure that shows no token', async () => {
  platform.post(SEND).replyWithError('access_token=T');
  const error = await caught(api.customer.sendText('o1', 'a'));
  expect(error).toMatchObject({ name: 'RemoteError', reason: 'unreachable' });
  expect(String(error)).not.toContain('access_token');
});

test('a template message is sent with its values by key, and its id stays whole', async () => {
  platform
    .post('/cgi-bin/message/template/send?access_token=T', {
      touser: 'o1',
      template_id: 't1',
      url: 'https://x.cn/h5',
      client_msg_id: 'entry-1',
      data: { thing1: { value: '马克杯' }, number2: { value: '380' } },
    })
    .reply(200, '{"errcode":0,"errmsg":"ok","msgid":3487542469355618313}');
  const message = {
    openId: 'o1',
    templateId: 't1',
    url: 'https://x.cn/h5',
    data: { thing1: '马克杯', number2: '380' },
    clientMsgId: 'entry-1',
  };
  expect(await api.templates.send(message)).toEqual({ msgId: '3487542469355618313' });
});

test('a template message without an address cannot be tapped, and a small id is text too', async () => {
  platform
    .post('/cgi-bin/message/template/send?access_token=T', (body) => !('url' in body))
    .reply(200, { ...OK, msgid: 200163836 });
  const message = { openId: 'o1', templateId: 't1', data: {}, clientMsgId: 'c' };
  expect(await api.templates.send(message)).toEqual({ msgId: '200163836' });
});

test('an accepted message without an id is an odd answer', async () => {
  platform.post('/cgi-bin/message/template/send?access_token=T').reply(200, OK);
  const message = { openId: 'o1', templateId: 't1', data: {}, clientMsgId: 'c' };
  expect(await caught(api.templates.send(message))).toMatchObject({ reason: 'unexpected' });
});

test('templates come with the labels, keys and types of their fields', async () => {
  platform.get('/cgi-bin/template/get_all_private_template?access_token=T').reply(200, {
    template_list: [
      {
        template_id: 't1',
        title: '积分到期提醒',
        primary_industry: '',
        content: '会员号：{{character_string1.DATA}}\n到期积分{{number2.DATA}}\n{{ time3.DATA }}',
      },
      { template_id: 't2', title: '订阅模板消息', content: '{{content.DATA}}' },
    ],
  });
  expect(await api.templates.list()).toEqual([
    {
      templateId: 't1',
      title: '积分到期提醒',
      fields: [
        { label: '会员号', key: 'character_string1', type: 'character_string' },
        { label: '到期积分', key: 'number2', type: 'number' },
        { label: '', key: 'time3', type: 'time' },
      ],
    },
    {
      templateId: 't2',
      title: '订阅模板消息',
      fields: [{ label: '', key: 'content', type: 'content' }],
    },
  ]);
});

test('a menu is sent as a whole', async () => {
  platform
    .post('/cgi-bin/menu/create?access_token=T', {
      button: [
        { type: 'click', name: '签到', key: 'CHECKIN' },
        {
          name: '我的',
          sub_button: [{ type: 'view', name: '规则', url: 'https://x.cn/h5/rules' }],
        },
      ],
    })
    .reply(200, OK);
  await api.menus.create({
    buttons: [
      { type: 'click', name: '签到', key: 'CHECKIN' },
      { name: '我的', buttons: [{ type: 'view', name: '规则', url: 'https://x.cn/h5/rules' }] },
    ],
  });
});

const click = (name: string, key = 'K') => ({ type: 'click', name, key }) as const;
const view = (url: string) => ({ type: 'view', name: 'a', url }) as const;
const of = (count: number) => Array.from({ length: count }, () => click('a'));

test.each([
  ['no button', []],
  ['four buttons', of(4)],
  ['six buttons in a group', [{ name: 'a', buttons: of(6) }]],
  ['an empty group', [{ name: 'a', buttons: [] }]],
  ['a name of 17 bytes', [click(`${'签'.repeat(5)}ab`)]],
  ['an inner name of 61 bytes', [{ name: 'a', buttons: [click(`${'签'.repeat(20)}a`)] }]],
  ['no name', [click('')]],
  ['a key of 129 bytes', [click('a', 'K'.repeat(129))]],
  ['an address of 1,025 bytes', [view(`https://x.cn/${'a'.repeat(1012)}`)]],
  ['an address that is none', [view('javascript:alert(1)')]],
])('a menu with %s is not sent', async (_, buttons) => {
  expect(await caught(api.menus.create({ buttons }))).toMatchObject({
    kind: 'invalid',
    code: 'MENU_INVALID',
  });
});

test('a menu at its limits is sent', async () => {
  platform.post('/cgi-bin/menu/create?access_token=T').reply(200, OK);
  const inner = Array.from({ length: 5 }, () => click('签'.repeat(20), 'K'.repeat(128)));
  const group = { name: `${'签'.repeat(5)}a`, buttons: inner };
  await api.menus.create({ buttons: [group, group, view(`https://x.cn/${'a'.repeat(1011)}`)] });
});

test.each([
  [-1, 'retry'],
  [45_011, 'retry'],
  [45_009, 'wait'],
  [40_001, 'token'],
  [40_164, 'operator'],
  [43_004, 'recipient'],
  [70_000, 'recipient'],
  [45_047, 'window'],
  [47_003, 'value'],
  [48_004, 'stop'],
  [45_065, 'done'],
  [99_999, 'give-up'],
] as const)('the advice for %i is %s', (errcode, advice) => {
  expect(adviceFor(errcode)).toBe(advice);
});

test('pages for people are at the platform, or beside a pretend one', () => {
  const asks = { redirectUri: 'https://x.cn/h5', scope: 'base', state: 'abc' } as const;
  expect(api.oauth.authorizeAddress(asks)).toMatch(/^https:\/\/open\.weixin\.qq\.com\/connect\//);
  expect(api.qrcodes.imageAddress('t')).toBe(
    'https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=t',
  );
  const openBaseUrl = new URL('http://localhost:3000/simulator/weixin/');
  const { oauth, qrcodes } = wechatApi({ ...access, openBaseUrl }, token);
  expect(oauth.authorizeAddress(asks)).toMatch(/^http:\/\/localhost:3000\/simulator\/weixin\/conn/);
  expect(qrcodes.imageAddress('t')).toMatch(/^http:\/\/localhost:3000\/simulator\/weixin\/cgi-bin/);
});
