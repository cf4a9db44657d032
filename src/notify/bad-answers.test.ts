import { describe, expect, test } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import * as settings from '../loyalty/settings/index.ts';
import { RemoteError } from '../platform/remote.ts';
import { openWindow, remindOfCheckIn, sendNotices, stoppedNotices } from './index.ts';
import { NoticeModel } from './notice.model.ts';

const desk = useNoticeDesk();
const send = () => sendNotices(desk.ctx(), desk.sender());
const refused = (errcode: number) => [200, { errcode, errmsg: 'no' }] as const;
const HTML = [200, '<html>502 Bad Gateway</html>'] as const;
const EMPTY = [200, ''] as const;

/** A member with a notice of changed points that is due. */
async function told() {
  const member = await desk.follower();
  await desk.credit(member._id);
  const notice = async () =>
    (await desk.noticesOf(member._id)).find(({ kind }) => kind === 'points-changed');
  return { ...member, openId: member.openId ?? '', notice };
}

describe('a template message whose reply was lost', () => {
  test.each([
    ['HTML instead of JSON', [HTML], 'not-json 200'],
    ['an empty body', [EMPTY], 'not-json 200'],
    [
      'a busy server, three times',
      Array.from({ length: 3 }, () => [503, ''] as const),
      'status 503',
    ],
    ['another shape', [[200, { ok: true }] as const], 'unexpected'],
  ])('is sent again under the same id within ten minutes: %s', async (_name, answers, because) => {
    const member = await told();
    desk.answers = [...answers];
    await send();
    expect(await member.notice()).toMatchObject({
      status: 'waiting',
      failures: 1,
      attempts: [{ channel: 'template', outcome: 'unknown', because }],
    });
    desk.wait(1);
    await send();
    expect(await member.notice()).toMatchObject({ status: 'sent' });
    expect(new Set(desk.asked.map(({ id }) => id)).size).toBe(1);
  });

  test('ends as unknown when the platform does not answer for ten minutes', async () => {
    const member = await told();
    desk.answers = Array.from({ length: 3 }, () => HTML);
    await send();
    for (const minutes of [1, 5, 30]) {
      desk.wait(minutes);
      await send();
    }
    expect(await member.notice()).toMatchObject({ status: 'unknown', because: 'not-json 200' });
    expect(desk.asked).toHaveLength(3);
    desk.wait(600);
    await send();
    expect(desk.asked).toHaveLength(3);
  });

  test('ends as unknown when a repeat is refused, whatever the first one did', async () => {
    const member = await told();
    desk.answers = [HTML, refused(47_003)];
    await send();
    desk.wait(1);
    await send();
    expect(await member.notice()).toMatchObject({ status: 'unknown', because: 'errcode 47003' });
  });
});

test('a customer message whose reply was lost is never sent again', async () => {
  const member = await desk.follower();
  const openId = member.openId ?? '';
  await openWindow(desk.keyValue, { openId, by: 'message', at: desk.now });
  await remindOfCheckIn(desk.ctx(), member._id);
  desk.now = new Date('2026-11-22T09:00:00+08:00');
  desk.answers = [HTML];
  await send();
  desk.wait(60);
  await send();
  expect(desk.asked.map(({ way }) => way)).toEqual(['customer']);
  expect(await desk.noticesOf(member._id)).toMatchObject([
    { status: 'unknown', because: 'not-json 200' },
  ]);
});

test('a customer message for which no token can be had was not sent: it waits, and goes out once', async () => {
  const member = await desk.follower();
  await openWindow(desk.keyValue, { openId: member.openId ?? '', by: 'message', at: desk.now });
  await remindOfCheckIn(desk.ctx(), member._id);
  desk.now = new Date('2026-11-22T09:00:00+08:00');
  const lost = new RemoteError('wechat', { reason: 'timeout' });
  const tokenless = { current: () => Promise.reject(lost), refreshed: () => Promise.reject(lost) };
  await sendNotices(desk.ctx(), desk.sender(tokenless));
  expect(desk.asked).toEqual([]);
  expect(await desk.noticesOf(member._id)).toMatchObject([
    { status: 'waiting', attempts: [{ channel: 'customer', outcome: 'put-off' }] },
  ]);
  desk.wait(1);
  await send();
  expect(desk.asked.map(({ way }) => way)).toEqual(['customer']);
  expect(await desk.noticesOf(member._id)).toMatchObject([{ status: 'sent' }]);
});

test('a busy platform is asked three times at once, and again later', async () => {
  const member = await told();
  desk.answers = [refused(-1), refused(-1), refused(-1)];
  await send();
  expect(await member.notice()).toMatchObject({ status: 'waiting', failures: 1 });
  desk.wait(1);
  await send();
  expect(await member.notice()).toMatchObject({ status: 'sent' });
});

describe('a template whose fields changed at the platform', () => {
  test('is a clear record, and the notice goes out when the templates are matched again', async () => {
    const member = await told();
    desk.answers = [refused(47_003)];
    await send();
    expect(await member.notice()).toMatchObject({
      status: 'failed',
      because: 'errcode 47003',
      attempts: [{ channel: 'template', outcome: 'failed', because: 'errcode 47003' }],
    });
    await desk.sync();
    await send();
    expect(await member.notice()).toMatchObject({ status: 'sent' });
  });
});

describe('a way that the platform closed', () => {
  test.each([40_037, 48_001, 48_004])(
    'is not asked again until the templates are matched, and then nothing was lost: %i',
    async (errcode) => {
      const [first, second] = [await told(), await told()];
      desk.answers = [refused(errcode)];
      await send();
      expect(desk.asked).toHaveLength(1);
      desk.wait(60);
      const third = await told();
      await send();
      expect(desk.asked).toHaveLength(1);
      expect(await third.notice()).toMatchObject({ status: 'skipped', because: 'stopped' });
      expect(await stoppedNotices(desk.ctx())).toMatchObject([
        { channel: 'template', kind: 'points-changed', because: `errcode ${errcode}` },
      ]);
      await desk.sync();
      expect(await stoppedNotices(desk.ctx())).toEqual([]);
      await send();
      for (const { notice } of [first, second, third]) {
        expect(await notice()).toMatchObject({ status: 'sent' });
      }
    },
  );

  test('for a wrong setting of the account is asked again after an hour', async () => {
    const [first, second] = [await told(), await told()];
    desk.answers = [refused(40_164)];
    await send();
    for (const { notice } of [first, second]) {
      const dueAt = new Date('2026-11-21T11:00:00+08:00');
      expect(await notice()).toMatchObject({ status: 'waiting', failures: 0, dueAt });
    }
    expect(desk.asked).toHaveLength(1);
    desk.wait(61);
    await send();
    for (const { notice } of [first, second]) {
      expect(await notice()).toMatchObject({ status: 'sent' });
    }
  });
});

describe('the quota of the day', () => {
  test('used up, closes the way until midnight in Shanghai, and loses nothing', async () => {
    const member = await told();
    desk.answers = [refused(45_009)];
    await send();
    expect(await member.notice()).toMatchObject({
      status: 'waiting',
      failures: 0,
      dueAt: new Date('2026-11-22T00:00:00+08:00'),
    });
    const other = await told();
    await send();
    expect(desk.asked).toHaveLength(1);
    expect(await other.notice()).toMatchObject({ dueAt: new Date('2026-11-22T00:00:00+08:00') });
    desk.now = new Date('2026-11-22T08:00:00+08:00');
    await send();
    await send();
    expect(await member.notice()).toMatchObject({ status: 'sent' });
    expect(await other.notice()).toMatchObject({ status: 'sent' });
  });

  test('is not used up by facts: the last part is for order updates', async () => {
    const quota = { template: 4, customer: 100, reservePercent: 50 };
    await settings.change(desk.ctx(), 'notices', { quota });
    const all = [await told(), await told(), await told()];
    await send();
    const statuses = await Promise.all(all.map(async ({ notice }) => (await notice())?.status));
    expect(statuses.toSorted()).toEqual(['sent', 'sent', 'waiting']);
    const { noticeId } = await desk.parcel();
    await send();
    expect(await NoticeModel.findById(noticeId).lean()).toMatchObject({ status: 'sent' });
    await settings.change(desk.ctx(), 'notices', {
      quota: { template: 100_000, customer: 500_000, reservePercent: 5 },
    });
  });
});

test('while the platform does not answer, one notice finds out and the others wait', async () => {
  const all = await Promise.all(Array.from({ length: 40 }, told));
  const statuses = async () =>
    Promise.all(all.map(async ({ notice }) => (await notice())?.attempts?.length ?? 0));
  desk.answers = Array.from({ length: 3 }, () => HTML);
  await send();
  expect((await statuses()).filter((attempts) => attempts > 0)).toHaveLength(1);
  await send();
  expect(desk.asked).toHaveLength(1);
  for (const seconds of [31, 31]) {
    desk.now = new Date(desk.now.getTime() + seconds * 1000);
    await send();
  }
  expect(desk.asked).toHaveLength(3);
  desk.wait(1);
  await send();
  const ends = await Promise.all(all.map(async ({ notice }) => (await notice())?.status));
  expect(ends.filter((status) => status !== 'sent')).toHaveLength(1);
  desk.wait(6);
  await send();
  expect((await statuses()).every((attempts) => attempts > 0)).toBe(true);
});

test('a notice that breaks our own code is in nobody’s way', async () => {
  const [broken, other] = [await told(), await told()];
  const seq = 'points-changed';
  await NoticeModel.updateOne(
    { memberId: broken._id, kind: seq },
    { $set: { kind: 'order-shipped', about: 'ord_none' } },
  );
  await send();
  expect(await other.notice()).toMatchObject({ status: 'sent' });
  const [left] = await NoticeModel.find({ memberId: broken._id, kind: 'order-shipped' }).lean();
  expect(left).toMatchObject({ status: 'waiting', dueAt: new Date('2026-11-21T11:00:00+08:00') });
});
