import nock from 'nock';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { WechatError } from '../api-errors.ts';
import { caller } from './caller.ts';
import { mass } from './mass.ts';
import type { MassContent } from './mass-content.ts';

const platform = nock('https://api.weixin.qq.com');
const baseUrl = new URL('https://api.weixin.qq.com/');
const token = { current: async () => 'T', refreshed: async () => 'T2' };
const api = mass(caller({ baseUrl, token, pause: async () => undefined }));
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const OK = { errcode: 0, errmsg: 'ok' };
const at = (path: string) => `/cgi-bin/${path}?access_token=T`;
const text: MassContent = { type: 'text', text: '积分' };

beforeAll(() => nock.disableNetConnect());
afterEach(() => {
  const pending = nock.pendingMocks();
  nock.cleanAll();
  expect(pending).toEqual([]);
});

test.each<[MassContent, object]>([
  [text, { msgtype: 'text', text: { content: '积分' } }],
  [
    { type: 'mpnews', mediaId: 'm' },
    { msgtype: 'mpnews', mpnews: { media_id: 'm' } },
  ],
  [
    { type: 'voice', mediaId: 'm' },
    { msgtype: 'voice', voice: { media_id: 'm' } },
  ],
  [
    { type: 'image', mediaIds: ['a', 'b'], recommendation: 'x', comments: 'followers' },
    {
      msgtype: 'image',
      images: {
        media_ids: ['a', 'b'],
        recommend: 'x',
        need_open_comment: 1,
        only_fans_can_comment: 1,
      },
    },
  ],
  [
    { type: 'mpvideo', mediaId: 'm', title: 't' },
    { msgtype: 'mpvideo', mpvideo: { media_id: 'm', title: 't' } },
  ],
])('%j goes to all', async (content, branch) => {
  const json = {
    filter: { is_to_all: true },
    ...branch,
    send_ignore_reprint: 0,
    clientmsgid: 'c1',
  };
  platform
    .post(at('message/mass/sendall'), json)
    .reply(200, '{"errcode":0,"msg_id":18446744073709551615,"msg_data_id":2247483650}');
  expect(await api.sendToAll({ content, clientMsgId: 'c1' })).toEqual({
    msgId: '18446744073709551615',
    msgDataId: '2247483650',
    repeated: false,
  });
});

test('a tag or a list of open ids is addressed, reprints too where that is asked for', async () => {
  const rest = { msgtype: 'text', text: { content: '积分' }, clientmsgid: 'c' };
  platform
    .post(at('message/mass/sendall'), {
      filter: { is_to_all: false, tag_id: 2 },
      ...rest,
      send_ignore_reprint: 1,
    })
    .reply(200, { ...OK, msg_id: 1 });
  platform
    .post(at('message/mass/send'), { touser: ['o1', 'o2'], ...rest, send_ignore_reprint: 0 })
    .reply(200, { ...OK, msg_id: 2 });
  const message = { content: text, clientMsgId: 'c' };
  expect(await api.sendToTag(2, { ...message, evenIfReprint: true })).toMatchObject({
    msgId: '1',
    msgDataId: null,
  });
  expect(await api.sendTo(['o1', 'o2'], message)).toMatchObject({ msgId: '2' });
});

test.each(['msg_id', 'msgid'])(
  'what was sent before is the job that is there, by %s',
  async (id) => {
    platform
      .post(at('message/mass/send'))
      .reply(200, `{"errcode":45065,"errmsg":"exists","${id}":9007199254740993}`);
    const job = await api.sendTo(['o1', 'o2'], { content: text, clientMsgId: 'c' });
    expect(job).toEqual({ msgId: '9007199254740993', msgDataId: null, repeated: true });
  },
);

test('a repetition without the job that is there is the platform’s error', async () => {
  platform.post(at('message/mass/send')).reply(200, { errcode: 45_065, errmsg: 'exists' });
  const error = await caught(api.sendTo(['o1', 'o2'], { content: text, clientMsgId: 'c' }));
  expect(error).toMatchObject({ errcode: 45_065, advice: 'done' });
});

test('after a lost answer the same id finds the job', async () => {
  platform.post(at('message/mass/send')).replyWithError('reset');
  platform
    .post(at('message/mass/send'), ({ clientmsgid }) => clientmsgid === 'c')
    .reply(200, { errcode: 45_065, errmsg: 'exists', msg_id: 7 });
  const job = await api.sendTo(['o1', 'o2'], { content: text, clientMsgId: 'c' });
  expect(job).toMatchObject({ msgId: '7', repeated: true });
});

test('a preview goes to one person and shows the first image', async () => {
  platform
    .post(at('message/mass/preview'), {
      touser: 'o1',
      msgtype: 'image',
      image: { media_id: 'a' },
    })
    .reply(200, OK);
  platform
    .post(at('message/mass/preview'), { towxname: 'n', msgtype: 'text', text: { content: '积分' } })
    .reply(200, OK);
  await api.preview({ openId: 'o1' }, { type: 'image', mediaIds: ['a', 'b'] });
  await api.preview({ wechatName: 'n' }, text);
});

test.each([
  ['SEND_SUCCESS', 'sent'],
  ['SENDING', 'sending'],
  ['SEND_FAIL', 'failed'],
  ['DELETE', 'deleted'],
  ['NEW_ONE', 'unknown'],
])('the status %s is %s', async (msg_status, expected) => {
  platform.post(at('message/mass/get'), { msg_id: '9' }).reply(200, { msg_id: 9, msg_status });
  expect(await api.statusOf('9')).toBe(expected);
});

test('all or one article of a message is deleted', async () => {
  platform.post(at('message/mass/delete'), { msg_id: 9 }).reply(200, OK);
  platform.post(at('message/mass/delete'), { url: 'https://mp/s', article_idx: 2 }).reply(200, OK);
  await api.remove({ msgId: '9' });
  await api.remove({ url: 'https://mp/s' }, 2);
});

test('the speed is read and set', async () => {
  platform.post(at('message/mass/speed/get'), {}).reply(200, { speed: 3, realspeed: 15 });
  platform.post(at('message/mass/speed/set'), { speed: 4 }).reply(200, OK);
  expect(await api.speed()).toEqual({ step: 3, tenThousandsAMinute: 15 });
  await api.setSpeed(4);
});

test('a video is prepared', async () => {
  platform
    .post(at('media/uploadvideo'), { media_id: 'v', title: 't', description: 'd' })
    .reply(200, { type: 'video', media_id: 'v2', created_at: 1 });
  const video = { mediaId: 'v', title: 't', description: 'd' };
  expect(await api.prepareVideo(video)).toEqual({ mediaId: 'v2' });
});

const message = { content: text, clientMsgId: 'c' };
const many = Array.from({ length: 10_001 }, (_, i) => `o${i}`);
test.each<[string, () => Promise<unknown>]>([
  ['one open id', () => api.sendTo(['o1'], message)],
  ['10,001 open ids', () => api.sendTo(many, message)],
  ['a client id of 33 bytes', () => api.sendToAll({ ...message, clientMsgId: '积'.repeat(11) })],
  ['no client id', () => api.sendToAll({ ...message, clientMsgId: '' })],
  ['no text', () => api.sendToAll({ ...message, content: { type: 'text', text: ' \u0001' } })],
  ['no image', () => api.sendToAll({ ...message, content: { type: 'image', mediaIds: [] } })],
  ['no media id', () => api.sendToAll({ ...message, content: { type: 'voice', mediaId: '' } })],
  ['a tag that is none', () => api.sendToTag(1.5, message)],
  ['article 0', () => api.remove({ msgId: '1' }, 0)],
  ['speed 5', () => api.setSpeed(5 as 4)],
])('%s is not sent', async (_, call) => {
  const error = await caught(call());
  expect(error).toMatchObject({ kind: 'invalid', code: 'MASS_INVALID' });
});

test.each([
  [45_028, 'wait'],
  [89_504, 'wait'],
  [45_066, 'retry'],
  [48_001, 'operator'],
])('the refusal %i is thrown at once', async (errcode, advice) => {
  platform.post(at('message/mass/sendall')).reply(200, { errcode, errmsg: 'no' });
  const error = await caught(api.sendToAll(message));
  expect(error).toBeInstanceOf(WechatError);
  expect(error).toMatchObject({ errcode, advice });
});

test.each([
  ['a page', '<html></html>', 'not-json'],
  ['nothing', '', 'not-json'],
  ['no id', '{"errcode":0}', 'unexpected'],
])('%s instead of a job is a failure', async (_, body, reason) => {
  platform.post(at('message/mass/sendall')).reply(200, body);
  expect(await caught(api.sendToAll(message))).toMatchObject({ name: 'RemoteError', reason });
});
