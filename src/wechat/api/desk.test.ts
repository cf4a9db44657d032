import { expect, test } from 'vitest';
import { pagesOf } from '../../../tests/support/pages-of.ts';
import { pretendCaller, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import { desk } from './desk.ts';

useNoNetwork();

const area = desk(pretendCaller().caller);
const RECORDS = 'POST /customservice/msgrecord/getmsglist';
const from = new Date('2026-11-20T16:00:00Z');
const until = new Date('2026-11-21T16:00:00Z');
const times = { starttime: 1_795_190_400, endtime: 1_795_276_800 };
const line = { openid: 'o1', worker: 'anna@shop', text: '您好', time: 1_700_000_000 };
const record = {
  openId: 'o1',
  account: 'anna@shop',
  text: '您好',
  at: new Date('2023-11-14T22:13:20Z'),
};

testCalls(area, [
  [
    'who belongs to the desk is listed, with who is invited',
    {
      asks: 'GET /cgi-bin/customservice/getkflist',
      answer: {
        kf_list: [
          {
            kf_account: 'anna@shop',
            kf_headimgurl: 'https://p.cn/1',
            kf_id: '1001',
            kf_nick: '安娜',
            kf_wx: 'anna_wx',
          },
          {
            kf_account: 'bo@shop',
            kf_id: 1002,
            invite_wx: 'bo_wx',
            invite_expire_time: 1_700_000_000,
            invite_status: 'waiting',
          },
          { kf_account: 'cy@shop', kf_id: 1003, invite_wx: 'cy_wx', invite_expire_time: 0 },
        ],
      },
    },
    ({ accounts }) => accounts.list(),
    [
      {
        account: 'anna@shop',
        id: '1001',
        nickname: '安娜',
        pictureUrl: 'https://p.cn/1',
        wechatName: 'anna_wx',
        invited: null,
      },
      {
        account: 'bo@shop',
        id: '1002',
        nickname: '',
        pictureUrl: '',
        wechatName: null,
        invited: {
          wechatName: 'bo_wx',
          status: 'waiting',
          until: new Date('2023-11-14T22:13:20Z'),
        },
      },
      {
        account: 'cy@shop',
        id: '1003',
        nickname: '',
        pictureUrl: '',
        wechatName: null,
        invited: { wechatName: 'cy_wx', status: '', until: null },
      },
    ],
  ],
  [
    'who is there is told with how many they talk with',
    {
      asks: 'GET /cgi-bin/customservice/getonlinekflist',
      answer: {
        kf_online_list: [{ kf_account: 'anna@shop', status: 1, kf_id: '1001', accepted_case: 2 }],
      },
    },
    ({ accounts }) => accounts.online(),
    [{ account: 'anna@shop', id: '1001', sessions: 2 }],
  ],
  [
    'somebody is added',
    {
      asks: 'POST /customservice/kfaccount/add',
      body: { kf_account: 'anna@shop', nickname: '安娜' },
    },
    ({ accounts }) => accounts.add('anna@shop', '安娜'),
  ],
  [
    'somebody gets another name',
    {
      asks: 'POST /customservice/kfaccount/update',
      body: { kf_account: 'anna@shop', nickname: '小安' },
    },
    ({ accounts }) => accounts.rename('anna@shop', '小安'),
  ],
  [
    'somebody is taken away',
    { asks: 'GET /customservice/kfaccount/del?kf_account=anna@shop' },
    ({ accounts }) => accounts.delete('anna@shop'),
  ],
  [
    'somebody is invited',
    {
      asks: 'POST /customservice/kfaccount/inviteworker',
      body: { kf_account: 'anna@shop', invite_wx: 'anna_wx' },
    },
    ({ accounts }) => accounts.invite('anna@shop', 'anna_wx'),
  ],
  [
    'a follower is given to somebody',
    {
      asks: 'POST /customservice/kfsession/create',
      body: { kf_account: 'anna@shop', openid: 'o1' },
    },
    ({ sessions }) => sessions.create('o1', 'anna@shop'),
  ],
  [
    'a talk is closed',
    {
      asks: 'POST /customservice/kfsession/close',
      body: { kf_account: 'anna@shop', openid: 'o1' },
    },
    ({ sessions }) => sessions.close('o1', 'anna@shop'),
  ],
  [
    'who talks with a follower is told, or that nobody does',
    [
      {
        asks: 'GET /customservice/kfsession/getsession?openid=o1',
        answer: { createtime: 1_700_000_000, kf_account: 'anna@shop' },
      },
      {
        asks: 'GET /customservice/kfsession/getsession?openid=o2',
        answer: { createtime: 0, kf_account: '' },
      },
    ],
    async ({ sessions }) => [await sessions.of('o1'), await sessions.of('o2')],
    [{ openId: 'o1', account: 'anna@shop', since: record.at }, null],
  ],
  [
    'whom somebody talks with is listed',
    {
      asks: 'GET /customservice/kfsession/getsessionlist?kf_account=anna@shop',
      answer: { sessionlist: [{ createtime: 1_700_000_000, openid: 'o1' }] },
    },
    ({ sessions }) => sessions.list('anna@shop'),
    [{ openId: 'o1', account: 'anna@shop', since: record.at }],
  ],
  [
    'who waits is told, by the newer name of the time and by the older',
    {
      asks: 'GET /customservice/kfsession/getwaitcase',
      answer: {
        count: 150,
        waitcaselist: [
          { latest_time: 1_700_000_000, openid: 'o1' },
          { createtime: 1_700_000_000, kf_account: '', openid: 'o2' },
          { openid: 'o3' },
        ],
      },
    },
    ({ sessions }) => sessions.waiting(),
    {
      count: 150,
      followers: [
        { openId: 'o1', wroteAt: record.at },
        { openId: 'o2', wroteAt: record.at },
        { openId: 'o3', wroteAt: null },
      ],
    },
  ],
  [
    'what was said comes page by page, and the id of a page stays whole',
    [
      {
        asks: RECORDS,
        body: { ...times, msgid: 1, number: 10_000 },
        answer: `{"recordlist":[${JSON.stringify({ ...line, opercode: 2002 })}],"number":10000,"msgid":9007199254740993}`,
      },
      {
        asks: RECORDS,
        body: { ...times, msgid: '9007199254740993', number: 10_000 },
        answer: {
          recordlist: [
            { ...line, opercode: 2003 },
            { ...line, opercode: 1000 },
          ],
          number: 2,
          msgid: 20_165_267,
        },
      },
    ],
    ({ records }) => pagesOf(records.between(from, until)),
    [
      [{ ...record, from: 'desk' }],
      [
        { ...record, from: 'follower' },
        { ...record, from: 'platform' },
      ],
    ],
  ],
  [
    'a day on which nothing was said has no page',
    { asks: RECORDS, answer: { recordlist: [], number: 0, msgid: 1 } },
    ({ records }) => pagesOf(records.between(from, until)),
    [],
  ],
]);

test.each([
  ['more than 24 hours', new Date(until.getTime() + 1000)],
  ['no time at all', from],
])('records of %s are not asked for', async (_, end) => {
  await expect(pagesOf(area.records.between(from, end))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'DESK_RECORDS_INVALID',
  });
});
