import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PNG, type PretendPlatform, pretendPlatform } from '../support/pretend-platform.ts';

const openId = 'o_sim_xiaoman';
let platform: PretendPlatform;

beforeEach(async () => {
  platform = await pretendPlatform();
});
afterEach(() => platform.close());

const post = (path: string, body: unknown) => platform.post(`cgi-bin/${path}`, body);
const upload = (path: string, name: string, bytes: Buffer, type = 'image') =>
  platform.upload(`cgi-bin/${path}`, { name, bytes }, { type });

const KB = 1024;

describe('files for three days', () => {
  test('a picture comes back as it went, with its name and type', async () => {
    const { media_id, type, created_at } = await upload('media/upload', '图.png', PNG);
    expect([type, created_at]).toEqual(['image', 1_795_522_440]);
    const query = { media_id: String(media_id) };
    const { headers, body } = await platform.open('cgi-bin/media/get', query);
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': `attachment; filename="${media_id}.png"`,
    });
    expect(body).toEqual(PNG);
    platform.clock.advance(3 * 86_400_000 - 1000);
    expect((await platform.open('cgi-bin/media/get', query)).body).toEqual(PNG);
    platform.clock.advance(1000);
    expect(await platform.get('cgi-bin/media/get', query)).toMatchObject({ errcode: 40007 });
  });

  test('a video comes as an address, a voice through the address for pages', async () => {
    const video = await upload('media/upload', 'a.mp4', Buffer.from('film'), 'video');
    const { video_url } = await platform.get('cgi-bin/media/get', {
      media_id: String(video.media_id),
    });
    const { searchParams } = new URL(String(video_url));
    const shown = await platform.open('mmbiz', Object.fromEntries(searchParams));
    expect(String(shown.body)).toBe('film');
    const voice = await upload('media/upload', 'a.amr', Buffer.from('#!AMR'), 'voice');
    const query = { media_id: String(voice.media_id) };
    const heard = await platform.open('cgi-bin/media/get/jssdk', query);
    expect(heard.headers['content-type']).toBe('audio/amr');
    const thumb = await upload('media/upload', 'a.jpg', Buffer.from('x'), 'thumb');
    expect(thumb.thumb_media_id).toBe(thumb.media_id);
  });

  test.each([
    [40004, 'a.png', PNG, 'poem'],
    [40005, 'a.txt', Buffer.from('x'), 'image'],
    [40005, 'a.png', PNG, 'voice'],
    [40005, 'a.jpg', PNG, 'thumb'],
    [40006, 'a.png', Buffer.alloc(0), 'image'],
    [45001, 'a.jpg', Buffer.alloc(64 * KB + 1), 'thumb'],
    [45001, 'a.mp3', Buffer.alloc(2048 * KB + 1), 'voice'],
    [45001, 'a.mp4', Buffer.alloc(10_240 * KB + 1), 'video'],
  ])('%i refuses %s', async (errcode, name, bytes, type) => {
    expect(await upload('media/upload', name, bytes, type)).toMatchObject({ errcode });
  });

  test('a body without a file, and one that is no form, are refused', async () => {
    expect(await post('media/upload?', {})).toMatchObject({ errcode: 40066 });
    const json = await platform.post('cgi-bin/media/upload', {}, { type: 'image' });
    expect(json).toMatchObject({ errcode: 41005 });
  });
});

describe('files for good', () => {
  const add = (name: string, bytes: Buffer, type: string, fields = {}) =>
    platform.upload('cgi-bin/material/add_material', { name, bytes, fields }, { type });

  test('they are counted, listed, read and deleted', async () => {
    const picture = await add('a.png', PNG, 'image');
    expect(picture.url).toContain('mmbiz');
    const description = JSON.stringify({ title: '片', introduction: '短' });
    const video = await add('a.mp4', Buffer.from('film'), 'video', { description });
    expect(await platform.get('cgi-bin/material/get_materialcount')).toMatchObject({
      voice_count: 0,
      video_count: 1,
      image_count: 1,
      news_count: 0,
    });
    const list = (more: object) =>
      post('material/batchget_material', { type: 'image', offset: 0, count: 20, ...more });
    expect(await list({})).toMatchObject({
      total_count: 1,
      item: [{ media_id: picture.media_id, name: 'a.png' }],
    });
    expect(await list({ count: 21 })).toMatchObject({ errcode: 40097 });
    expect(await list({ type: 'poem' })).toMatchObject({ errcode: 40004 });
    const read = (media_id: unknown) => post('material/get_material', { media_id });
    expect(await read(picture.media_id)).toEqual(PNG);
    expect(await read(video.media_id)).toMatchObject({ title: '片', description: '短' });
    platform.clock.advance(30 * 86_400_000);
    await post('material/del_material', { media_id: picture.media_id });
    expect(await read(picture.media_id)).toMatchObject({ errcode: 40007 });
  });

  test('a video needs its words, and a temporary file is none of them', async () => {
    expect(await add('a.mp4', Buffer.from('x'), 'video')).toMatchObject({ errcode: 47001 });
    const { media_id } = await upload('media/upload', 'a.png', PNG);
    expect(await post('material/get_material', { media_id })).toMatchObject({ errcode: 40007 });
  });

  test('a picture for an article has an address, and a megabyte at most', async () => {
    const { url } = await upload('media/uploadimg', 'a.png', PNG);
    const { searchParams } = new URL(String(url));
    const shown = await platform.open('mmbiz', Object.fromEntries(searchParams));
    expect(shown.body).toEqual(PNG);
    const large = Buffer.concat([PNG, Buffer.alloc(KB * KB)]);
    expect(await upload('media/uploadimg', 'a.png', large)).toMatchObject({ errcode: 45001 });
    const gif = Buffer.from('GIF89a');
    expect(await upload('media/uploadimg', 'a.gif', gif)).toMatchObject({ errcode: 40005 });
  });
});

test('files survive a restart', async () => {
  const { media_id } = await upload('media/upload', 'a.png', PNG);
  await platform.simulator.close();
  const again = await pretendPlatform({ dataFile: platform.dataFile });
  const query = { media_id: String(media_id) };
  expect((await again.open('cgi-bin/media/get', query)).body).toEqual(PNG);
  await again.simulator.reset();
  expect(await again.get('cgi-bin/media/get', query)).toMatchObject({ errcode: 40007 });
  await again.close();
});

describe('codes', () => {
  const create = (action_name: string, scene: object, more: object = {}) =>
    post('qrcode/create', { action_name, action_info: { scene }, ...more });

  test('a temporary one is over after its time, a permanent one stays the same', async () => {
    const made = await create('QR_STR_SCENE', { scene_str: 'card:1' }, { expire_seconds: 100 });
    expect(made).toMatchObject({ expire_seconds: 100, url: expect.stringContaining('showqrcode') });
    const usual = await create('QR_SCENE', { scene_id: 7 });
    expect(usual.expire_seconds).toBe(60);
    const long = await create('QR_SCENE', { scene_id: 7 }, { expire_seconds: 9_999_999 });
    expect(long.expire_seconds).toBe(2_592_000);
    const ticket = String(made.ticket);
    const picture = await platform.open('cgi-bin/showqrcode', { ticket });
    expect(String(picture.body)).toMatch(/^<svg .*<title>card:1<\/title>/);
    await platform.simulator.scan({ openId: 'o_sim_azhe', ticket });
    expect(platform.seen.at(-1)?.field('EventKey')).toBe('qrscene_card:1');
    expect(platform.seen.at(-1)?.field('Ticket')).toBe(ticket);
    platform.clock.advance(100_000);
    await expect(platform.simulator.scan({ openId, ticket })).rejects.toThrow('CODE_UNKNOWN');
    expect((await platform.open('cgi-bin/showqrcode', { ticket })).status).toBe(404);
    const forGood = await create('QR_LIMIT_STR_SCENE', { scene_str: 'store:1' });
    expect(forGood).not.toHaveProperty('expire_seconds');
    const same = await create('QR_LIMIT_STR_SCENE', { scene_str: 'store:1' });
    expect(same.ticket).toBe(forGood.ticket);
  });

  test.each([
    [40052, 'QR_POEM', { scene_id: 1 }],
    [40052, 'constructor', { scene_id: 1 }],
    [40053, 'QR_SCENE', { scene_id: 0 }],
    [40053, 'QR_SCENE', { scene_str: 'a' }],
    [40053, 'QR_STR_SCENE', { scene_str: '' }],
    [40053, 'QR_STR_SCENE', { scene_str: 'a'.repeat(65) }],
    [40053, 'QR_LIMIT_SCENE', { scene_id: 100_001 }],
    [40053, 'QR_LIMIT_STR_SCENE', {}],
  ])('%i refuses %s', async (errcode, name, scene) => {
    expect(await create(name, scene)).toMatchObject({ errcode });
  });

  test('a short key brings back the long text until it is over', async () => {
    const { short_key } = await post('shorten/gen', {
      long_data: 'https://a/',
      expire_seconds: 60,
    });
    expect(short_key).toMatch(/^[A-Za-z0-9]{15}$/);
    expect(await post('shorten/fetch', { short_key })).toMatchObject({ long_data: 'https://a/' });
    platform.clock.advance(60_000);
    expect(await post('shorten/fetch', { short_key })).toMatchObject({ errcode: 9410012 });
    const long = { long_data: 'x'.repeat(4097) };
    expect(await post('shorten/gen', long)).toMatchObject({ errcode: 9410010 });
    const late = { long_data: 'x', expire_seconds: 2_592_001 };
    expect(await post('shorten/gen', late)).toMatchObject({ errcode: 9410011 });
  });
});
