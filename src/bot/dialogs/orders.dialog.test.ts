import { beforeEach, expect, test } from 'vitest';
import { Chat, emptyDatabase } from '../../../tests/support/chat.ts';
import { shelve, useShop } from '../../../tests/support/shop.ts';
import { newId, type RewardId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';

useShop({ couriers: [orders.orderCourier] });

let chat: Chat;
let xiaoman: ReturnType<Chat['follower']>;
let latte: RewardId;
let bag: RewardId;

beforeEach(async () => {
  await emptyDatabase();
  chat = new Chat();
  xiaoman = chat.follower();
  const ctx = chat.ctx();
  latte = await shelve(ctx);
  await mall.addCodes(ctx, { rewardId: latte, batchId: 'a', codes: ['8K2M-4QXZ', '8K2M-4QXY'] });
  bag = await shelve(ctx, { name: '米白帆布袋', fulfilment: 'shipment', validDays: null });
  await mall.restock(ctx, { rewardId: bag, pieces: 9, batchId: 'a' });
  await xiaoman.says('帮助');
  const { _id } = await xiaoman.member();
  await members.setAddress(ctx, _id, {
    name: '王小满',
    phone: '13800002046',
    province: '浙江省',
    city: '杭州市',
    district: '滨江区',
    detail: '江南大道 1 号',
  });
  await ledger.post(ctx, _id, 'gift:1', (book) => {
    book.earn({ points: 9000, expiresOn: '2027-12-01' });
    return {};
  });
});

async function redeem(rewardId: RewardId): Promise<orders.Order> {
  chat.wait(1);
  const ctx = chat.ctx();
  const { _id: memberId } = await xiaoman.member();
  const orderId = newId('ord', ctx.now);
  await orders.placeOrder(ctx, { orderId, memberId, rewardId, quotedPoints: 380 });
  return orders.getOrder(ctx, orderId);
}

test('there is none at first', async () => {
  expect(await xiaoman.says('订单')).toBe('还没有订单。回复「兑换」看看能换什么。');
});

test('the newest three are listed with their state, and one is shown in detail', async () => {
  const coupon = await redeem(latte);
  const waiting = await redeem(bag);
  const { _id: orderId } = await redeem(bag);
  await orders.shipOrder(chat.ctx(), {
    orderId,
    carrier: '顺丰速运',
    trackingNumber: 'SF1024572046',
  });
  expect(await xiaoman.says('订单')).toBe(
    [
      '最近 3 单：',
      '1. 米白帆布袋　运输中　顺丰速运 SF1024572046',
      '2. 米白帆布袋　待发货',
      '3. 燕麦拿铁券　待使用　12/21 到期',
      '回复序号看详情。',
    ].join('\n'),
  );
  expect(await xiaoman.says('1')).toContain(
    '米白帆布袋：11 月 21 日 10:03 已发出，顺丰速运单号 SF1024572046。',
  );
  expect(await xiaoman.says('2')).toContain(`待发货。\n订单 ${waiting.number}，3 个工作日内发出`);
  expect(await xiaoman.says('第3个')).toMatch(
    /^燕麦拿铁券：券码 8K2M-4QX[ZY]，12 月 21 日前到任一门店出示。\n券码只给你看，请别发给别人。订单 R/,
  );
  expect(await xiaoman.says('4')).toBe('只有 1 到 3 可选。回复「取消」离开。');
  await orders.completeOrder(chat.ctx(), { orderId });
  expect(await xiaoman.says('1')).toContain('已完成。');
  chat.wait(31 * 24 * 60);
  expect(await xiaoman.says('订单')).toContain('3. 燕麦拿铁券　已过期');
  expect(await xiaoman.says('3')).toBe(`燕麦拿铁券：已过期。订单 ${coupon.number}。`);
});

test('更多 goes back in time, and numbers count on', async () => {
  for (let n = 0; n < 4; n++) await redeem(bag);
  const said = await xiaoman.says('订单');
  expect(said).toContain('回复序号看详情，「更多」看以前的。');
  expect(await xiaoman.says('更多')).toBe('以前的订单：\n4. 米白帆布袋　待发货\n回复序号看详情。');
  expect(await xiaoman.says('更多')).toBe('没有更多了。回复「帮助」看看能做什么。');
  expect(await xiaoman.says('4')).toContain('米白帆布袋：11 月 21 日下单，扣 380 分，待发货。');
  expect(await xiaoman.says('取消')).toBe('好的，已离开，没有扣分。');
});

test('who asks for the parcel hears of the one parcel that is on its way', async () => {
  await redeem(latte);
  const { number } = await redeem(bag);
  expect(await xiaoman.says('快递到哪了')).toContain(`订单 ${number}，3 个工作日内发出`);
  await redeem(bag);
  expect(await xiaoman.says('快递到哪了')).toContain('最近 3 单：');
});
