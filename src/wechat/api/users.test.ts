import { expect, test } from 'vitest';
import { pagesOf } from '../../../tests/support/pages-of.ts';
import { answers, pretendCaller, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import { users } from './users.ts';

useNoNetwork();

const area = users(pretendCaller().caller);
const shown = {
  subscribe: 1,
  openid: 'o1',
  language: 'zh_CN',
  subscribe_time: 1_700_000_000,
  unionid: 'u1',
  remark: '老客',
  groupid: 0,
  tagid_list: [100, 2],
  subscribe_scene: 'ADD_SCENE_QR_CODE',
  qr_scene: 98_765,
  qr_scene_str: '',
};
const follower = {
  openId: 'o1',
  following: true,
  followedAt: new Date('2023-11-14T22:13:20Z'),
  unionId: 'u1',
  remark: '老客',
  tagIds: [100, 2],
  scene: 'ADD_SCENE_QR_CODE',
  qrScene: '98765',
};
const infoOf = (openid: string) => ({ openid, lang: 'zh_CN' });

testCalls(area, [
  [
    'a follower is shown with their tags and the code that they scanned',
    { asks: 'GET /cgi-bin/user/info?openid=o1&lang=zh_CN', answer: shown },
    ({ info }) => info('o1'),
    follower,
  ],
  [
    'the scene of a code is a text where it was one, and empty where there was none',
    {
      asks: 'POST /cgi-bin/user/info/batchget',
      body: { user_list: [infoOf('o1'), infoOf('o2')] },
      answer: {
        user_info_list: [
          { ...shown, qr_scene: 0, qr_scene_str: 'store-7' },
          { subscribe: 1, openid: 'o2', subscribe_time: 1, qr_scene: 0, qr_scene_str: '' },
        ],
      },
    },
    ({ batchGet }) => batchGet(['o1', 'o2']),
    [
      { ...follower, qrScene: 'store-7' },
      {
        openId: 'o2',
        following: true,
        followedAt: new Date(1000),
        unionId: null,
        remark: '',
        tagIds: [],
        scene: '',
        qrScene: '',
      },
    ],
  ],
  [
    'of who does not follow nothing is known',
    {
      asks: 'GET /cgi-bin/user/info?openid=o2&lang=zh_CN',
      answer: { subscribe: 0, openid: 'o2' },
    },
    ({ info }) => info('o2'),
    { openId: 'o2', following: false },
  ],
  [
    'a remark is set',
    { asks: 'POST /cgi-bin/user/info/updateremark', body: { openid: 'o1', remark: '老客' } },
    ({ remark }) => remark('o1', '老客'),
  ],
  [
    'followers of an account that was merged into this one are found again, or why not',
    {
      asks: 'POST /cgi-bin/changeopenid',
      body: { from_appid: 'wx1', openid_list: ['a1', 'a2'] },
      answer: {
        result_list: [
          { ori_openid: 'a1', new_openid: 'o1', err_msg: 'ok' },
          { ori_openid: 'a2', err_msg: 'ori_openid error' },
        ],
      },
    },
    ({ moved }) => moved('wx1', ['a1', 'a2']),
    [
      { oldOpenId: 'a1', openId: 'o1', said: 'ok' },
      { oldOpenId: 'a2', openId: null, said: 'ori_openid error' },
    ],
  ],
]);

test('of many a hundred are asked for with each call, and none of nobody', async () => {
  const openIds = Array.from({ length: 101 }, (_, i) => `o${i}`);
  const away = (openid: string) => ({ subscribe: 0, openid });
  const page = (some: readonly string[]) => ({
    asks: 'POST /cgi-bin/user/info/batchget',
    body: { user_list: some.map(infoOf) },
    answer: { user_info_list: some.map(away) },
  });
  answers(page(openIds.slice(0, 100)), page(['o100']));
  expect((await area.batchGet(openIds)).map(({ openId }) => openId)).toEqual(openIds);
  expect(await area.batchGet([])).toEqual([]);
});

test('all followers come page by page until the platform names no next one', async () => {
  answers(
    {
      asks: 'GET /cgi-bin/user/get',
      answer: { total: 3, count: 2, data: { openid: ['o1', 'o2'] }, next_openid: 'o2' },
    },
    {
      asks: 'GET /cgi-bin/user/get?next_openid=o2',
      answer: { total: 3, count: 1, data: { openid: ['o3'] }, next_openid: 'o3' },
    },
    {
      asks: 'GET /cgi-bin/user/get?next_openid=o3',
      answer: { total: 3, count: 0, next_openid: '' },
    },
  );
  expect(await pagesOf(area.all())).toEqual([['o1', 'o2'], ['o3']]);
});

test('a walk goes on where another stopped', async () => {
  answers({
    asks: 'GET /cgi-bin/user/get?next_openid=o2',
    answer: { total: 3, count: 1, data: { openid: ['o3'] }, next_openid: '' },
  });
  expect(await pagesOf(area.all('o2'))).toEqual([['o3']]);
});

test('a cursor that stands still ends the walk with an error', async () => {
  answers({
    asks: 'GET /cgi-bin/user/get?next_openid=o2',
    answer: { total: 3, count: 1, data: { openid: ['o2'] }, next_openid: 'o2' },
  });
  await expect(pagesOf(area.all('o2'))).rejects.toMatchObject({ reason: 'unexpected' });
});

test('a remark of 30 bytes is not sent, one of 29 is', async () => {
  await expect(area.remark('o1', '客'.repeat(10))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'REMARK_INVALID',
  });
  answers({ asks: 'POST /cgi-bin/user/info/updateremark' });
  await area.remark('o1', `${'客'.repeat(9)}ab`);
});
