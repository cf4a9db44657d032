import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(`cgi-bin/${path}`, body);
const get = (path: string, query = {}) => platform.get(`cgi-bin/${path}`, query);

async function newTag(name: string): Promise<number> {
  const { tag } = await post('tags/create', { tag: { name } });
  return (tag as { id: number }).id;
}

describe('who follows', () => {
  test('a person is told about with remark, tags and the code that led here', async () => {
    await platform.simulator.scan({ openId: 'o_sim_azhe', scene: 'store:binjiang' });
    const tagid = await newTag('常客');
    await post('tags/members/batchtagging', { openid_list: ['o_sim_azhe'], tagid });
    await post('user/info/updateremark', { openid: 'o_sim_azhe', remark: '滨江' });
    expect(await get('user/info', { openid: 'o_sim_azhe', lang: 'en' })).toMatchObject({
      subscribe: 1,
      language: 'en',
      remark: '滨江',
      tagid_list: [tagid],
      groupid: tagid,
      subscribe_scene: 'ADD_SCENE_QR_CODE',
      qr_scene: 0,
      qr_scene_str: 'store:binjiang',
    });
    await platform.simulator.scan({ openId: 'o_sim_laowang', scene: '77' });
    expect(await get('user/info', { openid: 'o_sim_laowang' })).toMatchObject({
      qr_scene: 77,
      qr_scene_str: '',
    });
  });

  test('several are told about at once, a hundred at most', async () => {
    const user_list = [{ openid: openId, lang: 'zh_CN' }, { openid: 'o_sim_laowang' }];
    const { user_info_list: list } = await post('user/info/batchget', { user_list });
    expect(list).toMatchObject([
      { openid: openId, subscribe: 1 },
      { openid: 'o_sim_laowang', subscribe: 0 },
    ]);
    const many = { user_list: Array(101).fill({ openid: openId }) };
    expect(await post('user/info/batchget', many)).toMatchObject({ errcode: 40032 });
    const nobody = { user_list: [{ openid: 'o_nobody' }] };
    expect(await post('user/info/batchget', nobody)).toMatchObject({ errcode: 40003 });
  });

  test('the list comes in pages of ten thousand, and ends with an empty one', async () => {
    const crowd = Array.from({ length: 10_001 }, (_, number) => ({
      openId: `o_${number}`,
      name: `${number}`,
      standing: 'following' as const,
    }));
    const crowded = await pretendPlatform({ followers: crowd });
    const first = await crowded.get('cgi-bin/user/get');
    expect(first).toMatchObject({ total: 10_001, count: 10_000, next_openid: 'o_9999' });
    const second = await crowded.get('cgi-bin/user/get', { next_openid: 'o_9999' });
    expect(second).toMatchObject({ count: 1, data: { openid: ['o_10000'] } });
    const last = await crowded.get('cgi-bin/user/get', { next_openid: 'o_10000' });
    expect(last).toMatchObject({ count: 0, next_openid: '' });
    expect(last).not.toHaveProperty('data');
    const lost = await crowded.get('cgi-bin/user/get', { next_openid: 'o_x' });
    expect(lost).toMatchObject({ errcode: 40003 });
    await crowded.close();
  });

  test('a remark has less than 30 bytes', async () => {
    const refused = await post('user/info/updateremark', {
      openid: openId,
      remark: '长'.repeat(10),
    });
    expect(refused).toMatchObject({ errcode: 40058 });
  });
});

describe('tags', () => {
  test('one is made, renamed, given, listed, taken and deleted', async () => {
    const tagid = await newTag('常客');
    await post('tags/update', { tag: { id: tagid, name: '老客' } });
    await post('tags/members/batchtagging', { openid_list: [openId], tagid });
    const { tags } = await get('tags/get');
    expect(tags).toEqual([
      { id: 2, name: '星标组', count: 0 },
      { id: tagid, name: '老客', count: 1 },
    ]);
    expect(await post('user/tag/get', { tagid })).toMatchObject({
      count: 1,
      data: { openid: [openId] },
    });
    expect(await post('tags/getidlist', { openid: openId })).toMatchObject({ tagid_list: [tagid] });
    await post('tags/members/batchuntagging', { openid_list: [openId], tagid });
    expect(await post('tags/getidlist', { openid: openId })).toMatchObject({ tagid_list: [] });
    await post('tags/members/batchtagging', { openid_list: [openId], tagid });
    expect(await post('tags/delete', { tag: { id: tagid } })).toMatchObject({ errcode: 0 });
    expect(await post('tags/getidlist', { openid: openId })).toMatchObject({ tagid_list: [] });
  });

  test.each([
    [45157, 'tags/create', { tag: { name: '' } }],
    [45157, 'tags/create', { tag: { name: '星标组' } }],
    [45158, 'tags/create', { tag: { name: '长'.repeat(31) } }],
    [45058, 'tags/update', { tag: { id: 2, name: '我的' } }],
    [45058, 'tags/delete', { tag: { id: 0 } }],
    [45159, 'tags/delete', { tag: { id: 9999 } }],
    [45159, 'user/tag/get', { tagid: 9999 }],
    [45159, 'tags/members/batchtagging', { openid_list: [openId], tagid: 9999 }],
    [40032, 'tags/members/batchtagging', { openid_list: [], tagid: 2 }],
    [40032, 'tags/members/batchtagging', { openid_list: Array(51).fill(openId), tagid: 2 }],
    [40003, 'tags/members/batchuntagging', { openid_list: ['o_nobody'], tagid: 2 }],
    [47001, 'tags/create', { tag: '常客' }],
  ])('%i refuses %s', async (errcode, path, body) => {
    expect(await post(path, body)).toMatchObject({ errcode });
  });

  test('an account has a hundred, and a person twenty', async () => {
    const ids: number[] = [];
    for (let made = 0; made < 100; made += 1) ids.push(await newTag(`标签${made}`));
    expect(await post('tags/create', { tag: { name: '多' } })).toMatchObject({ errcode: 45056 });
    const give = (tagid = 0) => post('tags/members/batchtagging', { openid_list: [openId], tagid });
    for (const id of ids.slice(0, 20)) expect(await give(id)).toMatchObject({ errcode: 0 });
    expect(await give(ids[20])).toMatchObject({ errcode: 45059 });
    expect(await give(ids[0])).toMatchObject({ errcode: 0 });
  });
});

describe('the blacklist', () => {
  test('whoever is on it is not written to', async () => {
    await platform.simulator.say({ openId, text: '签到' });
    await post('tags/members/batchblacklist', { openid_list: [openId] });
    expect(await post('tags/members/getblacklist', { begin_openid: '' })).toMatchObject({
      total: 1,
      count: 1,
      data: { openid: [openId] },
    });
    const message = { touser: openId, msgtype: 'text', text: { content: '在吗' } };
    expect(await post('message/custom/send', message)).toMatchObject({ errcode: 43019 });
    await post('tags/members/batchunblacklist', { openid_list: [openId] });
    expect(await post('message/custom/send', message)).toMatchObject({ errcode: 0 });
  });

  test('twenty are taken at once', async () => {
    const openid_list = Array(21).fill(openId);
    expect(await post('tags/members/batchblacklist', { openid_list })).toMatchObject({
      errcode: 40032,
    });
  });
});

test('tags, remarks and the blacklist survive a restart', async () => {
  const tagid = await newTag('常客');
  await post('tags/members/batchtagging', { openid_list: [openId], tagid });
  await post('tags/members/batchblacklist', { openid_list: [openId] });
  await platform.simulator.close();
  const { dataFile } = platform;
  const again = await pretendPlatform({ dataFile });
  expect(await again.post('cgi-bin/tags/getidlist', { openid: openId })).toMatchObject({
    tagid_list: [tagid],
  });
  expect(await again.post('cgi-bin/tags/members/getblacklist', {})).toMatchObject({ total: 1 });
  await again.close();
});
