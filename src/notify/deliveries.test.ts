import { expect, test } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import {
  keepSubscriptions,
  recordDelivery,
  recordSubscriptionDelivery,
  sendNotices,
} from './index.ts';
import { NoticeModel } from './notice.model.ts';
import { subscriptionsLeft } from './subscriptions.ts';

const desk = useNoticeDesk();
const send = () => sendNotices(desk.ctx(), desk.sender());
const HTML = [200, '<html></html>'] as const;
const OTHER = { templateMsgId: '0', status: 'success' } as const;

test('a report without a usable number belongs to the one message of just now', async () => {
  const { openId, noticeId } = await desk.parcel();
  await NoticeModel.deleteMany({ _id: { $ne: noticeId } });
  await send();
  desk.wait(5);
  await recordDelivery(desk.ctx(), { ...OTHER, openId });
  expect(await NoticeModel.findById(noticeId).lean()).toMatchObject({ delivery: 'success' });
});

test('what was unknown is known by the report of the platform, and is not sent again', async () => {
  const { openId, noticeId } = await desk.parcel();
  await NoticeModel.deleteMany({ _id: { $ne: noticeId } });
  desk.answers = [HTML];
  await send();
  await recordDelivery(desk.ctx(), { templateMsgId: '77', status: 'blocked', openId });
  desk.wait(60);
  await send();
  expect(desk.asked).toHaveLength(1);
  expect(await NoticeModel.findById(noticeId).lean()).toMatchObject({
    status: 'sent',
    delivery: 'blocked',
  });
});

test('a report that may mean two messages means none, and one of a stranger nothing', async () => {
  const { _id, openId, noticeId } = await desk.parcel();
  await desk.credit(_id);
  await send();
  await recordDelivery(desk.ctx(), { ...OTHER, openId });
  await recordDelivery(desk.ctx(), { ...OTHER, openId: 'o_nobody' });
  expect((await NoticeModel.findById(noticeId).lean())?.delivery).toBeUndefined();
});

test('a subscription notice is reported by its follower and time', async () => {
  const { _id, openId, noticeId } = await desk.parcel();
  await NoticeModel.deleteMany({ _id: { $ne: noticeId } });
  const answers = [{ templateId: 'SUB_SHIPPED', choice: 'accept' } as const];
  await keepSubscriptions(desk.ctx(), { openId, answers });
  desk.answers = [[200, { errcode: 40_037, errmsg: 'gone' }]];
  await send();
  await recordSubscriptionDelivery(desk.ctx(), { openId, isDelivered: false });
  expect(await NoticeModel.findById(noticeId).lean()).toMatchObject({ delivery: 'failed' });
  expect(await subscriptionsLeft(desk.ctx(), _id, 'SUB_SHIPPED')).toBe(0);
});

test('agreements add up, the same push counts once, and a no ends them', async () => {
  const { _id, openId } = await desk.follower().then((member) => ({
    ...member,
    openId: member.openId ?? '',
  }));
  const left = () => subscriptionsLeft(desk.ctx(), _id, 'T1');
  const say = (choice: 'accept' | 'reject', cause: string) =>
    keepSubscriptions(desk.ctx({ cause }), { openId, answers: [{ templateId: 'T1', choice }] });
  await say('accept', 'push:1');
  await say('accept', 'push:1');
  await say('accept', 'push:2');
  expect(await left()).toBe(2);
  await say('reject', 'push:3');
  expect(await left()).toBe(0);
  await keepSubscriptions(desk.ctx(), {
    openId: 'o_stranger',
    answers: [{ templateId: 'T1', choice: 'accept' }],
  });
});
