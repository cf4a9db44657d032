import { expect, test } from 'vitest';
import { answers, pretendCaller, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import { subscriptions } from './subscriptions.ts';

useNoNetwork();

const area = subscriptions(pretendCaller().caller, 'wx0');
const SEND = 'POST /cgi-bin/message/subscribe/bizsend';
const SEND_ONCE = 'POST /cgi-bin/message/template/subscribe';

testCalls(area, [
  [
    'the categories of the account are told',
    { asks: 'GET /wxaapi/newtmpl/getcategory', answer: { data: [{ id: 616, name: '公交' }] } },
    ({ categories }) => categories(),
    [{ id: '616', name: '公交' }],
  ],
  [
    'the library is looked through by category, thirty at a time',
    {
      asks: 'GET /wxaapi/newtmpl/getpubtemplatetitles?ids=2,616&start=30&limit=30',
      answer: {
        count: 55,
        data: [
          { tid: 99, title: '付款成功通知', type: 2, categoryId: '616' },
          { tid: 100, title: '停水通知', type: 3, categoryId: '616' },
        ],
      },
    },
    ({ titles }) => titles({ categoryIds: ['2', '616'], start: 30 }),
    {
      count: 55,
      titles: [
        { titleId: '99', title: '付款成功通知', kind: 'one-time', categoryId: '616' },
        { titleId: '100', title: '停水通知', kind: 'long-term', categoryId: '616' },
      ],
    },
  ],
  [
    'the keywords of a template come with their types',
    {
      asks: 'GET /wxaapi/newtmpl/getpubtemplatekeywords?tid=99',
      answer: { count: 1, data: [{ kid: 1, name: '物品名称', example: '名称', rule: 'thing' }] },
    },
    ({ keywords }) => keywords('99'),
    [{ id: 1, name: '物品名称', example: '名称', type: 'thing' }],
  ],
  [
    'a template is added with its keywords in their order',
    {
      asks: 'POST /wxaapi/newtmpl/addtemplate',
      body: { tid: '401', kidList: [3, 1], sceneDesc: '积分到期' },
      answer: { errcode: 0, priTmplId: 'p1' },
    },
    ({ add }) => add({ titleId: '401', keywordIds: [3, 1], scene: '积分到期' }),
    'p1',
  ],
  [
    'the templates of the account come with their fields and the only values of some',
    {
      asks: 'GET /wxaapi/newtmpl/gettemplate',
      answer: {
        data: [
          {
            priTmplId: 'p1',
            title: '积分到期提醒',
            content: '积分:{{number1.DATA}}\n状态:{{enum_string2.DATA}}\n',
            example: '积分:20\n状态:快到期\n',
            type: 2,
            keywordEnumValueList: [
              { keywordCode: 'enum_string2.DATA', enumValueList: ['快到期', '已到期'] },
            ],
          },
          { priTmplId: 'p2', title: '停水通知', content: '', type: 3, keywordEnumValueList: null },
        ],
      },
    },
    ({ list }) => list(),
    [
      {
        templateId: 'p1',
        title: '积分到期提醒',
        example: '积分:20\n状态:快到期\n',
        kind: 'one-time',
        fields: [
          { label: '积分', key: 'number1', type: 'number' },
          { label: '状态', key: 'enum_string2', type: 'enum_string' },
        ],
        choices: { enum_string2: ['快到期', '已到期'] },
      },
      {
        templateId: 'p2',
        title: '停水通知',
        example: '',
        kind: 'long-term',
        fields: [],
        choices: {},
      },
    ],
  ],
  [
    'a template is taken away',
    { asks: 'POST /wxaapi/newtmpl/deltemplate', body: { priTmplId: 'p1' } },
    (all) => all.delete('p1'),
  ],
  [
    'a notice is sent with its page and its number',
    {
      asks: SEND,
      body: {
        touser: 'o1',
        template_id: 'p1',
        page: 'https://x.cn/h5',
        client_msg_id: 'c1',
        data: { thing1: { value: '马克杯' } },
      },
    },
    ({ send }) =>
      send({
        openId: 'o1',
        templateId: 'p1',
        page: 'https://x.cn/h5',
        clientMsgId: 'c1',
        data: { thing1: '马克杯' },
      }),
  ],
  [
    'a notice with its number is sent again while the platform is busy',
    [
      { asks: SEND, answer: { errcode: -1, errmsg: 'system error' } },
      { asks: SEND, body: { touser: 'o1', template_id: 'p1', client_msg_id: 'c1', data: {} } },
    ],
    ({ send }) => send({ openId: 'o1', templateId: 'p1', clientMsgId: 'c1', data: {} }),
  ],
  [
    'the message of a one-time subscription names its scene, and may have a colour',
    {
      asks: SEND_ONCE,
      body: {
        touser: 'o1',
        template_id: 't1',
        url: 'https://x.cn/',
        scene: '1000',
        title: '积分到期',
        data: { content: { value: '明天到期', color: '#FF0000' } },
      },
    },
    ({ sendOneTime }) =>
      sendOneTime({
        openId: 'o1',
        templateId: 't1',
        url: 'https://x.cn/',
        scene: 1000,
        title: '积分到期',
        text: '明天到期',
        color: '#FF0000',
      }),
  ],
  [
    'it may open a mini program',
    {
      asks: SEND_ONCE,
      body: {
        touser: 'o1',
        template_id: 't1',
        miniprogram: { appid: 'wx1', pagepath: 'a' },
        scene: '0',
        title: '',
        data: { content: { value: '' } },
      },
    },
    ({ sendOneTime }) =>
      sendOneTime({
        openId: 'o1',
        templateId: 't1',
        scene: 0,
        title: '',
        text: '',
        miniProgram: { appId: 'wx1', pagePath: 'a' },
      }),
  ],
]);

test('a notice without a number is not sent again, because the platform would not know it', async () => {
  const { caller, pauses } = pretendCaller();
  answers({ asks: SEND, answer: { errcode: -1, errmsg: 'system error' } });
  const sending = subscriptions(caller, 'wx0').send({ openId: 'o1', templateId: 'p1', data: {} });
  await expect(sending).rejects.toMatchObject({ errcode: -1 });
  expect(pauses).toEqual([]);
});

const oneTime = { openId: 'o1', templateId: 't1', scene: 1, title: '', text: '' };
const question = {
  templateId: 't1',
  scene: 1000,
  redirectUrl: 'https://x.cn/h5?a=1&b=2',
  reserved: 'abc123',
};

test.each([
  ['one keyword', async () => area.add({ titleId: '1', keywordIds: [1], scene: '' })],
  [
    'six keywords',
    async () => area.add({ titleId: '1', keywordIds: [1, 2, 3, 4, 5, 6], scene: '' }),
  ],
  [
    'a scene of 16 characters',
    async () => area.add({ titleId: '1', keywordIds: [1, 2], scene: '字'.repeat(16) }),
  ],
  [
    'a title of 16 characters',
    async () => area.sendOneTime({ ...oneTime, title: '字'.repeat(16) }),
  ],
  [
    'a text of 201 characters',
    async () => area.sendOneTime({ ...oneTime, text: '字'.repeat(201) }),
  ],
  ['a scene past 10,000', async () => area.questionPage({ ...question, scene: 10_001 })],
  ['a question without proof', async () => area.questionPage({ ...question, reserved: '' })],
  ['a proof with signs', async () => area.questionPage({ ...question, reserved: 'a-b' })],
])('%s is refused', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ kind: 'invalid', code: 'SUBSCRIPTION_INVALID' });
});

test('the page that asks names everything in the order of the manual', () => {
  expect(area.questionPage(question)).toBe(
    'https://mp.weixin.qq.com/mp/subscribemsg?action=get_confirm&appid=wx0&scene=1000&template_id=t1&redirect_url=https%3A%2F%2Fx.cn%2Fh5%3Fa%3D1%26b%3D2&reserved=abc123#wechat_redirect',
  );
});

const answered = { template_id: 't1', scene: '1000', reserved: 'abc123' };

test.each([
  ['a yes', { ...answered, action: 'confirm', openid: 'o1' }, 'o1'],
  ['a no', { ...answered, action: 'cancel' }, null],
  ['a no with an OpenID', { ...answered, action: 'cancel', openid: 'o1' }, null],
])('%s is read', (_, query, openId) => {
  expect(area.answerOf(query)).toEqual({
    templateId: 't1',
    scene: 1000,
    reserved: 'abc123',
    openId,
  });
});

test.each([
  ['a yes of nobody', { ...answered, action: 'confirm' }],
  ['neither yes nor no', { ...answered, action: 'maybe', openid: 'o1' }],
  ['no scene', { ...answered, scene: 'x', action: 'cancel' }],
  ['nothing', {}],
])('%s is no answer', (_, query) => {
  expect(area.answerOf(query)).toBe(null);
});
