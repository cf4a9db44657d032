import { expect, test } from 'vitest';
import { answers, pretendCaller, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import { customer } from './customer.ts';
import type { CustomerMessage } from './customer-message.ts';

useNoNetwork();

const { caller, pauses } = pretendCaller();
const area = customer(caller);
const SEND = 'POST /cgi-bin/message/custom/send';
const TYPING = 'POST /cgi-bin/message/custom/typing';

const MESSAGES: readonly (readonly [CustomerMessage, object])[] = [
  [
    { type: 'text', text: '券码来了' },
    { msgtype: 'text', text: { content: '券码来了' } },
  ],
  [
    { type: 'image', mediaId: 'm1' },
    { msgtype: 'image', image: { media_id: 'm1' } },
  ],
  [
    { type: 'voice', mediaId: 'm1' },
    { msgtype: 'voice', voice: { media_id: 'm1' } },
  ],
  [
    { type: 'video', mediaId: 'm1', thumbMediaId: 'm2', title: '标题', description: '说明' },
    {
      msgtype: 'video',
      video: { media_id: 'm1', thumb_media_id: 'm2', title: '标题', description: '说明' },
    },
  ],
  [
    { type: 'music', url: 'https://x.cn/1.mp3', thumbMediaId: 'm2' },
    {
      msgtype: 'music',
      music: {
        musicurl: 'https://x.cn/1.mp3',
        hqmusicurl: 'https://x.cn/1.mp3',
        thumb_media_id: 'm2',
      },
    },
  ],
  [
    {
      type: 'news',
      title: '标题',
      description: '',
      url: 'https://x.cn/',
      picUrl: 'https://x.cn/p',
    },
    {
      msgtype: 'news',
      news: {
        articles: [
          { title: '标题', description: '', url: 'https://x.cn/', picurl: 'https://x.cn/p' },
        ],
      },
    },
  ],
  [
    { type: 'mpnews', mediaId: 'm1' },
    { msgtype: 'mpnews', mpnews: { media_id: 'm1' } },
  ],
  [
    { type: 'article', articleId: 'a1' },
    { msgtype: 'mpnewsarticle', mpnewsarticle: { article_id: 'a1' } },
  ],
  [
    {
      type: 'menu',
      head: '满意吗？',
      choices: [
        { id: '1', text: '满意' },
        { id: '2', text: '不满意' },
      ],
      tail: '谢谢',
    },
    {
      msgtype: 'msgmenu',
      msgmenu: {
        head_content: '满意吗？',
        list: [
          { id: '1', content: '满意' },
          { id: '2', content: '不满意' },
        ],
        tail_content: '谢谢',
      },
    },
  ],
  [
    { type: 'card', cardId: 'c1' },
    { msgtype: 'wxcard', wxcard: { card_id: 'c1' } },
  ],
  [
    { type: 'mini-program', title: '标题', appId: 'wx1', pagePath: 'a', thumbMediaId: 'm2' },
    {
      msgtype: 'miniprogrampage',
      miniprogrampage: { title: '标题', appid: 'wx1', pagepath: 'a', thumb_media_id: 'm2' },
    },
  ],
  [
    {
      type: 'link',
      title: '标题',
      description: '',
      url: 'https://x.cn/',
      thumbUrl: 'https://x.cn/p',
    },
    {
      msgtype: 'link',
      link: { title: '标题', description: '', url: 'https://x.cn/', thumb_url: 'https://x.cn/p' },
    },
  ],
];

testCalls(
  area,
  MESSAGES.map(([message, json]) => [
    `a customer message of type ${message.type} is sent`,
    { asks: SEND, body: { touser: 'o1', ...json } },
    ({ send }) => send('o1', message),
  ]),
);

testCalls(area, [
  [
    'a message may come from somebody of the desk',
    {
      asks: SEND,
      body: {
        touser: 'o1',
        msgtype: 'text',
        text: { content: '您好' },
        customservice: { kf_account: 'anna@shop' },
      },
    },
    ({ send }) => send('o1', { type: 'text', text: '您好' }, { account: 'anna@shop' }),
  ],
  [
    'words of a model are marked',
    {
      asks: SEND,
      body: {
        touser: 'o1',
        msgtype: 'text',
        text: { content: '您好' },
        aimsgcontext: { is_ai_msg: 1 },
      },
    },
    ({ send }) => send('o1', { type: 'text', text: '您好' }, { byModel: true }),
  ],
  [
    'a question may do without head and tail',
    {
      asks: SEND,
      body: { touser: 'o1', msgtype: 'msgmenu', msgmenu: { list: [{ id: '1', content: '好' }] } },
    },
    ({ send }) => send('o1', { type: 'menu', choices: [{ id: '1', text: '好' }] }),
  ],
  [
    'typing is shown, and hidden',
    [
      { asks: TYPING, body: { touser: 'o1', command: 'Typing' } },
      { asks: TYPING, body: { touser: 'o1', command: 'CancelTyping' } },
    ],
    async ({ typing }) => {
      await typing('o1', 'typing');
      await typing('o1', 'idle');
    },
  ],
]);

test('a question without choices is not sent', async () => {
  const message = { type: 'menu', choices: [] } as const;
  await expect(area.send('o1', message)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'CUSTOMER_MESSAGE_INVALID',
  });
});

test('a message is not sent again when the platform was busy, because it might come twice', async () => {
  answers({ asks: SEND, answer: { errcode: -1, errmsg: 'system error' } });
  await expect(area.sendText('o1', 'a')).rejects.toMatchObject({ errcode: -1, advice: 'retry' });
  expect(pauses).toEqual([]);
});
