import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { WechatError } from '../api-errors.ts';
import { caller } from './caller.ts';
import { media } from './media.ts';
import { mediaFileAt } from './media-file.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly type: string;
  readonly length: number;
  readonly body: string;
}

/** The platform: what arrived whole, and what it answers. */
let seen: Seen[] = [];
let answer: (response: ServerResponse, request: IncomingMessage) => void;
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part) => parts.push(part));
  request.on('error', () => undefined);
  request.on('end', () => {
    const { method = '', url = '', headers } = request;
    const type = headers['content-type'] ?? '';
    const body = Buffer.concat(parts).toString('latin1');
    seen.push({ method, url, type, length: Number(headers['content-length']), body });
    answer(response, request);
  });
});
const token = { current: async () => 'T', refreshed: async () => 'T2' };
let api: ReturnType<typeof media>;
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const json = (value: unknown) => (response: ServerResponse) => {
  response.setHeader('content-type', 'application/json; encoding=utf-8');
  response.end(typeof value === 'string' ? value : JSON.stringify(value));
};
const bytes =
  (type: string, body: Buffer, length = body.length) =>
  (response: ServerResponse) => {
    if (type) response.setHeader('content-type', type);
    response.setHeader('content-disposition', 'attachment; filename="M1.jpg"');
    if (length >= 0) response.setHeader('content-length', length);
    response.write(body, () => (length > body.length ? response.destroy() : response.end()));
  };
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, ...Buffer.from('the rest of a picture')]);
const file = (name: string, content: Buffer, sizeBytes = content.length) => ({
  name,
  sizeBytes,
  async *open() {
    for (let at = 0; at < content.length; at += 7) yield content.subarray(at, at + 7);
  },
});
async function read(content: AsyncIterable<Uint8Array>) {
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = new URL(`http://127.0.0.1:${port}/`);
  api = media(caller({ baseUrl, token, pause: async () => undefined }), { timeoutMs: 800 });
});
beforeEach(() => {
  seen = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('a file goes up as a form whose size is announced', async () => {
  answer = json({ type: 'image', media_id: 'M1', created_at: 1_700_000_000 });
  expect(await api.upload('image', file('a"b.JPG', JPEG))).toEqual({
    mediaId: 'M1',
    createdAt: new Date(1_700_000_000_000),
  });
  const [sent] = seen;
  expect(sent).toMatchObject({ method: 'POST' });
  expect(sent?.url).toBe('/cgi-bin/media/upload?access_token=T&type=image');
  const boundary = /^multipart\/form-data; boundary=([\w-]+)$/.exec(sent?.type ?? '')?.[1];
  expect(sent?.body).toBe(
    `--${boundary}\r\nContent-Disposition: form-data; name="media"; filename="a_b.JPG"\r\n` +
      `Content-Type: image/jpeg\r\n\r\n${JPEG.toString('latin1')}\r\n--${boundary}--\r\n`,
  );
  expect(sent?.length).toBe(sent?.body.length);
});

test('a file on disk goes up, and a thumbnail may be named otherwise', async () => {
  answer = json({ type: 'thumb', thumb_media_id: 'M2', created_at: '1' });
  const folder = await mkdtemp(join(tmpdir(), 'media-'));
  await writeFile(join(folder, 'a.jpg'), JPEG);
  const thumb = await mediaFileAt(join(folder, 'a.jpg'));
  expect(await api.upload('thumb', thumb)).toMatchObject({ mediaId: 'M2' });
  await rm(folder, { recursive: true });
});

test('after a refused token the whole file goes up again', async () => {
  answer = (response) =>
    json(
      seen.length === 1
        ? { errcode: 42_001, errmsg: 'expired' }
        : { media_id: 'M1', created_at: 1 },
    )(response);
  expect(await api.upload('image', file('a.jpg', JPEG))).toMatchObject({ mediaId: 'M1' });
  expect(seen.map(({ body }) => body.includes(JPEG.toString('latin1')))).toEqual([true, true]);
  expect(seen[1]?.url).toContain('access_token=T2');
});

test.each([
  ['larger', JPEG.length - 1],
  ['smaller', JPEG.length + 1],
])('a file that is %s than announced fails, and no whole form arrives', async (_, size) => {
  answer = json({ media_id: 'M1', created_at: 1 });
  const error = await caught(api.upload('image', file('a.jpg', JPEG, size)));
  expect(error).toMatchObject({ code: 'MEDIA_SIZE_WRONG', details: { announcedBytes: size } });
  expect(seen).toEqual([]);
});

test('a file that is not what its name says fails, and no whole form arrives', async () => {
  const error = await caught(api.upload('image', file('a.png', JPEG)));
  expect(error).toMatchObject({ code: 'MEDIA_FORMAT_WRONG' });
  expect(seen).toEqual([]);
});

const MB = 1024 * 1024;
test.each([
  ['image', 'a.bmp', 5, 'MEDIA_FORMAT_WRONG'],
  ['image', 'a', 5, 'MEDIA_FORMAT_WRONG'],
  ['voice', 'a.wav', 5, 'MEDIA_FORMAT_WRONG'],
  ['thumb', 'a.png', 5, 'MEDIA_FORMAT_WRONG'],
  ['image', 'a.jpg', 10 * MB + 1, 'MEDIA_TOO_LARGE'],
  ['voice', 'a.mp3', 2 * MB + 1, 'MEDIA_TOO_LARGE'],
  ['video', 'a.mp4', 10 * MB + 1, 'MEDIA_TOO_LARGE'],
  ['thumb', 'a.jpg', 64 * 1024 + 1, 'MEDIA_TOO_LARGE'],
  ['image', 'a.jpg', 0, 'MEDIA_TOO_LARGE'],
] as const)('as %s, %s of %i bytes is not sent', async (type, name, size, code) => {
  expect(await caught(api.upload(type, file(name, JPEG, size)))).toMatchObject({ code });
  expect(seen).toEqual([]);
});

test('an image for articles goes up while it has less than 1 MB', async () => {
  answer = json({ url: 'https://mmbiz.qpic.cn/a' });
  const given = await api.uploadArticleImage(file('a.jpg', JPEG));
  expect(given).toEqual({ url: 'https://mmbiz.qpic.cn/a' });
  expect(seen[0]?.url).toBe('/cgi-bin/media/uploadimg?access_token=T');
  const large = file('a.jpg', JPEG, MB);
  expect(await caught(api.uploadArticleImage(large))).toMatchObject({ code: 'MEDIA_TOO_LARGE' });
});

test('a file comes down as a stream', async () => {
  answer = bytes('image/jpeg', JPEG);
  const given = await api.download('M1');
  if (given.outcome !== 'file') throw new Error('a file was given');
  expect(given).toMatchObject({
    contentType: 'image/jpeg',
    name: 'M1.jpg',
    sizeBytes: JPEG.length,
  });
  expect(await read(given.content)).toEqual(JPEG);
  expect(seen[0]?.url).toBe('/cgi-bin/media/get?access_token=T&media_id=M1');
});

test('a file without a type is known by its name, a voice comes in better quality', async () => {
  answer = bytes('', JPEG);
  const given = await api.downloadVoice('M1');
  expect(await read(given.content)).toEqual(JPEG);
  expect(seen[0]?.url).toBe('/cgi-bin/media/get/jssdk?access_token=T&media_id=M1');
});

test('of a video the address is told', async () => {
  answer = json({ video_url: 'https://vweixin.tc.qq.com/a' });
  const given = await api.download('M1');
  expect(given).toEqual({ outcome: 'video', url: 'https://vweixin.tc.qq.com/a' });
});

test.each(['application/json', 'text/plain', ''])('JSON as %j is an error', async (type) => {
  answer = (response) => {
    if (type) response.setHeader('content-type', type);
    response.end('{"errcode":40007,"errmsg":"invalid media_id"}');
  };
  const error = await caught(api.download('M1'));
  expect(error).toBeInstanceOf(WechatError);
  expect(error).toMatchObject({ errcode: 40_007, advice: 'value' });
});

test.each([
  ['a page', 'text/html', '<html></html>', 'not-json'],
  ['nothing', 'application/json', '', 'not-json'],
  ['JSON of another shape', 'application/json', '{"video_url":"javascript:a"}', 'unexpected'],
])('%s instead of a file is a failure', async (_, type, body, reason) => {
  answer = (response) => {
    response.setHeader('content-type', type);
    response.end(body);
  };
  expect(await caught(api.download('M1'))).toMatchObject({ name: 'RemoteError', reason });
});

test.each([
  ['an error of the server', (r: ServerResponse) => void r.writeHead(502).end(), 'status'],
  ['a reset', (r: ServerResponse) => void r.destroy(), 'unreachable'],
  ['silence', () => undefined, 'timeout'],
])('%s is a failure, up and down', async (_, play, reason) => {
  answer = play;
  expect(await caught(api.download('M1'))).toMatchObject({ reason });
  expect(await caught(api.upload('image', file('a.jpg', JPEG)))).toMatchObject({ reason });
});

test('a file past the limit is refused by its announced size, and else while it is read', async () => {
  answer = bytes('image/jpeg', JPEG);
  const error = await caught(api.download('M1', { bytesMax: 10 }));
  expect(error).toMatchObject({ kind: 'limited', code: 'MEDIA_TOO_LARGE' });
  answer = bytes('image/jpeg', JPEG, -1);
  const given = await api.download('M1', { bytesMax: 10 });
  if (given.outcome !== 'file') throw new Error('a file was given');
  expect(await caught(read(given.content))).toMatchObject({ code: 'MEDIA_TOO_LARGE' });
});

test('a file that ends before its announced size is a failure', async () => {
  answer = bytes('image/jpeg', JPEG, JPEG.length + 5);
  const given = await api.download('M1');
  if (given.outcome !== 'file') throw new Error('a file was given');
  expect(await caught(read(given.content))).toMatchObject({ reason: 'unreachable' });
});

test('permanent media are put up, videos with what is said of them', async () => {
  answer = json({ media_id: 'P1', url: 'https://mmbiz.qpic.cn/a' });
  expect(await api.permanent.add('image', file('a.jpg', JPEG))).toEqual({
    mediaId: 'P1',
    url: 'https://mmbiz.qpic.cn/a',
  });
  answer = json({ media_id: 'P2' });
  const mp4 = Buffer.from('\0\0\0\x20ftypisom and more');
  const said = { title: '积分', description: '"quoted"' };
  expect(await api.permanent.addVideo(file('a.mp4', mp4), said)).toMatchObject({ url: null });
  expect(seen.map(({ url }) => url)).toEqual([
    '/cgi-bin/material/add_material?access_token=T&type=image',
    '/cgi-bin/material/add_material?access_token=T&type=video',
  ]);
  const body = Buffer.from(seen[1]?.body ?? '', 'latin1').toString('utf8');
  expect(body).toContain(
    'name="description"\r\n\r\n{"title":"积分","introduction":"\\"quoted\\""}\r\n',
  );
});

test('a permanent id gives a file, a video or articles', async () => {
  answer = bytes('image/jpeg', JPEG);
  expect(await api.permanent.download('P1')).toMatchObject({ outcome: 'file' });
  expect(seen[0]).toMatchObject({ method: 'POST', body: '{"media_id":"P1"}' });
  answer = json({ title: 't', description: 'd', down_url: 'https://v.cn/a' });
  expect(await api.permanent.download('P2')).toEqual({
    outcome: 'video',
    title: 't',
    description: 'd',
    url: 'https://v.cn/a',
  });
  answer = json({ news_item: [{ title: 't', url: 'https://mp/s', content: '<p>' }] });
  expect(await api.permanent.download('P3')).toEqual({
    outcome: 'articles',
    articles: [{ title: 't', url: 'https://mp/s' }],
  });
});

test('permanent media are counted, listed and deleted', async () => {
  answer = json({ voice_count: 1, video_count: 2, image_count: 3, news_count: 4 });
  expect(await api.permanent.count()).toEqual({ voice: 1, video: 2, image: 3, news: 4 });
  const item = { media_id: 'P1', name: 'a.jpg', url: 'https://a', update_time: 1 };
  answer = json({ total_count: 1, item_count: 1, item: [item] });
  expect(await api.permanent.list('image', { offset: 0, count: 20 })).toEqual({
    totalCount: 1,
    items: [
      {
        mediaId: 'P1',
        name: 'a.jpg',
        url: 'https://a',
        updatedAt: new Date(1000),
        articles: [],
      },
    ],
  });
  answer = json({ errcode: 0 });
  await api.permanent.remove('P1');
  expect(seen.slice(1).map(({ body }) => body)).toEqual([
    '{"type":"image","offset":0,"count":20}',
    '{"media_id":"P1"}',
  ]);
  answer = json({ errcode: 48_005, errmsg: 'in use' });
  expect(await caught(api.permanent.remove('P1'))).toMatchObject({ errcode: 48_005 });
});

test.each([0, 21])('a page of %i is not asked for', async (count) => {
  const error = await caught(api.permanent.list('image', { offset: 0, count }));
  expect(error).toMatchObject({ code: 'MATERIAL_PAGE_INVALID' });
});
