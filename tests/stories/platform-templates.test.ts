import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(path, body);
const value = (text: string) => ({ value: text });
const ofTemplate = (name: string) => `cgi-bin/template/${name}`;

describe('templates', () => {
  const names = ['签到项目', '连续天数'];
  const add = (template_id_short: string | number, keyword_name_list: string[] = []) =>
    post(ofTemplate('api_add_template'), { template_id_short, keyword_name_list });

  test('one of the category library is chosen by its keywords, sent, and deleted', async () => {
    const { template_id } = await add('48089', names);
    const data = { thing1: value('每日签到'), number2: value('6') };
    const miniprogram = { appid: 'wx1', pagepath: 'pages/index' };
    const message = { touser: openId, template_id, data, miniprogram };
    const { msgid } = await post('cgi-bin/message/template/send', message);
    expect(msgid).toBeGreaterThan(0);
    expect(platform.simulator.transcript(openId)).toMatchObject([
      { via: 'template', text: '签到提醒\n签到项目：每日签到\n连续天数：6' },
    ]);
    await post(ofTemplate('del_private_template'), { template_id });
    const gone = await post('cgi-bin/message/template/send', message);
    expect(gone).toMatchObject({ errcode: 40037 });
  });

  test('wrong choices have the platform’s numbers', async () => {
    expect(await add('48089')).toMatchObject({ errcode: 40246 });
    expect(await add('48089', ['签到项目', '心情'])).toMatchObject({ errcode: 40246 });
    expect(await add('1', names)).toMatchObject({ errcode: 40037 });
    const none = { template_id: 'none' };
    expect(await post(ofTemplate('del_private_template'), none)).toMatchObject({ errcode: 40037 });
    for (let count = 3; count < 25; count += 1) await add('48089', names);
    expect(await add('48089', names)).toMatchObject({ errcode: 45026 });
  });

  test('those of the old library go with their industry, which changes once a month', async () => {
    const industries = (first: string, second: string) =>
      post(ofTemplate('api_set_industry'), { industry_id1: first, industry_id2: second });
    const { template_id } = await add('TM00015');
    const data = { first: value('被拿掉'), keyword1: value('签到'), keyword2: value('今天') };
    await post('cgi-bin/message/template/send', { touser: openId, template_id, data });
    expect(platform.simulator.transcript(openId)[0]?.text).toBe('TM00015\n内容：签到\n时间：今天');
    expect(await industries('31', '42')).toMatchObject({ errcode: 40102 });
    expect(await industries('31', '10')).toMatchObject({ errcode: 0 });
    expect(await platform.get(ofTemplate('get_industry'))).toMatchObject({
      primary_industry: { first_class: '消费品', second_class: '消费品' },
      secondary_industry: { first_class: '餐饮' },
    });
    expect(await industries('31', '10')).toMatchObject({ errcode: 43100 });
    const { template_list } = await platform.get(ofTemplate('get_all_private_template'));
    expect(template_list).toHaveLength(3);
    platform.clock.advance(7 * 86_400_000);
    expect(await industries('31', '10')).toMatchObject({ errcode: 0 });
  });

  test('a blacklisted follower gets none, and nothing is blocked', async () => {
    await post('cgi-bin/tags/members/batchblacklist', { openid_list: [openId] });
    const data = {
      number1: value('120'),
      date2: value('2026年11月30日'),
      number3: value('1260'),
      thing4: value('可用'),
    };
    const message = { touser: openId, template_id: 'tpl_points_expiring', data };
    expect(await post('cgi-bin/message/template/send', message)).toMatchObject({ errcode: 43019 });
    const blocked = { tmpl_msg_id: 'tpl_points_expiring', largest_id: 0, limit: 100 };
    expect(await post('wxa/sec/queryblocktmplmsg', blocked)).toMatchObject({ msginfo: [] });
    const long = { ...blocked, limit: 101 };
    expect(await post('wxa/sec/queryblocktmplmsg', long)).toMatchObject({ errcode: 47001 });
  });
});

describe('subscription notices', () => {
  const choose = (more: object = {}) =>
    post('wxaapi/newtmpl/addtemplate', { tid: 48126, kidList: [1, 2], sceneDesc: '活动', ...more });

  test('the library is looked through', async () => {
    const { data } = await platform.get('wxaapi/newtmpl/getcategory');
    const [{ id }] = data as [{ id: number }];
    const query = { ids: String(id), start: '0', limit: '30' };
    const titles = await platform.get('wxaapi/newtmpl/getpubtemplatetitles', query);
    expect(titles.data).toContainEqual({
      tid: 48126,
      title: '活动开始提醒',
      type: 2,
      categoryId: '2',
    });
    const words = await platform.get('wxaapi/newtmpl/getpubtemplatekeywords', { tid: '48126' });
    expect(words.data).toContainEqual(expect.objectContaining({ kid: 1, rule: 'thing' }));
    const wrong = await platform.get('wxaapi/newtmpl/getpubtemplatetitles', {
      ...query,
      limit: '31',
    });
    expect(wrong).toMatchObject({ errcode: 200016 });
  });

  test('each consent is good for one message, told by events', async () => {
    const { priTmplId } = await choose();
    const templateIds = [String(priTmplId)];
    const data = { thing1: value('会员日'), time2: value('2026年11月28日 10:00') };
    const notice = { touser: openId, template_id: priTmplId, page: 'https://a.example/', data };
    const send = () => post('cgi-bin/message/subscribe/bizsend', notice);
    expect(await send()).toMatchObject({ errcode: 43101 });
    await platform.simulator.consent({ openId, templateIds, answer: 'accept', where: 'popup' });
    const [popup] = platform.seen;
    expect(popup?.field('Event')).toBe('subscribe_msg_popup_event');
    expect(popup?.field('SubscribeStatusString')).toBe('accept');
    expect(await send()).toMatchObject({ errcode: 0 });
    expect(await send()).toMatchObject({ errcode: 43101 });
    await platform.simulator.settled();
    expect(platform.seen.at(-1)?.field('Event')).toBe('subscribe_msg_sent_event');
    expect(platform.seen.at(-1)?.field('ErrorStatus')).toBe('success');
    expect(platform.simulator.transcript(openId).at(-1)).toMatchObject({ via: 'subscription' });
    await platform.simulator.consent({ openId, templateIds, answer: 'accept', where: 'popup' });
    await platform.simulator.consent({ openId, templateIds, answer: 'reject', where: 'settings' });
    expect(platform.seen.at(-1)?.field('Event')).toBe('subscribe_msg_change_event');
    expect(await send()).toMatchObject({ errcode: 43101 });
  });

  test('wrong ones have the platform’s numbers', async () => {
    const { priTmplId } = await choose();
    expect(await choose()).toMatchObject({ errcode: 200022 });
    expect(await choose({ tid: 1 })).toMatchObject({ errcode: 200014 });
    expect(await choose({ kidList: [1, 9] })).toMatchObject({ errcode: 200020 });
    expect(await choose({ sceneDesc: '长'.repeat(16) })).toMatchObject({ errcode: 200021 });
    const path = 'cgi-bin/message/subscribe/bizsend';
    const short = { touser: openId, template_id: priTmplId, data: { thing1: value('会员日') } };
    expect(await post(path, short)).toMatchObject({ errcode: 47003 });
    expect(await post(path, { ...short, template_id: 'x' })).toMatchObject({ errcode: 40037 });
    await post('wxaapi/newtmpl/deltemplate', { priTmplId });
    expect((await platform.get('wxaapi/newtmpl/gettemplate')).data).toEqual([]);
    expect(await post('wxaapi/newtmpl/deltemplate', { priTmplId })).toMatchObject({
      errcode: 200014,
    });
  });
});

describe('the one-time subscription of before', () => {
  const link = {
    action: 'get_confirm',
    appid: 'wxsim0000000000000',
    scene: '1000',
    template_id: 'tpl_once',
    redirect_url: 'http://localhost:3000/h5/done?a=1',
    reserved: 'csrf1',
  };
  const message = {
    touser: openId,
    template_id: 'tpl_once',
    scene: '1000',
    title: '开奖了',
    data: { content: value('来看看') },
  };
  const send = (more: object = {}) =>
    post('cgi-bin/message/template/subscribe', { ...message, ...more });

  test('the page asks, goes back with the answer, and one message is possible', async () => {
    const page = await platform.open('mp/subscribemsg', link, openId);
    expect(String(page.body)).toContain('想给你发一条消息');
    for (let twice = 0; twice < 2; twice += 1) {
      const back = await platform.open('mp/subscribemsg', { ...link, answer: 'allow' }, openId);
      const query = new URL(back.headers.location ?? '').searchParams;
      expect(Object.fromEntries(query)).toEqual({
        a: '1',
        openid: openId,
        template_id: 'tpl_once',
        action: 'confirm',
        scene: '1000',
        reserved: 'csrf1',
      });
    }
    expect(await send()).toMatchObject({ errcode: 0 });
    expect(await send()).toMatchObject({ errcode: 43101 });
    const no = await platform.open('mp/subscribemsg', { ...link, answer: 'refuse' }, openId);
    expect(no.headers.location).toContain('action=cancel');
    expect(no.headers.location).not.toContain('openid');
  });

  test('wrong ones are refused', async () => {
    const wrong = await platform.open('mp/subscribemsg', { ...link, scene: '10001' }, openId);
    expect(wrong.status).toBe(400);
    expect(await send({ title: '长'.repeat(16) })).toMatchObject({ errcode: 40062 });
    const long = { content: value('长'.repeat(201)) };
    expect(await send({ data: long })).toMatchObject({ errcode: 47003 });
  });
});
