import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Seen, scriptedSimulator } from '../../../tests/support/scripted-service.ts';
import { type Simulator, type TurnableClock, turnableClock } from '../index.ts';

const openId = 'o_sim_xiaoman';
let simulator: Simulator;
let seen: Seen[];
let clock: TurnableClock;
let remove = async () => {};

beforeEach(async () => {
  clock = turnableClock(() => new Date('2026-11-24T12:14:00Z'));
  ({ simulator, seen, remove } = await scriptedSimulator(() => null, { clock }));
});

afterEach(() => remove());

async function ask(path: string, body: unknown, query: Record<string, string> = {}) {
  const method = body === undefined ? 'GET' : 'POST';
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
  const call = { method, path: `cgi-bin/${path}`, query, body: text };
  return (await simulator.answerCall(call)).body as Record<string, unknown>;
}

async function token(): Promise<{ access_token: string }> {
  const { access_token: text } = await ask('stable_token', grant);
  return { access_token: String(text) };
}

const grant = { grant_type: 'client_credential', appid: 'wxsim0000000000000', secret: 's' };

describe('access tokens', () => {
  test('the stable one stays the same, and a new one comes in its last five minutes', async () => {
    const first = await token();
    clock.advance(6_899_000);
    expect(await token()).toEqual(first);
    clock.advance(1000);
    const second = await token();
    expect(second).not.toEqual(first);
    for (const both of [first, second]) {
      expect(await ask('menu/get', undefined, both)).toMatchObject({ errcode: 46003 });
    }
    clock.advance(300_000);
    expect(await ask('menu/get', undefined, first)).toMatchObject({ errcode: 42001 });
  });

  test('forcing kills the one before, but not twice within half a minute', async () => {
    const first = await token();
    await ask('stable_token', { ...grant, force_refresh: true });
    expect(await ask('menu/get', undefined, first)).toMatchObject({ errcode: 40001 });
    const second = await token();
    await ask('stable_token', { ...grant, force_refresh: true });
    expect(await token()).toEqual(second);
  });

  test('the ordinary one dies five minutes after the next, apart from the stable one', async () => {
    const first = { access_token: String((await ask('token', undefined, grant)).access_token) };
    await ask('token', undefined, grant);
    expect(await ask('menu/get', undefined, first)).toMatchObject({ errcode: 46003 });
    clock.advance(300_000);
    expect(await ask('menu/get', undefined, first)).toMatchObject({ errcode: 42001 });
  });

  test('wrong asking has the platform’s numbers', async () => {
    expect(await ask('stable_token', { ...grant, appid: 'wx1' })).toMatchObject({ errcode: 40013 });
    expect(await ask('stable_token', { ...grant, secret: '' })).toMatchObject({ errcode: 41004 });
    expect(await ask('stable_token', '{')).toMatchObject({ errcode: 47001 });
    expect(await ask('stable_token', undefined)).toMatchObject({ errcode: 43002 });
    expect(await ask('menu/get', undefined)).toMatchObject({ errcode: 41001 });
    expect(await ask('menu/get', undefined, { access_token: 'x' })).toMatchObject({
      errcode: 40001,
    });
    expect(await ask('nothing', undefined)).toMatchObject({ errcode: 40066 });
  });

  test('the calls of a day are counted', async () => {
    for (let call = 0; call < 2000; call += 1) await ask('token', undefined, grant);
    expect(await ask('token', undefined, grant)).toMatchObject({ errcode: 45009 });
    clock.advance(86_400_000);
    expect(await ask('token', undefined, grant)).toHaveProperty('access_token');
  });

  test('no token and no secret is kept in the exchanges', async () => {
    const { access_token: text } = await token();
    await ask('menu/get', undefined, { access_token: text });
    await ask('token', undefined, { ...grant, secret: 'very-secret' });
    await ask('stable_token', { ...grant, secret: 'very-secret' });
    expect(JSON.stringify(simulator.exchanges())).not.toMatch(new RegExp(`${text}|very-secret`));
  });
});

const value = (text: string) => ({ value: text });
const shipped = {
  touser: openId,
  template_id: 'tpl_order_shipped',
  url: 'http://localhost:3000/h5/rules',
  data: {
    thing1: value('米白帆布袋 🎉'),
    thing2: value('顺丰速运'),
    character_string3: value('SF1024572046'),
    date4: value('2026年11月20日'),
  },
};

describe('template messages', () => {
  test('one is shown without its emoji, and its result follows as an event', async () => {
    const { msgid } = await ask('message/template/send', shipped, await token());
    expect(simulator.transcript(openId)).toMatchObject([
      {
        via: 'template',
        text: '订单发货通知\n商品名称：米白帆布袋\n快递公司：顺丰速运\n快递单号：SF1024572046\n发货时间：2026年11月20日',
        data: { templateId: 'tpl_order_shipped', url: shipped.url },
      },
    ]);
    expect(seen).toHaveLength(0);
    await simulator.settled();
    const [event] = seen;
    expect(event?.field('Event')).toBe('TEMPLATESENDJOBFINISH');
    expect([event?.field('MsgID'), event?.field('Status')]).toEqual([String(msgid), 'success']);
  });

  test('the list gives titles, labels and keys', async () => {
    const { template_list: list } = await ask(
      'template/get_all_private_template',
      undefined,
      await token(),
    );
    expect(list).toMatchObject([
      { template_id: 'tpl_points_changed' },
      { template_id: 'tpl_order_shipped' },
      {
        template_id: 'tpl_points_expiring',
        content:
          '会员积分{{number1.DATA}}\n到期时间{{date2.DATA}}\n当前余额{{number3.DATA}}\n温馨提示{{thing4.DATA}}',
      },
    ]);
  });

  test.each([
    [47003, { ...shipped, data: { ...shipped.data, thing1: value('长'.repeat(21)) } }],
    [47003, { ...shipped, data: { thing1: value('袋') } }],
    [47003, { ...shipped, data: { ...shipped.data, thing1: value('🎉') } }],
    [40037, { ...shipped, template_id: 'tpl_none' }],
    [43004, { ...shipped, touser: 'o_sim_laowang' }],
    [40003, { ...shipped, touser: 'o_nobody' }],
    [47001, { ...shipped, data: 'x' }],
    [40033, JSON.stringify(shipped).replace('顺', '\\u987a')],
    [44002, ''],
  ])('%i refuses a wrong one, and nothing is shown', async (errcode, body) => {
    expect(await ask('message/template/send', body, await token())).toMatchObject({ errcode });
    expect(simulator.transcript(openId)).toEqual([]);
  });

  test('the same client_msg_id is sent once in ten minutes', async () => {
    const query = await token();
    const message = { ...shipped, client_msg_id: 'ent_1' };
    const first = await ask('message/template/send', message, query);
    expect(await ask('message/template/send', message, query)).toEqual(first);
    expect(simulator.transcript(openId)).toHaveLength(1);
    clock.advance(600_000);
    expect(await ask('message/template/send', message, query)).not.toEqual(first);
  });
});

describe('customer messages', () => {
  const message = { touser: openId, msgtype: 'text', text: { content: '刚才的结果' } };
  const send = async (change: object = {}) =>
    ask('message/custom/send', { ...message, ...change }, await token());

  test('go out while a window is open, and are counted', async () => {
    expect(await send()).toMatchObject({ errcode: 45015 });
    await simulator.say({ openId, text: '兑换' });
    for (let sent = 0; sent < 5; sent += 1) expect(await send()).toMatchObject({ errcode: 0 });
    expect(await send()).toMatchObject({ errcode: 45047 });
    clock.advance(48 * 3_600_000);
    expect(await send()).toMatchObject({ errcode: 45015 });
    const customer = simulator.transcript(openId).filter(({ via }) => via === 'customer');
    expect(customer).toHaveLength(5);
  });

  test('a tapped word opens a minute, and leaving closes everything', async () => {
    await simulator.say({ openId, text: '签到', menuId: '签到' });
    expect(await send()).toMatchObject({ errcode: 0 });
    clock.advance(60_000);
    expect(await send()).toMatchObject({ errcode: 45015 });
    await simulator.say({ openId, text: '兑换' });
    await simulator.unfollow({ openId });
    expect(await send()).toMatchObject({ errcode: 45015 });
  });

  test('wrong ones have the platform’s numbers', async () => {
    await simulator.say({ openId, text: '兑换' });
    expect(await send({ touser: 'o_nobody' })).toMatchObject({ errcode: 40003 });
    expect(await send({ msgtype: 'poem' })).toMatchObject({ errcode: 40008 });
    expect(await send({ text: { content: '' } })).toMatchObject({ errcode: 44004 });
    expect(await send({ text: { content: '长'.repeat(683) } })).toMatchObject({ errcode: 45002 });
  });
});

describe('the menu', () => {
  const click = { type: 'click', name: '签到', key: 'CHECKIN' };

  test('one is made, read and deleted', async () => {
    const query = await token();
    const button = [click, { name: '我的', sub_button: [{ ...click, name: '余额' }] }];
    expect(await ask('menu/create', { button }, query)).toMatchObject({ errcode: 0 });
    expect(await ask('menu/get', undefined, query)).toMatchObject({ menu: { button } });
    await simulator.tap({ openId, key: 'CHECKIN' });
    expect(simulator.transcript(openId)[0]?.text).toBe('点了菜单「签到」');
    expect(await ask('menu/delete', undefined, query)).toMatchObject({ errcode: 0 });
    expect(await ask('menu/get', undefined, query)).toMatchObject({ errcode: 46003 });
  });

  test.each([
    [40016, { button: [] }],
    [40016, { button: [click, click, click, click] }],
    [40016, {}],
    [40018, { button: [{ ...click, name: '六个汉字就长' }] }],
    [40017, { button: [{ name: '空' }] }],
    [40019, { button: [{ ...click, key: '' }] }],
    [40020, { button: [{ type: 'view', name: '页', url: 'x' }] }],
    [40023, { button: [{ name: '多', sub_button: Array(6).fill(click) }] }],
  ])('%i refuses a wrong one', async (errcode, body) => {
    expect(await ask('menu/create', body, await token())).toMatchObject({ errcode });
  });
});

test('the platform knows who follows, and no more', async () => {
  const query = await token();
  const info = (openid: string) => ask('user/info', undefined, { ...query, openid });
  expect(await info(openId)).toMatchObject({ subscribe: 1, openid: openId, language: 'zh_CN' });
  expect(await info('o_sim_laowang')).toMatchObject({ subscribe: 0 });
  expect(await info('o_nobody')).toMatchObject({ errcode: 40003 });
});
