import { expect, test } from 'vitest';
import { pretendCaller, type Row, testCalls, useNoNetwork } from '../../../tests/support/weixin.ts';
import type { MenuAction } from '../menu.ts';
import { type Menus, menus } from './menus.ts';

useNoNetwork();

const area = menus(pretendCaller().caller);
const name = '我';
const click = { type: 'click', name, key: 'K' } as const;
const view = (url: string) => ({ type: 'view', name, url }) as const;
const found = (type: string, values: object) => ({ name, type, values, buttons: [] });
const CREATE = 'POST /cgi-bin/menu/create';
const ADD = 'POST /cgi-bin/menu/addconditional';

const KEYED = [
  'click',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
] as const;
const BUTTONS: readonly (readonly [MenuAction, Record<string, string>])[] = [
  ...KEYED.map(
    (type) =>
      [
        { type, name, key: 'K' },
        { type, name, key: 'K' },
      ] as const,
  ),
  [view('https://x.cn/'), { type: 'view', name, url: 'https://x.cn/' }],
  [
    { type: 'media_id', name, mediaId: 'm1' },
    { type: 'media_id', name, media_id: 'm1' },
  ],
  [
    { type: 'view_limited', name, mediaId: 'm1' },
    { type: 'view_limited', name, media_id: 'm1' },
  ],
  [
    { type: 'article_id', name, articleId: 'a1' },
    { type: 'article_id', name, article_id: 'a1' },
  ],
  [
    { type: 'article_view_limited', name, articleId: 'a1' },
    { type: 'article_view_limited', name, article_id: 'a1' },
  ],
  [
    { type: 'miniprogram', name, url: 'https://x.cn/', appId: 'wx1', pagePath: 'pages/a' },
    { type: 'miniprogram', name, url: 'https://x.cn/', appid: 'wx1', pagepath: 'pages/a' },
  ],
];

testCalls(
  area,
  BUTTONS.map(
    ([button, json]): Row<Menus> => [
      `a button of type ${button.type} is sent`,
      { asks: CREATE, body: { button: [{ name, sub_button: [json] }] } },
      ({ create }) => create({ buttons: [{ name, buttons: [button] }] }),
    ],
  ),
);

testCalls(area, [
  [
    'the menus that are there are read, with whom they are for',
    {
      asks: 'GET /cgi-bin/menu/get',
      answer: `{
        "menu": {"button": [
          {"type": "click", "name": "我", "key": "K", "sub_button": []},
          {"name": "我", "sub_button": [{"type": "view", "name": "我", "url": "https://x.cn/"}]}
        ], "menuid": 1},
        "conditionalmenu": [
          {"button": [{"type": "click", "name": "我", "key": "K"}],
           "matchrule": {"tag_id": "134", "client_platform_type": 2}, "menuid": 9007199254740993},
          {"button": [], "matchrule": {"sex": "1", "tag_id": null}, "menuid": 3},
          {"button": [], "menuid": 4}
        ]}`,
    },
    ({ get }) => get(),
    {
      buttons: [
        found('click', { key: 'K' }),
        { name, type: null, values: {}, buttons: [found('view', { url: 'https://x.cn/' })] },
      ],
      conditional: [
        {
          menuId: '9007199254740993',
          buttons: [found('click', { key: 'K' })],
          tagId: 134,
          platform: 'android',
          withdrawn: [],
        },
        { menuId: '3', buttons: [], tagId: null, platform: null, withdrawn: ['sex'] },
        { menuId: '4', buttons: [], tagId: null, platform: null, withdrawn: [] },
      ],
    },
  ],
  [
    'no menu is no error',
    { asks: 'GET /cgi-bin/menu/get', answer: { errcode: 46_003, errmsg: 'menu no exist' } },
    ({ get }) => get(),
    null,
  ],
  ['all menus are taken away', { asks: 'GET /cgi-bin/menu/delete' }, (all) => all.delete()],
  [
    'a menu that a person made is read in its own form, types that only they can make too',
    {
      asks: 'GET /cgi-bin/get_current_selfmenu_info',
      answer: {
        is_menu_open: 1,
        selfmenu_info: {
          button: [
            { name, type: 'news', value: 'n1', news_info: { list: [] } },
            { name, sub_button: { list: [{ name, type: 'text', value: '你好' }] } },
          ],
        },
      },
    },
    ({ current }) => current(),
    {
      isOpen: true,
      buttons: [
        found('news', { value: 'n1' }),
        { name, type: null, values: {}, buttons: [found('text', { value: '你好' })] },
      ],
    },
  ],
  [
    'an account without a menu shows none',
    { asks: 'GET /cgi-bin/get_current_selfmenu_info', answer: { is_menu_open: 0 } },
    ({ current }) => current(),
    { isOpen: false, buttons: [] },
  ],
  [
    'a menu for some is added, and its id stays whole',
    {
      asks: ADD,
      body: {
        button: [{ type: 'click', name, key: 'K' }],
        matchrule: { tag_id: '134', client_platform_type: '1' },
      },
      answer: '{"menuid": 9007199254740993}',
    },
    ({ addConditional }) => addConditional({ buttons: [click] }, { tagId: 134, platform: 'ios' }),
    '9007199254740993',
  ],
  [
    'a menu for some may lead to three domains',
    { asks: ADD, answer: { menuid: '7' } },
    ({ addConditional }) =>
      addConditional(
        {
          buttons: [
            view('https://a.cn/1'),
            { name, buttons: [view('https://a.cn/2'), view('https://b.cn/')] },
            view('https://c.cn/'),
          ],
        },
        { platform: 'other' },
      ),
    '7',
  ],
  [
    'a menu for some is taken away',
    { asks: 'POST /cgi-bin/menu/delconditional', body: { menuid: 208_379_533 } },
    ({ deleteConditional }) => deleteConditional('208379533'),
  ],
  [
    'an id that no number holds goes back as it came',
    { asks: 'POST /cgi-bin/menu/delconditional', body: { menuid: '9007199254740993' } },
    ({ deleteConditional }) => deleteConditional('9007199254740993'),
  ],
  [
    'the menu that somebody sees is told',
    {
      asks: 'POST /cgi-bin/menu/trymatch',
      body: { user_id: 'o1' },
      answer: { button: [{ type: 'click', name, key: 'K', sub_button: [] }] },
    },
    ({ tryMatch }) => tryMatch('o1'),
    [found('click', { key: 'K' })],
  ],
  [
    'it may be wrapped once more',
    { asks: 'POST /cgi-bin/menu/trymatch', answer: { menu: { button: [] } } },
    ({ tryMatch }) => tryMatch('o1'),
    [],
  ],
]);

const four = ['a', 'b', 'c', 'd'].map((host) => view(`https://${host}.cn/`));

test.each<readonly [string, () => Promise<unknown>]>([
  ['a rule without a condition', () => area.addConditional({ buttons: [click] }, {})],
  [
    'a menu for some with four domains',
    () => area.addConditional({ buttons: [{ name, buttons: four }] }, { tagId: 134 }),
  ],
  [
    'material without an id',
    () => area.create({ buttons: [{ type: 'media_id', name, mediaId: '' }] }),
  ],
  [
    'an article without an id',
    () => area.create({ buttons: [{ type: 'article_id', name, articleId: '' }] }),
  ],
  [
    'a mini program without an address for old clients',
    () =>
      area.create({
        buttons: [{ type: 'miniprogram', name, url: '', appId: 'wx1', pagePath: 'a' }],
      }),
  ],
  [
    'a mini program without a page',
    () =>
      area.create({
        buttons: [{ type: 'miniprogram', name, url: 'https://x.cn', appId: 'wx1', pagePath: '' }],
      }),
  ],
])('%s is not sent', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ kind: 'invalid', code: 'MENU_INVALID' });
});
