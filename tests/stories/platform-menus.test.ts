import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PNG, type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(`cgi-bin/${path}`, body);
const click = { type: 'click', name: '签到', key: 'CHECKIN' };
const view = (url: string) => ({ type: 'view', name: '商城', url });

describe('the menu of everybody', () => {
  test('is told in another shape by the older address', async () => {
    const button = [click, { name: '我的', sub_button: [view('http://localhost:3000/h5')] }];
    await post('menu/create', { button });
    expect(await platform.get('cgi-bin/get_current_selfmenu_info')).toMatchObject({
      is_menu_open: 1,
      selfmenu_info: { button: [click, { sub_button: { list: [{ type: 'view' }] } }] },
    });
    await platform.get('cgi-bin/menu/delete');
    expect(await platform.get('cgi-bin/get_current_selfmenu_info')).toMatchObject({
      is_menu_open: 0,
    });
  });

  const below = (...buttons: object[]) => ({ name: '更多', sub_button: buttons });

  test.each([
    [40016, []],
    [40017, [{ ...click, type: 'shake' }]],
    [40018, [{ ...click, name: '' }]],
    [40019, [{ ...click, key: 'k'.repeat(129) }]],
    [40020, [view(`https://shop.example/${'x'.repeat(1024)}`)]],
    [40055, [view('https://shop_example/')]],
    [40022, [below({ name: '层', sub_button: [click] })]],
    [40023, [below(...Array(6).fill(click))]],
    [40024, [below({ ...click, type: 'shake' })]],
    [40025, [below({ ...click, name: '长'.repeat(21) })]],
    [40026, [below({ ...click, key: '' })]],
    [40027, [below(view('x'))]],
    [40054, [below(view('https://%/'))]],
    [40013, [{ type: 'miniprogram', name: '程', url: 'https://a.example', pagepath: 'p' }]],
    [45064, [{ type: 'miniprogram', name: '程', url: 'https://a.example', appid: 'wx1' }]],
    [40007, [{ type: 'media_id', name: '图', media_id: 'none' }]],
    [53600, [{ type: 'article_id', name: '文', article_id: '' }]],
  ])('%i refuses a wrong button', async (errcode, button) => {
    expect(await post('menu/create', { button })).toMatchObject({ errcode });
  });

  test('every type of button is taken', async () => {
    const { media_id } = await platform.upload(
      'cgi-bin/material/add_material',
      { name: 'a.png', bytes: PNG },
      { type: 'image' },
    );
    const keyed = ['scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_weixin'];
    const button = [
      { name: '按', sub_button: keyed.map((type) => ({ type, name: type, key: type })) },
      {
        name: '更多',
        sub_button: [
          { type: 'pic_photo_or_album', name: '相册', key: 'P' },
          { type: 'location_select', name: '位置', key: 'L' },
          { type: 'media_id', name: '图', media_id },
          { type: 'article_view_limited', name: '文', article_id: 'a1' },
          { type: 'miniprogram', name: '程', url: 'https://a.b', appid: 'wx1', pagepath: 'p' },
        ],
      },
    ];
    expect(await post('menu/create', { button })).toMatchObject({ errcode: 0 });
    const used = await post('material/del_material', { media_id });
    expect(used).toMatchObject({ errcode: 48005 });
  });
});

describe('menus for some', () => {
  const add = (matchrule: object, button: object[] = [view('https://a.example/')]) =>
    post('menu/addconditional', { button, matchrule });

  test('the newest that fits is shown, by the tag that was given last', async () => {
    await post('menu/create', { button: [click] });
    const tagOf = async (name: string) =>
      ((await post('tags/create', { tag: { name } })).tag as { id: number }).id;
    const [gold, silver] = [await tagOf('金'), await tagOf('银')];
    const { menuid } = await add({ tag_id: String(gold) });
    const shown = async () => (await post('menu/trymatch', { user_id: openId })).button;
    expect(await shown()).toEqual([click]);
    for (const tagid of [silver, gold]) {
      await post('tags/members/batchtagging', { openid_list: [openId], tagid });
    }
    expect(await shown()).toEqual([view('https://a.example/')]);
    await platform.simulator.tap({ openId, key: 'https://a.example/' });
    expect(platform.seen.at(-1)?.field('MenuId')).toBe(menuid);
    expect(platform.simulator.transcript(openId).at(-1)?.text).toContain('商城');
    expect(await platform.get('cgi-bin/menu/get')).toMatchObject({
      conditionalmenu: [{ matchrule: { tag_id: String(gold) } }],
    });
    expect(await post('menu/delconditional', { menuid })).toMatchObject({ errcode: 0 });
    expect(await shown()).toEqual([click]);
    expect(await post('menu/delconditional', { menuid })).toMatchObject({ errcode: 65301 });
  });

  test('they go with the default menu, and need one', async () => {
    expect(await add({ client_platform_type: '1' })).toMatchObject({ errcode: 65303 });
    await post('menu/create', { button: [click] });
    await add({ client_platform_type: '1' });
    expect((await post('menu/trymatch', { user_id: openId })).button).toEqual([click]);
    await platform.get('cgi-bin/menu/delete');
    expect(await post('menu/trymatch', { user_id: openId })).toMatchObject({ errcode: 65303 });
    await post('menu/create', { button: [click] });
    expect(await platform.get('cgi-bin/menu/get')).not.toHaveProperty('conditionalmenu');
  });

  test('wrong ones have the platform’s numbers', async () => {
    await post('menu/create', { button: [click] });
    expect(await add({})).toMatchObject({ errcode: 65304 });
    expect(await add({ tag_id: '2', city: '杭州' })).toMatchObject({ errcode: 65320 });
    expect(await add({ tag_id: '2' }, [])).toMatchObject({ errcode: 40016 });
    const domains = ['a', 'b', 'c'].map((name) => view(`https://${name}.example/`));
    expect(await add({ tag_id: '2' }, domains)).toMatchObject({ errcode: 0 });
    const fourth = [view('https://d.example/')];
    expect(await add({ tag_id: '2' }, fourth)).toMatchObject({ errcode: 65316 });
    expect(await post('menu/trymatch', { user_id: 'o_no' })).toMatchObject({ errcode: 65302 });
  });
});
