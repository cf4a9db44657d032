import { expect, test } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import { shelve } from '../../tests/support/shop.ts';
import { newId } from '../kernel/ids.ts';
import * as mall from '../loyalty/mall/index.ts';
import * as members from '../loyalty/members/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import { openWindow, remindOfCheckIn, sendNotices, tellCode } from './index.ts';
import { takePushes } from './push-caps.ts';

const desk = useNoticeDesk();
const send = () => sendNotices(desk.ctx(), desk.sender());

/** A code that comes so many minutes after its payment, at ten past eleven in the night. */
async function lateCode(minutes: number) {
  const member = await desk.follower();
  await desk.credit(member._id, { points: 500 });
  desk.now = new Date('2026-11-22T23:10:00+08:00');
  const ctx = desk.ctx();
  const rewardId = await shelve(ctx);
  await mall.addCodes(ctx, { rewardId, batchId: 'a', codes: [newId('usr', ctx.now).slice(-10)] });
  const orderId = newId('ord', ctx.now);
  await orders.placeOrder(ctx, { orderId, memberId: member._id, rewardId, quotedPoints: 380 });
  await openWindow(desk.keyValue, { openId: member.openId ?? '', by: 'message', at: ctx.now });
  desk.asked.length = 0;
  desk.wait(minutes);
  await tellCode(desk.ctx(), { type: 'order.completed', orderId });
  return { ...member, noticeId: `order-code:${orderId}` };
}

test('a code that was asked for just now comes at any hour', async () => {
  await lateCode(9);
  await send();
  expect(desk.asked.map(({ way }) => way)).toContain('customer');
});

test('a code that was asked for ten minutes ago waits for the morning', async () => {
  await lateCode(10);
  await send();
  expect(desk.asked).toEqual([]);
  desk.now = new Date('2026-11-23T08:00:00+08:00');
  await send();
  expect(desk.asked.map(({ way }) => way)).toContain('customer');
});

test('an order update beyond the five of a day disturbs nobody: it waits for the next message', async () => {
  const member = await desk.follower();
  for (let n = 0; n < 5; n++) await desk.credit(member._id);
  await send();
  const noticeId = await desk.parcelOf(member._id);
  await send();
  expect(desk.asked).toHaveLength(5);
  const notice = (await desk.noticesOf(member._id)).find(({ _id }) => _id === noticeId);
  expect(notice?.status).toBe('parked');
});

test('a reminder on the day of a broadcast is not sent, and takes nobody’s place', async () => {
  const member = await desk.follower();
  await remindOfCheckIn(desk.ctx(), member._id);
  desk.now = new Date('2026-11-22T09:00:00+08:00');
  await takePushes(desk.ctx(), [member._id], 'broadcast');
  await send();
  desk.now = new Date('2026-11-23T09:00:00+08:00');
  await send();
  expect(desk.asked).toEqual([]);
  expect(await desk.noticesOf(member._id)).toMatchObject([
    { status: 'skipped', because: 'no-longer-true' },
  ]);
  expect(await takePushes(desk.ctx(), [member._id], 'next')).toEqual(new Set([member._id]));
});

test('a text is in the language of its member', async () => {
  const member = await lateCode(1);
  await members.setLanguage(desk.ctx(), member._id, 'en');
  await send();
  expect(desk.asked.at(-1)?.text).toMatch(/[a-z]{4}/);
  expect(desk.asked.at(-1)?.text).not.toContain('券码');
});
