import { expect, test } from 'vitest';
import * as mall from '../../src/loyalty/mall/index.ts';
import * as orders from '../../src/loyalty/orders/index.ts';
import { database } from '../../src/platform/mongo.ts';
import { useProgramme } from '../support/programme.ts';
import { shelve } from '../support/shop.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });

function sale(openId: string, purchaseId: string, amountFen: number) {
  return { purchaseId, openId, amountFen, paidAt: programme.ctx().now.toISOString() };
}

/** A notice as it is kept. */
async function kept(kind: string) {
  return database()
    .collection('notices')
    .findOne({ kind }, { sort: { dueAt: -1 } });
}

test('提醒 reminds once, the next morning, of who has not checked in', async () => {
  const [ann, bob] = [programme.follower('ann'), programme.follower('bob')];
  for (const one of [ann, bob]) {
    await one.follows();
    expect(await one.says('提醒')).toBe('好的，明天 9:00 提醒你签到，只提醒这一次。');
  }
  await programme.waitUntil('2026-11-22 08:30');
  await bob.says('签到');
  await programme.waitUntil('2026-11-22 09:00');
  const [annsLast, bobsLast] = [ann.transcript.at(-1), bob.transcript.at(-1)];
  expect(annsLast?.text).toContain('你要的签到提醒：今天还没签到的话');
  expect(bobsLast?.text).toContain('签到成功');
  await programme.waitUntil('2026-11-23 09:00');
  expect(ann.transcript.at(-1)).toEqual(annsLast);
});

test('a reminder without an open window comes with the next answer, once', async () => {
  programme.turnTo('2026-12-01 10:00');
  const cai = programme.follower('cai');
  await cai.follows();
  await cai.says('提醒');
  // A tap on the menu closes the window that the text had opened, a minute later.
  await cai.presses('HELP');
  await programme.waitUntil('2026-12-02 09:00');
  expect(cai.transcript.at(-1)?.text).toContain('发这些词就行');
  await programme.waitUntil('2026-12-02 12:00');
  expect(await cai.says('余额')).toContain('\n你要的签到提醒：');
  expect(await cai.says('余额')).not.toContain('签到提醒');
  expect(await kept('checkin-reminder')).toMatchObject({ status: 'sent' });
});

test('a parcel is told as text when the template is refused, and no fault tells it twice', async () => {
  programme.turnTo('2026-12-03 10:00');
  const dan = programme.follower('dan');
  await dan.follows();
  await dan.isGiven(2000, '2027-12-01');
  await dan.says('地址');
  await dan.fillsInAddress();
  const ctx = programme.ctx();
  const rewardId = await shelve(ctx, { name: '米白帆布袋', fulfilment: 'shipment', unit: '个' });
  await mall.restock(ctx, { rewardId, pieces: 1, batchId: 'a' });
  const orderId = 'ord_01m7xx9x807de08x0yxbbhbqmr' as const;
  const memberId = await dan.memberId();
  await orders.placeOrder(ctx, { orderId, memberId, rewardId, quotedPoints: 380 });
  await orders.shipOrder(ctx, { orderId, carrier: '顺丰速运', trackingNumber: 'SF1024572046' });
  const path = 'cgi-bin/message/template/send';
  programme.simulator.addFault({ path, kind: 'errcode', errcode: 47_003, times: 1 });
  await programme.runDueJobs();
  expect(dan.notices).toEqual([]);
  expect(dan.transcript.at(-1)?.text).toContain('「米白帆布袋」已发出，顺丰速运单号');
  const told = dan.transcript.length;
  await programme.waitUntil('2026-12-03 12:00');
  expect(dan.transcript).toHaveLength(told);
});

test('a reply that got lost is asked for again, and the member sees the notice once', async () => {
  programme.turnTo('2026-12-04 10:00');
  const eve = programme.follower('eve');
  await eve.follows();
  const path = 'cgi-bin/message/template/send';
  programme.simulator.addFault({ path, kind: 'html', times: 1 });
  await programme.api('POST', 'purchases', { body: sale(eve.openId, 'till-1', 4200) });
  await programme.runDueJobs();
  await programme.waitUntil('2026-12-04 10:02');
  await programme.waitUntil('2026-12-04 10:10');
  expect(eve.notices.map(({ fields }) => fields.变动积分)).toEqual(['+42']);
  expect(await kept('points-changed')).toMatchObject({ status: 'sent', delivery: 'success' });
});

test('an agreement to a subscription notice is counted, and a no in the settings ends it', async () => {
  programme.turnTo('2026-12-05 10:00');
  const fei = programme.follower('fei');
  await fei.follows();
  const { openId } = fei;
  const answer = { openId, templateIds: ['t1'] };
  const left = async () =>
    (await database().collection('subscriptions').findOne({ templateId: 't1' }))?.left ?? null;
  await programme.simulator.consent({ ...answer, answer: 'accept', where: 'popup' });
  await programme.simulator.settled();
  expect(await left()).toBe(1);
  await programme.simulator.consent({ ...answer, answer: 'reject', where: 'settings' });
  await programme.simulator.settled();
  expect(await left()).toBe(0);
});
