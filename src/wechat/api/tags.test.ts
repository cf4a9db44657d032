import { expect, test } from 'vitest';
import { pagesOf } from '../../../tests/support/pages-of.ts';
import {
  answers,
  OK,
  pretendCaller,
  testCalls,
  useNoNetwork,
} from '../../../tests/support/weixin.ts';
import { blacklist } from './blacklist.ts';
import { tags } from './tags.ts';

useNoNetwork();

const { caller } = pretendCaller();
const pauses: number[] = [];
const area = tags(caller, async (pauseMs) => void pauses.push(pauseMs));
const TAG = 'POST /cgi-bin/tags/members/batchtagging';
const UNTAG = 'POST /cgi-bin/tags/members/batchuntagging';
const people = (count: number) => Array.from({ length: count }, (_, i) => `o${i}`);
const partly = (...fail_openid_list: string[]) => ({
  errcode: 45_171,
  errmsg: 'partly failed',
  fail_openid_list,
});

testCalls(area, [
  [
    'a tag is made, and its id is given',
    {
      asks: 'POST /cgi-bin/tags/create',
      body: { tag: { name: '上海' } },
      answer: { tag: { id: 134, name: '上海' } },
    },
    ({ create }) => create('上海'),
    134,
  ],
  [
    'tags are listed with how many have them',
    { asks: 'GET /cgi-bin/tags/get', answer: { tags: [{ id: 2, name: '星标组', count: 7 }] } },
    ({ list }) => list(),
    [{ id: 2, name: '星标组', followers: 7 }],
  ],
  [
    'a tag gets another name',
    { asks: 'POST /cgi-bin/tags/update', body: { tag: { id: 134, name: '华东' } } },
    ({ rename }) => rename(134, '华东'),
  ],
  [
    'a tag is taken away',
    { asks: 'POST /cgi-bin/tags/delete', body: { tag: { id: 134 } } },
    ({ remove }) => remove(134),
  ],
  [
    'the tags of a follower are told',
    {
      asks: 'POST /cgi-bin/tags/getidlist',
      body: { openid: 'o1' },
      answer: { tagid_list: [134, 2] },
    },
    ({ tagsOf }) => tagsOf('o1'),
    [134, 2],
  ],
  [
    'who has a tag comes page by page',
    [
      {
        asks: 'POST /cgi-bin/user/tag/get',
        body: { tagid: 134, next_openid: '' },
        answer: { count: 1, data: { openid: ['o1'] }, next_openid: 'o1' },
      },
      {
        asks: 'POST /cgi-bin/user/tag/get',
        body: { tagid: 134, next_openid: 'o1' },
        answer: { count: 0 },
      },
    ],
    ({ members }) => pagesOf(members(134)),
    [['o1']],
  ],
  [
    'a tag is put on fifty with each call',
    [
      { asks: TAG, body: { openid_list: people(51).slice(0, 50), tagid: 134 } },
      { asks: TAG, body: { openid_list: ['o50'], tagid: 134 } },
    ],
    ({ tag }) => tag(134, people(51)),
    [],
  ],
  [
    'a tag is taken off',
    { asks: UNTAG, body: { openid_list: ['o1'], tagid: 134 } },
    ({ untag }) => untag(134, ['o1']),
    [],
  ],
  [
    'when a part failed only that part is tried again',
    [
      { asks: TAG, body: { openid_list: ['o0', 'o1', 'o2'], tagid: 134 }, answer: partly('o1') },
      { asks: TAG, body: { openid_list: ['o1'], tagid: 134 } },
    ],
    ({ tag }) => tag(134, people(3)),
    [],
  ],
  [
    'a part may also fail beside a success, and is given back when it fails to the end',
    [
      { asks: UNTAG, body: { openid_list: ['o0', 'o1'], tagid: 1 }, answer: partly('o1', 'o0') },
      {
        asks: UNTAG,
        body: { openid_list: ['o1', 'o0'], tagid: 1 },
        answer: { ...OK, fail_openid_list: ['o0'] },
      },
      { asks: UNTAG, body: { openid_list: ['o0'], tagid: 1 }, answer: partly('o0') },
    ],
    ({ untag }) => untag(1, people(2)),
    ['o0'],
  ],
  [
    'whom somebody else tags at the same time are tried again',
    [
      { asks: TAG, answer: { errcode: 45_169, errmsg: 'concurrent' } },
      { asks: TAG, body: { openid_list: ['o0'], tagid: 134 } },
    ],
    ({ tag }) => tag(134, people(1)),
    [],
  ],
]);

test('between the attempts there are pauses, and they grow', async () => {
  pauses.length = 0;
  answers({ asks: TAG, answer: partly('o0') }, { asks: TAG, answer: partly() }, { asks: TAG });
  await area.tag(134, people(1));
  // A refusal that names nobody is about everybody who was sent.
  expect(pauses).toEqual([500, 1000]);
});

test('any other refusal is an error', async () => {
  answers({ asks: TAG, answer: { errcode: 45_159, errmsg: 'invalid tag' } });
  await expect(area.tag(999, people(1))).rejects.toMatchObject({ advice: 'value' });
});

test.each([
  ['an empty name', () => area.create('')],
  ['a name of 31 characters', () => area.create('签'.repeat(31))],
  ['another name for a tag of the platform', () => area.rename(2, '我的')],
  ['the removal of a tag of the platform', () => area.remove(0)],
])('%s is not sent', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ kind: 'invalid', code: 'TAG_INVALID' });
});

testCalls(blacklist(caller), [
  [
    'the blacklist comes page by page',
    {
      asks: 'POST /cgi-bin/tags/members/getblacklist',
      body: { begin_openid: '' },
      answer: { total: 1, count: 1, data: { openid: ['o1'] }, next_openid: '' },
    },
    ({ all }) => pagesOf(all()),
    [['o1']],
  ],
  [
    'twenty are put on it with each call',
    [
      {
        asks: 'POST /cgi-bin/tags/members/batchblacklist',
        body: { openid_list: people(21).slice(0, 20) },
      },
      { asks: 'POST /cgi-bin/tags/members/batchblacklist', body: { openid_list: ['o20'] } },
    ],
    ({ add }) => add(people(21)),
  ],
  [
    'they are taken off it',
    { asks: 'POST /cgi-bin/tags/members/batchunblacklist', body: { openid_list: ['o1'] } },
    ({ remove }) => remove(['o1']),
  ],
]);
