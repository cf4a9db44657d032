import { expect } from 'vitest';
import * as orders from '../../src/loyalty/orders/index.ts';
import type { Persona } from './persona.ts';
import type { Programme } from './programme.ts';

/** What a follower does from the first day on, with what the ledger says of it after each part. */
export async function walkJourney(programme: Programme, name: string): Promise<void> {
  const follower = programme.follower(name);
  await arrives(follower);
  await earns(programme, follower);
  await looksUp(follower);
  await redeemsCode(follower);
  await redeemsParcel(programme, follower);
  await isHeardOut(follower);
  await leavesAndReturns(follower);
}

async function arrives(follower: Persona): Promise<void> {
  expect(await follower.follows('store:binjiang')).toContain('欢迎来到示范小店·滨江店');
  expect(await follower.says('签到')).toContain('签到成功，+10 分，余额 10 分 🎉');
  expect(await follower.says('前到')).toContain('已经签过了，余额 10 分');
  expect(await follower.presses('CHECKIN')).toContain('已经签过了，余额 10 分');
  expect(await keysOf(follower)).toEqual(['checkin']);
}

async function earns(programme: Programme, follower: Persona): Promise<void> {
  await follower.says('任务');
  expect(await follower.says('1')).toContain('第 1 题（共 3 题）');
  await follower.says('2');
  expect(await follower.says('余额')).toContain('回复「继续」接着来');
  expect(await follower.says('继续')).toContain('第 2 题（共 3 题）');
  await follower.says('2');
  expect(await follower.says('2')).toContain('3 题完成，+15 分，余额 25 分');
  await follower.says('任务');
  await follower.says('登记成为会员');
  expect(await follower.says('确认')).toContain('完成，+20 分，余额 45 分');
  const paidAt = programme.ctx().now.toISOString();
  const body = { purchaseId: 'till-1', openId: follower.openId, amountFen: 200_099, paidAt };
  const sold = await programme.api('POST', 'purchases', { body });
  expect(sold.body).toMatchObject({ pointsEarned: 2000, balance: 2045 });
  expect(await keysOf(follower)).toEqual(['purchase', 'task', 'task', 'checkin']);
}

async function looksUp(follower: Persona): Promise<void> {
  expect(await follower.says('余额')).toContain('余额 2,045 分');
  expect(await follower.says('明细')).toContain('到店消费 +2,000');
  expect(await follower.says('到期')).toContain('30 天内没有积分到期');
  expect(await follower.says('帮助')).toContain('签到');
  expect(await follower.says('规则')).toContain('/h5/rules');
}

async function redeemsCode(follower: Persona): Promise<void> {
  await follower.says('兑换');
  expect(await follower.says('1')).toContain('余额 2,045 → 1,665 分');
  expect(await follower.says('取消')).toContain('没有扣分');
  await follower.says('兑换');
  await follower.says('1');
  const done = await follower.taps('确认');
  expect(done).toContain('兑换成功，余额 1,665 分');
  expect(await follower.says('确认')).toBe(done);
  expect(await follower.balance()).toBe(1665);
}

async function redeemsParcel(programme: Programme, follower: Persona): Promise<void> {
  expect(await follower.says('兑换 帆布袋')).toContain('余额 1,665 → 485 分');
  expect(await follower.fillsInAddress()).toBe(303);
  expect(await follower.says('好了')).toContain('寄到：王**');
  // Filling in the form was a task too.
  expect(await follower.says('确认')).toContain('下单成功，余额 505 分');
  const page = await orders.listOrders(programme.ctx(), await follower.memberId(), { limit: 5 });
  expect(page).toHaveLength(2);
  const body = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };
  await programme.api('POST', `orders/${page[0]?._id}/shipment`, { body });
  programme.pass(60);
  await programme.runDueJobs();
  expect(follower.notices.map(({ title }) => title)).toHaveLength(2);
  expect(await follower.says('订单')).toContain('米白帆布袋　运输中');
  expect(await follower.says('2')).toContain('燕麦拿铁券：券码');
}

async function isHeardOut(follower: Persona): Promise<void> {
  expect(await follower.says('今天天气怎么样')).toContain('这个我答不上来');
  expect(await follower.says('今天天气怎么样')).toContain('1. 签到');
  expect(await follower.says('签单签单签单签单签单签单')).not.toBe('');
  expect(await follower.says('😀😀')).toContain('收到 👋');
  expect(await follower.says('退订')).toContain('已关闭提醒');
  expect(await follower.says('提醒')).toContain('再提醒你');
}

async function leavesAndReturns(follower: Persona): Promise<void> {
  await follower.unfollows();
  expect(await follower.follows()).toContain('积分按规则保留了 505 分');
  expect(await follower.says('余额')).toContain('余额 505 分');
  expect(await follower.balance()).toBe(505);
  const keys = await keysOf(follower);
  expect(keys.toSorted()).toEqual(
    ['checkin', 'order', 'order', 'purchase', 'task', 'task', 'task'].toSorted(),
  );
}

/** What the entries are about, newest first. */
async function keysOf(follower: Persona): Promise<readonly (string | undefined)[]> {
  return (await follower.entries()).map(({ key }) => key.split(':')[0]);
}
