import { expect, test } from 'vitest';
import { answers, pretendCaller, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import { templates } from './templates.ts';

useNoNetwork();

const area = templates(pretendCaller().caller);
const ADD = 'POST /cgi-bin/template/api_add_template';
const BLOCKED = 'POST /wxa/sec/queryblocktmplmsg';
const blocked = {
  tmpl_msg_id: 't1',
  title: '积分变动提醒',
  content: '…',
  send_timestamp: 1_700_000_000,
  openid: 'o1',
};
const shown = {
  id: '9007199254740993',
  templateId: 't1',
  title: '积分变动提醒',
  content: '…',
  sentAt: new Date('2023-11-14T22:13:20Z'),
  openId: 'o1',
};
const asksBlocked = (largest_id: number | string) => ({
  tmpl_msg_id: 't1',
  largest_id,
  limit: 100,
});

testCalls(area, [
  [
    'the industries of the account are told',
    {
      asks: 'GET /cgi-bin/template/get_industry',
      answer: {
        primary_industry: { first_class: '消费品', second_class: '消费品' },
        secondary_industry: { first_class: 'IT科技', second_class: '互联网|电子商务' },
      },
    },
    ({ industry }) => industry(),
    {
      primary: { firstClass: '消费品', secondClass: '消费品' },
      secondary: { firstClass: 'IT科技', secondClass: '互联网|电子商务' },
    },
  ],
  [
    'an account may have one industry only',
    {
      asks: 'GET /cgi-bin/template/get_industry',
      answer: { primary_industry: { first_class: '消费品', second_class: '消费品' } },
    },
    ({ industry }) => industry(),
    { primary: { firstClass: '消费品', secondClass: '消费品' }, secondary: null },
  ],
  [
    'industries are set by numbers, written as text',
    {
      asks: 'POST /cgi-bin/template/api_set_industry',
      body: { industry_id1: '1', industry_id2: '41' },
    },
    ({ setIndustry }) => setIndustry({ primary: 1, secondary: 41 }),
  ],
  [
    'a template of the category library is added with its keywords in their order',
    {
      asks: ADD,
      body: { template_id_short: '43213', keyword_name_list: ['变动时间', '变动积分'] },
      answer: { template_id: 't1' },
    },
    ({ add }) => add('43213', ['变动时间', '变动积分']),
    't1',
  ],
  [
    'an old template is added by its number alone',
    {
      asks: ADD,
      body: { template_id_short: 'OPENTM207509450', keyword_name_list: [] },
      answer: { template_id: 't2' },
    },
    ({ add }) => add('OPENTM207509450'),
    't2',
  ],
  [
    'a template is taken away',
    { asks: 'POST /cgi-bin/template/del_private_template', body: { template_id: 't1' } },
    (all) => all.delete('t1'),
  ],
  [
    'a message may open a mini program, and a page in old clients',
    {
      asks: 'POST /cgi-bin/message/template/send',
      body: {
        touser: 'o1',
        template_id: 't1',
        url: 'https://x.cn/',
        miniprogram: { appid: 'wx1', pagepath: 'pages/a?b=1' },
        client_msg_id: 'c1',
        data: { thing1: { value: '马克杯' } },
      },
      answer: { errcode: 0, errmsg: 'ok', msgid: 200_163_840 },
    },
    ({ send }) =>
      send({
        openId: 'o1',
        templateId: 't1',
        url: 'https://x.cn/',
        miniProgram: { appId: 'wx1', pagePath: 'pages/a?b=1' },
        clientMsgId: 'c1',
        data: { thing1: '马克杯' },
      }),
    { msgId: '200163840' },
  ],
  [
    'blocked messages are listed, and their ids stay whole',
    {
      asks: BLOCKED,
      body: asksBlocked(0),
      answer: `{"errcode":0,"errmsg":"ok","msginfo":[${JSON.stringify(blocked).replace('{', '{"id":9007199254740993,')}]}`,
    },
    (all) => all.blocked('t1'),
    [shown],
  ],
  [
    'one blocked message may come without a list, and none without anything',
    [
      { asks: BLOCKED, body: asksBlocked(5), answer: { msginfo: { ...blocked, id: 6 } } },
      { asks: BLOCKED, body: asksBlocked('9007199254740993'), answer: { errcode: 0 } },
    ],
    async (all) => [await all.blocked('t1', '5'), await all.blocked('t1', shown.id)],
    [[{ ...shown, id: '6' }], []],
  ],
]);

test('a busy platform is asked again under the same number', async () => {
  const { caller, pauses } = pretendCaller();
  const body = { touser: 'o1', template_id: 't1', client_msg_id: 'c1', data: {} };
  const asks = 'POST /cgi-bin/message/template/send';
  answers(
    { asks, body, answer: { errcode: -1, errmsg: 'system error' } },
    { asks, body, answer: { msgid: 1 } },
  );
  const message = { openId: 'o1', templateId: 't1', clientMsgId: 'c1', data: {} };
  expect(await templates(caller).send(message)).toEqual({ msgId: '1' });
  expect(pauses).toHaveLength(1);
});

test.each([
  ['an industry that is none', () => area.setIndustry({ primary: 1, secondary: 42 })],
  ['a category template without keywords', () => area.add('43213')],
])('%s is not sent', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ kind: 'invalid', code: 'TEMPLATE_INVALID' });
});
