import { describe, expect, test } from 'vitest';
import { newId, type OrderId } from '../../src/kernel/ids.ts';
import * as mall from '../../src/loyalty/mall/index.ts';
import * as orders from '../../src/loyalty/orders/index.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });

const LATTE =
  /^兑换成功，余额 ([\d,]+) 分 🎉\n券码 ([0-9A-Z]{4}-[0-9A-Z]{4})，\d+ 月 \d+ 日前到任一门店出示。\n/;

/** Somebody new with points. */
async function member(name: string, points = 1260): Promise<Persona> {
  const persona = programme.follower(name);
  await persona.isGiven(points);
  return persona;
}

async function reward(name: string): Promise<mall.OfferedReward> {
  const found = (await mall.listRewards(programme.ctx())).find((one) => one.name === name);
  if (!found) throw new Error(`${name} is not on offer`);
  return found;
}

/** Puts a code reward on the shelf, with so many codes. */
async function shelve(name: string, codes: number, pricePoints = 50): Promise<mall.Reward> {
  const ctx = programme.ctx();
  const { left: _, ...like } = await reward('燕麦拿铁券');
  const made = { ...like, _id: newId('rwd', ctx.now), name, pricePoints, order: 90 };
  await mall.ensureReward(ctx, made);
  const list = Array.from({ length: codes }, (_, n) => `${name}-${n}`);
  await mall.addCodes(ctx, { rewardId: made._id, batchId: 'opening', codes: list });
  return made;
}

async function ordersOf(persona: Persona): Promise<readonly orders.Order[]> {
  return orders.listOrders(programme.ctx(), await persona.memberId(), { limit: 20 });
}

test('list, choice, quote, 确认: a code, and the same words for who asks twice', async () => {
  const ann = await member('ann');
  expect(await ann.says('兑换')).toBe(
    '余额 1,260 分，你能换：\n1. 燕麦拿铁券　380 分\n2. 音乐会员月卡　880 分\n3. 视频会员月卡　900 分\n' +
      '回复序号选择，「更多」看其余 5 样，「取消」离开。',
  );
  expect(await ann.says('1')).toBe(
    '燕麦拿铁券 1 张，扣 380 分，余额 1,260 → 880 分。\n领取后 30 天内有效。\n' +
      '回复「确认」或「取消」，5 分钟内有效。',
  );
  const done = await ann.says('确认');
  expect(done).toMatch(LATTE);
  expect(done).toContain('余额 880 分');
  expect(await ann.says('确认')).toBe(done);
  expect(await ann.balance()).toBe(880);
  expect(await ordersOf(ann)).toHaveLength(1);

  const [, , code = ''] = LATTE.exec(done) ?? [];
  expect(await ann.says('订单')).toContain('1. 燕麦拿铁券　待使用　12/21 到期');
  expect(await ann.says('1')).toContain(`燕麦拿铁券：券码 ${code}，`);
});

test('tapping 确认 twice spends once, and a word under an older quote spends nothing', async () => {
  const bea = await member('bea');
  await bea.says('兑换');
  await bea.says('1');
  const old = bea.tokenUnder('确认');
  await bea.says('2');
  expect(await bea.sendsToken('确认', old)).toBe(
    '这一步已经过期，没有扣分。回复「兑换」重新开始。',
  );
  expect(await bea.balance()).toBe(1260);
  const done = await bea.taps('确认');
  expect(done).toContain('兑换成功，余额 380 分');
  expect(await bea.taps('确认')).toBe(done);
  expect(await bea.balance()).toBe(380);
});

test('two confirmations at once are one order', async () => {
  const cai = await member('cai');
  await cai.says('兑换燕麦拿铁券');
  const said = await Promise.all([cai.taps('确认'), cai.says('确认'), cai.taps('确认')]);
  expect(new Set(said)).toHaveLength(1);
  expect(said[0]).toMatch(LATTE);
  expect(await cai.balance()).toBe(880);
  expect(await ordersOf(cai)).toHaveLength(1);
});

test('ten followers ask for the last piece: one gets it, the others keep their points', async () => {
  const { _id } = await shelve('限量徽章券', 1);
  const crowd = await Promise.all(Array.from({ length: 10 }, (_, n) => member(`c${n}`, 100)));
  for (const one of crowd) expect(await one.says('兑换限量徽章券')).toContain('扣 50 分');
  const said = await Promise.all(crowd.map((one) => one.says('确认')));
  expect(said.filter((text) => text.startsWith('兑换成功，余额 50 分'))).toHaveLength(1);
  expect(said.filter((text) => text.startsWith('慢了一步，最后一件刚被换走。'))).toHaveLength(9);
  const balances = await Promise.all(crowd.map((one) => one.balance()));
  expect(balances.toSorted((a, b) => a - b)).toEqual([50, ...Array(9).fill(100)]);
  expect((await mall.listRewards(programme.ctx())).find((one) => one._id === _id)?.left).toBe(0);
});

test('as many codes as followers: each gets another one', async () => {
  await shelve('早餐券', 8);
  const crowd = await Promise.all(Array.from({ length: 8 }, (_, n) => member(`k${n}`, 60)));
  for (const one of crowd) await one.says('兑换早餐券');
  const said = await Promise.all(crowd.map((one) => one.says('确认')));
  const codes = said.map((text) => /券码 (早餐券-\d)，/.exec(text)?.[1]);
  expect(codes.toSorted()).toEqual(Array.from({ length: 8 }, (_, n) => `早餐券-${n}`));
});

test('what ran out between the quote and 确认 is not paid for', async () => {
  await shelve('午后茶券', 1);
  const [dan, eve] = [await member('dan', 100), await member('eve', 100)];
  await dan.says('兑换午后茶券');
  await eve.says('兑换午后茶券');
  await eve.says('确认');
  expect(await dan.says('确认')).toBe(
    '慢了一步，最后一件刚被换走。积分没有扣，余额 100 分。\n回复「兑换」看其他礼品。',
  );
  expect(await dan.says('确认')).toContain('没有等待确认的操作');
  expect(await dan.balance()).toBe(100);
});

test('a price that changed after the quote is asked about anew', async () => {
  const { _id } = await shelve('午餐券', 3, 380);
  const fei = await member('fei');
  await fei.says('兑换午餐券');
  await mall.changeReward(programme.ctx(), _id, { pricePoints: 360 });
  expect(await fei.says('确认')).toBe(
    '这件礼品刚调整为 360 分（原 380 分），还没有扣分。\n余额 1,260 → 900 分，回复「确认」继续，「取消」离开。',
  );
  expect(await fei.balance()).toBe(1260);
  expect(await fei.says('确认')).toContain('兑换成功，余额 900 分');
  await mall.changeReward(programme.ctx(), _id, { status: 'off' });
});

test('what was taken off after the quote is not sold', async () => {
  const { _id } = await shelve('夜宵券', 3);
  const gao = await member('gao');
  await gao.says('兑换夜宵券');
  await mall.changeReward(programme.ctx(), _id, { status: 'off' });
  expect(await gao.says('确认')).toContain('这件礼品已经下架，没有扣分');
  expect(await gao.balance()).toBe(1260);
});

test('who has not enough is told how much is missing', async () => {
  const hua = await member('hua');
  expect(await hua.says('兑换 保温杯')).toMatch(
    /^保温杯 2,680 分，你有 1,260 分，还差 1,420 分，没有扣分。\n现在能换的相近礼品：\n1\. /,
  );
});

test('points that were spent elsewhere since the quote are not spent twice', async () => {
  const ivy = await member('ivy', 400);
  await ivy.says('兑换燕麦拿铁券');
  const token = ivy.tokenUnder('确认');
  await shelve('换走的券', 1, 300);
  await ivy.says('兑换换走的券');
  expect(await ivy.says('确认')).toContain('兑换成功，余额 100 分');
  expect(await ivy.sendsToken('确认', token)).toContain('没有扣分');
  expect(await ivy.balance()).toBe(100);
});

describe('a redemption can be left', () => {
  test('at the list, and at the quote', async () => {
    const jun = await member('jun');
    await jun.says('兑换');
    expect(await jun.says('取消')).toBe('好的，已离开，没有扣分。');
    await jun.says('兑换');
    await jun.says('1');
    expect(await jun.says('算了')).toBe('已取消兑换「燕麦拿铁券」，没有扣分。');
    expect(await jun.says('确认')).toBe('没有等待确认的操作。想兑换的话，回复「兑换」重新选一次。');
    expect(await jun.says('取消')).toBe('现在没有要取消的操作。回复「帮助」看看能做什么。');
    expect(await jun.balance()).toBe(1260);
  });

  test('one step back goes from the quote to the list, and from the list out', async () => {
    const kai = await member('kai');
    const list = await kai.says('兑换');
    await kai.says('1');
    expect(await kai.says('返回')).toBe(list);
    expect(await kai.says('返回')).toBe('好的，已离开，没有扣分。');
  });

  test('another command in between keeps it', async () => {
    const lin = await member('lin');
    await lin.says('兑换');
    await lin.says('1');
    expect(await lin.says('余额')).toContain('刚才的兑换还没完成，回复「继续」接着来。');
    expect(await lin.says('继续')).toContain('燕麦拿铁券 1 张，扣 380 分');
    expect(await lin.says('确认')).toMatch(LATTE);
  });

  test('and is over after five minutes', async () => {
    const mei = await member('mei');
    await mei.says('兑换');
    await mei.says('1');
    const token = mei.tokenUnder('确认');
    programme.pass(5 * 60);
    expect(await mei.sendsToken('确认', token)).toBe(
      '这一步已经过期，没有扣分。回复「兑换」重新开始。',
    );
    expect(await mei.says('确认')).toContain('没有等待确认的操作');
    expect(await mei.balance()).toBe(1260);
  });
});

test('a parcel: address, confirmation, shipment by the warehouse, and the notice in that chat', async () => {
  programme.turnTo('2026-11-22 09:00');
  const nan = await member('nan');
  expect(await nan.says('兑换 帆布袋')).toMatch(
    /^米白帆布袋 1 个，扣 1,180 分，余额 1,260 → 80 分，包邮。\n请先填收货地址（约 1 分钟）：\S+\n填好后回到这里确认，积分还没有扣。$/,
  );
  expect(await nan.says('好了')).toContain('还没有收到地址');
  expect(await nan.fillsInAddress()).toBe(303);
  expect(await nan.says('好了')).toBe(
    '寄到：王** 138****2046 杭州市滨江区……\n扣 1,180 分。回复「确认」下单，「改地址」重填，「取消」离开。',
  );
  // Filling in the form was a task too.
  expect(await nan.balance()).toBe(1280);
  expect(await nan.says('改地址')).toContain('重填收货地址');
  expect(await nan.fillsInAddress({ name: '李雷' })).toBe(303);
  expect(await nan.says('好了')).toContain('寄到：李** 138****2046');
  const placed = await nan.says('确认');
  const [, number = ''] = /订单 (R[0-9A-Z]{5})，/.exec(placed) ?? [];
  expect(placed).toBe(
    `下单成功，余额 100 分。订单 ${number}，3 个工作日内发出，发货后在这里告诉你单号。`,
  );
  expect(await nan.says('确认')).toBe(placed);
  expect(await nan.says('订单')).toContain('1. 米白帆布袋　待发货');

  const [order] = await ordersOf(nan);
  expect(await orders.addressOf(programme.ctx(), order?._id as OrderId)).toMatchObject({
    name: '李雷',
    detail: '江南大道 1 号 2 幢 301',
  });
  const shipment = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };
  const path = `orders/${order?._id}/shipment`;
  const ship = (key: string) => programme.api('POST', path, { body: shipment, key });
  const shipped = await ship('s1');
  expect(shipped).toMatchObject({ status: 201, body: { status: 'shipped', number } });
  expect(await ship('s1')).toMatchObject({ status: 201, body: shipped.body });
  expect(await ship('s2')).toMatchObject({ status: 409 });
  await programme.waitUntil('2026-11-22 09:30');
  expect(nan.notices.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({
      商品名称: '米白帆布袋',
      快递公司: '顺丰速运',
      快递单号: 'SF1024572046',
    }),
  ]);
  expect(await nan.says('订单')).toContain('1. 米白帆布袋　运输中　顺丰速运 SF1024572046');
  expect(await nan.says('1')).toContain('已发出，顺丰速运单号 SF1024572046');
});

test('a parcel without an address waits for one, and can be left', async () => {
  const ou = await member('ou');
  await ou.says('兑换 帆布袋');
  expect(await ou.says('返回')).toBe('已取消兑换「米白帆布袋」，没有扣分。');
  const list = await ou.says('兑换');
  await ou.says('米白帆布袋');
  expect(await ou.says('返回')).toBe(list);
  await ou.says('米白帆布袋');
  expect(await ou.says('取消')).toBe('已取消兑换「米白帆布袋」，没有扣分。');
  expect(await ou.balance()).toBe(1260);
});

test('nobody sees the order of somebody else', async () => {
  const [pan, qiu] = [await member('pan'), await member('qiu')];
  await pan.says('兑换燕麦拿铁券');
  await pan.says('确认');
  expect(await qiu.says('订单')).toBe('还没有订单。回复「兑换」看看能换什么。');
});
