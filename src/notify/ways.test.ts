import { describe, expect, test } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import * as checkin from '../loyalty/checkin/index.ts';
import * as members from '../loyalty/members/index.ts';
import {
  keepSubscriptions,
  openWindow,
  remindOfCheckIn,
  sendNotices,
  tellParked,
} from './index.ts';
import { subscriptionsLeft } from './subscriptions.ts';

const desk = useNoticeDesk();
const REFUSED = (errcode: number) => [200, { errcode, errmsg: 'no' }] as const;

const send = () => sendNotices(desk.ctx(), desk.sender());
const found = async ({ _id, noticeId }: { _id: members.Member['_id']; noticeId: string }) =>
  (await desk.noticesOf(_id)).find((notice) => notice._id === noticeId);
const ways = () => desk.asked.map(({ way }) => way);

describe('an order update', () => {
  test('goes as a template message first', async () => {
    const member = await desk.parcel();
    await send();
    expect(ways()).toEqual(['template']);
    expect(await found(member)).toMatchObject({ status: 'sent', templateMsgId: '700' });
  });

  test('goes as a subscription notice when its template is gone, and uses one consent up', async () => {
    const member = await desk.parcel();
    const yes = {
      openId: member.openId,
      answers: [{ templateId: 'SUB_SHIPPED', choice: 'accept' }],
    };
    await keepSubscriptions(desk.ctx(), yes as never);
    desk.answers = [REFUSED(40_037)];
    await send();
    expect(ways()).toEqual(['template', 'subscription']);
    expect(await found(member)).toMatchObject({ status: 'sent' });
    expect(await subscriptionsLeft(desk.ctx(), member._id, 'SUB_SHIPPED')).toBe(0);
  });

  test('goes as a customer message while a window is open', async () => {
    const member = await desk.parcel();
    await openWindow(desk.keyValue, { openId: member.openId, by: 'message', at: desk.now });
    desk.answers = [REFUSED(47_003)];
    await send();
    expect(ways()).toEqual(['template', 'customer']);
    expect(desk.asked[1]?.text).toBe(
      '「米白帆布袋」已发出，顺丰速运单号 SF1024572046。回复「订单」看详情。',
    );
    expect((await found(member))?.attempts).toMatchObject([
      { channel: 'template', outcome: 'failed', because: 'errcode 47003' },
      { channel: 'customer', outcome: 'sent' },
    ]);
  });

  test('goes to the phone of the order where a gateway is configured, and is sent once', async () => {
    const member = await desk.parcel();
    const sent: unknown[] = [];
    desk.gateway = {
      send: async (message) => {
        sent.push(message);
        return { outcome: 'sent', msgId: 'sms-1' };
      },
    };
    desk.answers = [REFUSED(47_003)];
    await send();
    await send();
    expect(sent).toEqual([
      {
        to: '13812342046',
        text: '【示范小店】你的「米白帆布袋」已发出，顺丰速运单号 SF1024572046。',
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
      },
    ]);
    expect(await found(member)).toMatchObject({ status: 'sent' });
  });

  test('waits for the next message when no way is open, and is told once', async () => {
    const member = await desk.parcel();
    desk.answers = [REFUSED(47_003)];
    await send();
    expect(await found(member)).toMatchObject({ status: 'parked' });
    const lines = await desk.linesOf(member.openId);
    expect(lines.map(({ id }) => id)).toEqual([member.noticeId]);
    expect(await tellParked(desk.ctx(), [member.noticeId])).toEqual(new Set([member.noticeId]));
    expect(await tellParked(desk.ctx(), [member.noticeId])).toEqual(new Set());
    expect(await found(member)).toMatchObject({ status: 'sent' });
  });

  test('is put there again when the store lost it, and expires after seven days', async () => {
    const member = await desk.parcel();
    desk.answers = [REFUSED(47_003)];
    await send();
    desk.forgetAll();
    desk.wait(6 * 60);
    await send();
    const lines = await desk.linesOf(member.openId);
    expect(lines.map(({ id }) => id)).toEqual([member.noticeId]);
    desk.wait(7 * 24 * 60);
    await send();
    expect(await found(member)).toMatchObject({ status: 'expired', because: 'no-contact' });
    expect(await tellParked(desk.ctx(), [member.noticeId])).toEqual(new Set());
  });

  test('that waits is not told after an unfollow, also not to who came back', async () => {
    const member = await desk.parcel();
    desk.answers = [REFUSED(47_003)];
    await send();
    desk.wait(60);
    await members.leave(desk.ctx(), { openId: member.openId, at: desk.now });
    desk.wait(60);
    const back = { openId: member.openId, at: desk.now, by: 'subscribe' } as const;
    await members.enrol(desk.ctx(), back);
    desk.wait(6 * 60);
    await send();
    expect(await found(member)).toMatchObject({ status: 'skipped', because: 'not-following' });
  });
});

describe('a member whose unfollow was lost', () => {
  test('counts as gone when the platform says so, and is not written to again', async () => {
    const member = await desk.parcel();
    desk.answers = [REFUSED(43_004)];
    await send();
    expect(await found(member)).toMatchObject({ status: 'failed', because: 'errcode 43004' });
    expect((await members.getMember(desk.ctx(), member._id)).status).toBe('left');
    await desk.credit(member._id);
    await send();
    expect(ways()).toEqual(['template']);
  });
});

describe('a reminder of the check-in', () => {
  test('comes the next morning as a customer message, once', async () => {
    const member = await desk.follower();
    const openId = member.openId ?? '';
    await openWindow(desk.keyValue, { openId, by: 'message', at: desk.now });
    const dueAt = await remindOfCheckIn(desk.ctx(), member._id);
    expect(dueAt).toEqual(new Date('2026-11-22T09:00:00+08:00'));
    await remindOfCheckIn(desk.ctx(), member._id);
    desk.now = new Date('2026-11-22T08:59:59+08:00');
    await send();
    expect(desk.asked).toEqual([]);
    desk.now = new Date('2026-11-22T09:00:00+08:00');
    await send();
    await send();
    expect(desk.asked.map(({ text }) => text)).toEqual([
      '你要的签到提醒：今天还没签到的话，回复「签到」就行。只提醒这一次。',
    ]);
  });

  test('comes as a subscription notice, never as a template message', async () => {
    const member = await desk.follower();
    const openId = member.openId ?? '';
    const yes = { openId, answers: [{ templateId: 'SUB_CHECKIN', choice: 'accept' } as const] };
    await keepSubscriptions(desk.ctx(), yes);
    await remindOfCheckIn(desk.ctx(), member._id);
    desk.now = new Date('2026-11-22T09:00:00+08:00');
    await send();
    expect(desk.asked).toMatchObject([{ way: 'subscription', templateId: 'SUB_CHECKIN' }]);
  });

  test('is not sent to who has checked in, nor after 退订, nor a day late', async () => {
    const [keen, quiet, late] = [
      await desk.follower(),
      await desk.follower(),
      await desk.follower(),
    ];
    for (const { _id } of [keen, quiet]) await remindOfCheckIn(desk.ctx(), _id);
    desk.now = new Date('2026-11-20T10:00:00+08:00');
    await remindOfCheckIn(desk.ctx(), late._id);
    desk.now = new Date('2026-11-22T09:00:00+08:00');
    await checkin.checkIn(desk.ctx(), keen._id);
    await members.switchNotices(desk.ctx(), quiet._id, 'off');
    await send();
    expect(desk.asked).toEqual([]);
    const [reminder] = await desk.noticesOf(keen._id);
    expect(reminder).toMatchObject({ kind: 'checkin-reminder', because: 'no-longer-true' });
    expect(await desk.noticesOf(quiet._id)).toMatchObject([{ because: 'opted-out' }]);
    expect(await desk.noticesOf(late._id)).toMatchObject([{ because: 'no-longer-true' }]);
  });

  test('that waits for the next message is not told after 退订, nor on another day', async () => {
    const member = await desk.follower();
    await remindOfCheckIn(desk.ctx(), member._id);
    desk.now = new Date('2026-11-22T09:00:00+08:00');
    await send();
    const [notice] = await desk.noticesOf(member._id);
    expect(notice?.status).toBe('parked');
    const [line] = await desk.linesOf(member.openId ?? '');
    expect(line?.untilMs).toBe(Date.parse('2026-11-23T00:00:00+08:00'));
    await members.switchNotices(desk.ctx(), member._id, 'off');
    expect(await tellParked(desk.ctx(), [notice?._id ?? ''])).toEqual(new Set());
  });
});
