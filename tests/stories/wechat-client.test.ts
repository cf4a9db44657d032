import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localKeyValue } from '../../src/platform/local-key-value.ts';
import { type WechatApi, wechatApi } from '../../src/wechat/index.ts';
import { pagesOf } from '../support/pages-of.ts';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
const silent = { debug() {}, info() {}, warn() {}, error() {} };

let platform: PretendPlatform;
let app: FastifyInstance;
let api: WechatApi;

beforeAll(async () => {
  platform = await pretendPlatform();
  app = Fastify();
  await app.register(platform.simulator.routes);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const baseUrl = new URL(`http://127.0.0.1:${port}/simulator/weixin/`);
  const clock = () => platform.clock.now();
  api = wechatApi({
    baseUrl,
    openBaseUrl: baseUrl,
    appId: 'wxsim0000000000000',
    secret: 'jifenwu-pretend',
    keyValue: localKeyValue({ file: null, clock, log: silent }),
    clock,
    hosts: ['localhost:3000'],
  });
});

afterAll(async () => {
  await app.close();
  await platform.close();
});

test('followers are read, noted, tagged and kept out', async () => {
  const { users, tags, blacklist } = api;
  const everybody = (await pagesOf(users.all())).flat();
  expect(everybody).toContain(openId);
  await users.remark(openId, '常来');
  const tagId = await tags.create('常客');
  expect(await tags.tag(tagId, everybody)).toEqual([]);
  expect(await tags.tagsOf(openId)).toContain(tagId);
  expect(await users.info(openId)).toMatchObject({ following: true, remark: '常来' });
  expect((await users.batchGet(everybody)).map((user) => user.openId)).toEqual(everybody);
  expect((await pagesOf(tags.members(tagId))).flat()).toEqual(everybody);
  await tags.rename(tagId, '老客');
  const all = { id: tagId, name: '老客', followers: everybody.length };
  expect(await tags.list()).toContainEqual(all);
  expect(await tags.untag(tagId, [openId])).toEqual([]);
  await tags.remove(tagId);
  await blacklist.add([openId]);
  expect(await pagesOf(blacklist.all())).toEqual([[openId]]);
  await blacklist.remove([openId]);
  expect(await pagesOf(blacklist.all())).toEqual([]);
});

test('a menu for all and one for some are made, shown and taken away', async () => {
  const { menus, tags } = api;
  await menus.delete();
  expect(await menus.get()).toBe(null);
  const click = { type: 'click', name: '签到', key: 'CHECKIN' } as const;
  await menus.create({ buttons: [click, { name: '我的', buttons: [click] }] });
  const tagId = await tags.create('会员日');
  await tags.tag(tagId, [openId]);
  const own = { ...click, name: '会员日' };
  const menuId = await menus.addConditional({ buttons: [own] }, { tagId });
  expect(await menus.tryMatch(openId)).toMatchObject([{ name: '会员日', type: 'click' }]);
  expect(await menus.get()).toMatchObject({
    buttons: [{ name: '签到' }, { name: '我的', type: null, buttons: [{ name: '签到' }] }],
    conditional: [{ menuId, tagId, platform: null, withdrawn: [] }],
  });
  await menus.deleteConditional(menuId);
  expect(await menus.tryMatch(openId)).toMatchObject([{ name: '签到' }, { name: '我的' }]);
  expect(await menus.current()).toMatchObject({
    isOpen: true,
    buttons: [{ name: '签到' }, { name: '我的', buttons: [{ values: { key: 'CHECKIN' } }] }],
  });
});

test('templates are chosen, filled, sent once for one number, and taken away', async () => {
  const { templates } = api;
  await templates.setIndustry({ primary: 1, secondary: 2 });
  expect(await templates.industry()).toMatchObject({ primary: { firstClass: 'IT科技' } });
  const templateId = await templates.add('43216', ['变动类型', '变动时间']);
  const template = (await templates.list()).find((one) => one.templateId === templateId);
  expect(template?.fields.map(({ type }) => type)).toEqual(['thing', 'time']);
  const values = ['到店消费', '2026年11月24日 20:14'];
  const keys = template?.fields.map(({ key }) => key) ?? [];
  const data = Object.fromEntries(keys.map((key, index) => [key, values[index] ?? '']));
  const message = { openId, templateId, data, clientMsgId: 'story-1' };
  const { msgId } = await templates.send(message);
  expect(msgId).toMatch(/^\d+$/);
  await templates.send(message);
  const sent = platform.simulator.transcript(openId).filter(({ via }) => via === 'template');
  expect(sent).toHaveLength(1);
  const wrong = templates.send({ ...message, clientMsgId: 'story-2', data: {} });
  await expect(wrong).rejects.toMatchObject({ errcode: 47_003, advice: 'value' });
  expect(await templates.blocked(templateId)).toEqual([]);
  await templates.delete(templateId);
});

test('a notice needs a consent, and none is there at first', async () => {
  const { subscriptions } = api;
  const [category] = await subscriptions.categories();
  expect(category).toMatchObject({ id: expect.any(String) });
  const page = await subscriptions.titles({ categoryIds: ['2', '616'], start: 0 });
  expect(page.titles).toContainEqual(expect.objectContaining({ titleId: '43217' }));
  const keywords = await subscriptions.keywords('43217');
  const keywordIds = keywords.slice(0, 2).map(({ id }) => id);
  const chosen = { titleId: '43217', keywordIds, scene: '积分到期' };
  const templateId = await subscriptions.add(chosen);
  const found = (await subscriptions.list()).find((one) => one.templateId === templateId);
  expect(found).toMatchObject({ kind: 'one-time', choices: {} });
  expect(found?.fields.map(({ type }) => type)).toEqual(['number', 'date']);
  const data = { number1: '120', date2: '2026年11月30日' };
  const sending = subscriptions.send({ openId, templateId, data, clientMsgId: 'story-3' });
  await expect(sending).rejects.toMatchObject({ errcode: 43_101, advice: 'recipient' });
  await subscriptions.delete(templateId);
});

test('the desk takes a follower over, and words go out in its name while a window is open', async () => {
  const { customer, desk } = api;
  const early = customer.sendText(openId, '在吗');
  await expect(early).rejects.toMatchObject({ advice: 'window' });
  await desk.accounts.add('anna@shop', '安娜');
  await desk.accounts.rename('anna@shop', '小安');
  expect(await desk.accounts.list()).toMatchObject([{ account: 'anna@shop', nickname: '小安' }]);
  await desk.sessions.create(openId, 'anna@shop');
  expect(await desk.accounts.online()).toMatchObject([{ account: 'anna@shop', sessions: 1 }]);
  expect(await desk.sessions.of(openId)).toMatchObject({ account: 'anna@shop' });
  expect(await desk.sessions.list('anna@shop')).toMatchObject([{ openId }]);
  expect(await desk.sessions.waiting()).toEqual({ count: 0, followers: [] });
  await platform.simulator.say({ openId, text: '人工' });
  await customer.typing(openId, 'typing');
  await customer.send(openId, { type: 'text', text: '您好' }, { account: 'anna@shop' });
  const choices = [{ id: '1', text: '满意' }];
  await customer.send(openId, { type: 'menu', head: '满意吗', choices });
  await desk.sessions.close(openId, 'anna@shop');
  expect(await desk.sessions.of(openId)).toBe(null);
  await desk.accounts.delete('anna@shop');
});

const path = 'cgi-bin/tags/get';

test.each([
  ['a token that died early', { path, kind: 'token', times: 1 }],
  ['a busy platform', { path, kind: 'errcode', errcode: -1, times: 2 }],
  ['a connection that is reset', { path, kind: 'reset', times: 2 }],
  ['a bad gateway', { path, kind: 'status', status: 502, times: 2 }],
] as const)('%s is lived through', async (_, fault) => {
  platform.simulator.addFault(fault);
  expect(await api.tags.list()).not.toEqual([]);
  expect(platform.simulator.faults()).toEqual([]);
});

test.each(['html', 'empty'] as const)('an answer of %s is a failure', async (kind) => {
  platform.simulator.addFault({ path, kind, times: 1 });
  await expect(api.tags.list()).rejects.toMatchObject({ reason: 'not-json' });
});

test('a template message whose answer was lost is sent again and delivered once', async () => {
  const send = 'cgi-bin/message/template/send';
  platform.simulator.addFault({ path: send, kind: 'lost', times: 1 });
  const data = {
    thing1: '米白帆布袋',
    thing2: '顺丰速运',
    character_string3: 'SF1024572046',
    date4: '2026年11月20日',
  };
  const message = { openId, templateId: 'tpl_order_shipped', data, clientMsgId: 'story-4' };
  const count = () => {
    const all = platform.simulator.transcript(openId);
    return all.filter(({ via }) => via === 'template').length;
  };
  const before = count();
  expect(await api.templates.send(message)).toEqual({ msgId: expect.stringMatching(/^\d+$/) });
  expect(count() - before).toBe(1);
});

test('a customer message whose answer was lost is not sent again: what became of it is unknown', async () => {
  await platform.simulator.say({ openId, text: '在' });
  const send = 'cgi-bin/message/custom/send';
  platform.simulator.addFault({ path: send, kind: 'lost', times: 1 });
  const sending = api.customer.sendText(openId, '只发一次');
  await expect(sending).rejects.toMatchObject({ name: 'RemoteError', reason: 'unreachable' });
  const words = platform.simulator.transcript(openId).map((entry) => JSON.stringify(entry));
  expect(words.filter((entry) => entry.includes('只发一次'))).toHaveLength(1);
});
