import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PNG, type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(path, body);
const lastLine = (whose = openId) => platform.simulator.transcript(whose).at(-1);

async function media(type: string, name: string, bytes = Buffer.from('x')): Promise<string> {
  const uploaded = await platform.upload('cgi-bin/media/upload', { name, bytes }, { type });
  return String(uploaded.media_id);
}

describe('customer messages of every type', () => {
  const send = (msgtype: string, branch: object) =>
    post('cgi-bin/message/custom/send', { touser: openId, msgtype, [msgtype]: branch });

  beforeEach(() => platform.simulator.say({ openId, text: '签到' }));

  test('a menu message is shown with taps, whose words come back with their ids', async () => {
    const list = [{ id: 'ord_1', content: '收到了' }];
    await send('msgmenu', { head_content: '包裹到了吗', list, tail_content: '谢谢' });
    expect(lastLine()?.text).toBe(
      '包裹到了吗\n<a href="weixin://bizmsgmenu?msgmenucontent=%E6%94%B6%E5%88%B0%E4%BA%86&msgmenuid=ord_1">收到了</a>\n谢谢',
    );
  });

  test('media are looked up', async () => {
    const image = await media('image', 'a.png', PNG);
    const video = await media('video', 'a.mp4');
    const thumb = await media('thumb', 'a.jpg');
    const music = { title: '歌', musicurl: 'http://a', hqmusicurl: 'http://b' };
    expect(await send('image', { media_id: image })).toMatchObject({ errcode: 0 });
    expect(await send('video', { media_id: video, title: '片' })).toMatchObject({ errcode: 0 });
    expect(lastLine()?.text).toBe('（视频）片');
    expect(await send('music', { ...music, thumb_media_id: thumb })).toMatchObject({ errcode: 0 });
    for (const wrong of ['none', video]) {
      expect(await send('image', { media_id: wrong })).toMatchObject({ errcode: 40007 });
    }
    expect(await send('voice', { media_id: image })).toMatchObject({ errcode: 40007 });
    platform.clock.advance(3 * 86_400_000);
    expect(await send('image', { media_id: image })).toMatchObject({ errcode: 40007 });
  });

  test('one article is a card, two are too many', async () => {
    const article = { title: '会员日', description: '双倍积分', url: 'https://a.example/' };
    await send('news', { articles: [article] });
    expect(lastLine()?.text).toBe('会员日\n双倍积分\nhttps://a.example/');
    const two = await send('news', { articles: [article, article] });
    expect(two).toMatchObject({ errcode: 45008 });
    expect(await send('poem', {})).toMatchObject({ errcode: 40008 });
    expect(await send('toString', {})).toMatchObject({ errcode: 40008 });
    expect(await send('image', {})).toMatchObject({ errcode: 47001 });
  });
});

describe('typing', () => {
  const type = (command = 'Typing') =>
    post('cgi-bin/message/custom/typing', { touser: openId, command });

  test('is shown to who wrote in the last 30 seconds, once', async () => {
    expect(await type()).toMatchObject({ errcode: 45080 });
    await platform.simulator.say({ openId, text: '签到' });
    expect(await type()).toMatchObject({ errcode: 0 });
    expect(await type()).toMatchObject({ errcode: 45081 });
    expect(await type('CancelTyping')).toMatchObject({ errcode: 0 });
    expect(await type()).toMatchObject({ errcode: 0 });
    expect(await type('Dance')).toMatchObject({ errcode: 45072 });
    platform.clock.advance(30_000);
    expect(await type()).toMatchObject({ errcode: 45080 });
  });
});

describe('the desk', () => {
  const account = { kf_account: 'wang@shop', nickname: '小王' };
  const session = { kf_account: 'wang@shop', openid: openId };
  const desk = (name: string, body: object) => post(`customservice/${name}`, body);

  test('somebody takes a talk, and gives it back', async () => {
    await desk('kfaccount/add', account);
    await desk('kfaccount/update', { ...account, nickname: '王店长' });
    expect(await platform.get('cgi-bin/customservice/getkflist')).toMatchObject({
      kf_list: [{ kf_account: 'wang@shop', kf_nick: '王店长' }],
    });
    await desk('kfsession/create', session);
    expect(await desk('kfsession/create', session)).toMatchObject({ errcode: 65414 });
    const query = { openid: openId };
    expect(await platform.get('customservice/kfsession/getsession', query)).toMatchObject({
      kf_account: 'wang@shop',
    });
    expect(await platform.get('cgi-bin/customservice/getonlinekflist')).toMatchObject({
      kf_online_list: [{ accepted_case: 1 }],
    });
    await desk('kfsession/close', session);
    expect(await desk('kfsession/close', session)).toMatchObject({ errcode: 65413 });
    await platform.simulator.settled();
    const events = platform.seen.map(({ field }) => [field('Event'), field('KfAccount')]);
    expect(events.toSorted()).toEqual([
      ['kf_close_session', 'wang@shop'],
      ['kf_create_session', 'wang@shop'],
    ]);
    const gone = { kf_account: 'wang@shop' };
    expect(await platform.get('customservice/kfaccount/del', gone)).toMatchObject({ errcode: 0 });
    expect(await desk('kfsession/create', session)).toMatchObject({ errcode: 65401 });
  });

  test('wrong ones have the platform’s numbers', async () => {
    const add = (more: object) => desk('kfaccount/add', { ...account, ...more });
    expect(await add({ kf_account: 'wang' })).toMatchObject({ errcode: 65404 });
    expect(await add({ nickname: '' })).toMatchObject({ errcode: 65403 });
    await add({});
    expect(await add({})).toMatchObject({ errcode: 65406 });
    await platform.simulator.say({ openId, text: '签到' });
    const text = { touser: openId, msgtype: 'text', text: { content: '你好' } };
    const signed = { ...text, customservice: { kf_account: 'li@shop' } };
    expect(await post('cgi-bin/message/custom/send', signed)).toMatchObject({ errcode: 65401 });
  });
});

describe('mass messages', () => {
  const text = { msgtype: 'text', text: { content: '会员日' } };
  const toAll = (more: object = {}) =>
    post('cgi-bin/message/mass/sendall', { filter: { is_to_all: true }, ...text, ...more });
  const toList = (touser: string[], more: object = {}) =>
    post('cgi-bin/message/mass/send', { touser, ...text, ...more });
  const pair = [openId, 'o_sim_azhe'];

  beforeEach(() => platform.simulator.follow({ openId: 'o_sim_azhe' }));

  test('one reaches those with a tag, and the counts follow', async () => {
    const { tag } = await post('cgi-bin/tags/create', { tag: { name: '常客' } });
    const { id: tagid } = tag as { id: number };
    await post('cgi-bin/tags/members/batchtagging', { openid_list: [openId], tagid });
    const { msg_id } = await toAll({ filter: { is_to_all: false, tag_id: tagid } });
    expect(lastLine()).toMatchObject({ via: 'mass', text: '会员日' });
    expect(lastLine('o_sim_azhe')?.via).not.toBe('mass');
    await platform.simulator.settled();
    const event = platform.seen.at(-1);
    const names = ['Event', 'MsgID', 'Status', 'TotalCount', 'FilterCount', 'SentCount'];
    expect(names.map((name) => event?.field(name))).toEqual([
      'MASSSENDJOBFINISH',
      String(msg_id),
      'send success',
      '1',
      '1',
      '1',
    ]);
    expect(await post('cgi-bin/message/mass/get', { msg_id })).toMatchObject({
      msg_status: 'SEND_SUCCESS',
    });
  });

  test('a follower gets four in a month, and the account sends four to all', async () => {
    for (let sent = 0; sent < 4; sent += 1) expect(await toAll()).toMatchObject({ errcode: 0 });
    expect(await toAll()).toMatchObject({ errcode: 45028 });
    expect(await toList(pair)).toMatchObject({ errcode: 0 });
    await platform.simulator.settled();
    const last = platform.seen.findLast(({ field }) => field('TotalCount') === '2');
    const all = platform.seen.filter(({ field }) => field('SentCount') === '0');
    expect(last).toBeDefined();
    expect(all.map(({ field }) => field('FilterCount'))).toEqual(['0']);
    platform.clock.advance(7 * 86_400_000);
    expect(await toAll()).toMatchObject({ errcode: 0 });
  });

  test('nobody who left or is on the blacklist gets one', async () => {
    await post('cgi-bin/tags/members/batchblacklist', { openid_list: [openId] });
    await toList([openId, 'o_sim_laowang', 'o_nobody']);
    await platform.simulator.settled();
    const event = platform.seen.at(-1);
    expect([event?.field('TotalCount'), event?.field('SentCount')]).toEqual(['3', '0']);
    expect(platform.simulator.transcript('o_sim_laowang')).toEqual([]);
  });

  test('the same clientmsgid is one message for a day', async () => {
    const { msg_id } = await toList(pair, { clientmsgid: 'c1' });
    expect(await toList(pair, { clientmsgid: 'c1' })).toMatchObject({ errcode: 45065, msg_id });
    platform.clock.advance(86_400_000);
    expect(await toList(pair, { clientmsgid: 'c1' })).toMatchObject({ errcode: 0 });
    expect(await toList(pair, { clientmsgid: 'c'.repeat(33) })).toMatchObject({ errcode: 45067 });
  });

  test('a draft dies with its sending, and can be taken back', async () => {
    const articles = [{ title: '会员日', content: '<p>双倍积分</p>' }];
    const { media_id } = await post('cgi-bin/draft/add', { articles });
    expect(await post('cgi-bin/draft/get', { media_id })).toMatchObject({ news_item: articles });
    const news = { msgtype: 'mpnews', mpnews: { media_id } };
    const { msg_id, msg_data_id } = await toAll(news);
    expect(msg_data_id).toBe(msg_id);
    expect(await toAll(news)).toMatchObject({ errcode: 40007 });
    expect(await post('cgi-bin/message/mass/delete', { msg_id })).toMatchObject({ errcode: 0 });
    expect(await post('cgi-bin/message/mass/get', { msg_id })).toMatchObject({
      msg_status: 'DELETE',
    });
  });

  test('pictures and videos are sent, a preview goes to one', async () => {
    const image = await media('image', 'a.png', PNG);
    const video = await media('video', 'a.mp4');
    const named = { media_id: video, title: '片', description: '' };
    await post('cgi-bin/media/uploadvideo', named);
    expect(await toAll({ msgtype: 'image', images: { media_ids: [image] } })).toMatchObject({
      errcode: 0,
    });
    await toAll({ msgtype: 'mpvideo', mpvideo: { media_id: video } });
    expect(lastLine()?.text).toBe('（视频）片');
    const one = { towxname: '小满不吃糖', msgtype: 'image', image: { media_id: image } };
    expect(await post('cgi-bin/message/mass/preview', one)).toMatchObject({ errcode: 0 });
    expect(lastLine()?.text).toBe('（图片）');
    const left = { ...text, touser: 'o_sim_laowang' };
    expect(await post('cgi-bin/message/mass/preview', left)).toMatchObject({ errcode: 43004 });
  });

  test('wrong ones have the platform’s numbers', async () => {
    expect(await toList([openId])).toMatchObject({ errcode: 40130 });
    expect(await toList(Array(10_001).fill(openId))).toMatchObject({ errcode: 40032 });
    expect(await toAll({ filter: { tag_id: 9999 } })).toMatchObject({ errcode: 40152 });
    expect(await toAll({ msgtype: 'wxcard' })).toMatchObject({ errcode: 45113 });
    expect(await toAll({ msgtype: 'poem' })).toMatchObject({ errcode: 40008 });
    expect(await post('cgi-bin/message/mass/get', { msg_id: 1 })).toMatchObject({ errcode: 40059 });
    const { msg_id } = await toAll();
    expect(await post('cgi-bin/message/mass/delete', { msg_id })).toMatchObject({ errcode: 40008 });
  });

  test('the speed is one of five, and a day has a hundred', async () => {
    await post('cgi-bin/message/mass/speed/set', { speed: 4 });
    expect(await post('cgi-bin/message/mass/speed/get', {})).toMatchObject({
      speed: 4,
      realspeed: 10,
    });
    expect(await post('cgi-bin/message/mass/speed/set', { speed: 5 })).toMatchObject({
      errcode: 45083,
    });
    for (let sent = 0; sent < 100; sent += 1) await toList(pair);
    expect(await toList(pair)).toMatchObject({ errcode: 45009 });
  });
});
