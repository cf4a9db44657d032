import { beforeEach, describe, expect, test } from 'vitest';
import { Chat, emptyDatabase, tokenIn } from '../../../tests/support/chat.ts';
import { expectCleanBooks, shelve, useShop } from '../../../tests/support/shop.ts';
import type { RewardId } from '../../kernel/ids.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import { orderCourier } from '../../loyalty/orders/index.ts';
import { database } from '../../platform/mongo.ts';

/** What stands in the store of the conversation while an order is on its way. */
let whilePaying: (string | null)[] = [];
useShop({
  couriers: [
    {
      ...orderCourier,
      async carry(ctx, delivery, from) {
        whilePaying.push(await chat.keyValue.get(`dialog:${from}`));
        return orderCourier.carry(ctx, delivery, from);
      },
    },
  ],
});

const ADDRESS = {
  name: '王小满',
  phone: '13800002046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号',
};
const LATTE = '燕麦拿铁券 1 张，扣 380 分，余额 1,260 → 880 分。';

let chat: Chat;
let xiaoman: ReturnType<Chat['follower']>;
let latte: RewardId;
let bag: RewardId;

beforeEach(async () => {
  await emptyDatabase();
  chat = new Chat();
  xiaoman = chat.follower();
  latte = await shelf('燕麦拿铁券', { pricePoints: 380, pieces: 2 });
  await shelf('音乐会员月卡', { pricePoints: 880, pieces: 2 });
  await shelf('视频会员月卡', { pricePoints: 900, pieces: 2 });
  bag = await shelf('米白帆布袋', {
    pricePoints: 1180,
    pieces: 2,
    fulfilment: 'shipment',
    unit: '个',
  });
  await shelf('保温杯', { pricePoints: 2680, pieces: 2, fulfilment: 'shipment', unit: '个' });
  await give(1260);
});

async function shelf(name: string, more: Partial<mall.Reward> & { pieces: number }) {
  const { pieces, ...reward } = more;
  const ctx = chat.ctx();
  const rewardId = await shelve(ctx, { name, ...reward });
  if (reward.fulfilment === 'shipment') {
    await mall.restock(ctx, { rewardId, pieces, batchId: 'first' });
  } else {
    const codes = Array.from({ length: pieces }, (_, n) => `8K2M-4QX${n}`);
    await mall.addCodes(ctx, { rewardId, batchId: 'first', codes });
  }
  return rewardId;
}

async function give(points: number): Promise<void> {
  await xiaoman.says('帮助');
  const { _id } = await xiaoman.member();
  await ledger.post(chat.ctx(), _id, `gift:${points}`, (book) => {
    book.earn({ points, expiresOn: '2027-12-01' });
    return {};
  });
}

async function balance(): Promise<number> {
  const { _id } = await xiaoman.member();
  return (await ledger.balanceOf(chat.ctx(), _id)).available;
}

async function liveAt(address: members.Address): Promise<void> {
  await members.setAddress(chat.ctx(), (await xiaoman.member())._id, address);
}

/** As after a crash between the step that says so and the posting. */
async function beginsToPay() {
  await xiaoman.says('兑换');
  await xiaoman.says('1');
  const member = await xiaoman.member();
  const name = `dialog:${member._id}`;
  const kept = JSON.parse((await chat.keyValue.get(name)) ?? '');
  const begun = { ...kept, current: { ...kept.current, step: 'paid' } };
  await chat.keyValue.set(name, JSON.stringify(begun), { ttlMs: 60_000 });
  return member;
}

describe('a code', () => {
  test('is listed, chosen, confirmed and given, and a second 确认 gets the same words', async () => {
    expect(await xiaoman.says('兑换')).toBe(
      [
        '余额 1,260 分，你能换：',
        '1. 燕麦拿铁券　380 分',
        '2. 音乐会员月卡　880 分',
        '3. 视频会员月卡　900 分',
        '回复序号选择，「更多」看其余 2 样，「取消」离开。',
      ].join('\n'),
    );
    expect(await xiaoman.says('1')).toBe(
      `${LATTE}\n领取后 30 天内有效。\n回复「确认」或「取消」，5 分钟内有效。`,
    );
    expect(await balance()).toBe(1260);

    const result = await xiaoman.says('确认');
    expect(result.replace(/8K2M-4QX\d/, 'CODE')).toBe(
      [
        '兑换成功，余额 880 分 🎉',
        '券码 CODE，12 月 21 日前到任一门店出示。',
        '券码只给你看，请别发给别人。回复「订单」可再次查看。',
      ].join('\n'),
    );
    await xiaoman.says('签到');
    chat.wait(9);
    expect(await xiaoman.says('确认')).toBe(result);
    expect(await balance()).toBe(890);
    chat.wait(2);
    expect(await xiaoman.says('确认')).toContain('没有等待确认的操作');
    await expectCleanBooks(chat.ctx());
  });

  test.each(['2', '二', '第2个', '第二个', '音乐会员月卡', '音乐', '音乐会员'])(
    'is chosen by %s',
    async (words) => {
      await xiaoman.says('兑换');
      expect(await xiaoman.says(words)).toContain('音乐会员月卡 1 张，扣 880 分');
    },
  );

  test.each(['是', '好', '确定', 'OK', 'yes', '确认！'])('is confirmed by %s', async (words) => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    expect(await xiaoman.says(words)).toContain('兑换成功，余额 880 分');
  });

  test('is shown once when two confirmations come at once', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    const [one, two] = await Promise.all([xiaoman.says('确认'), xiaoman.says('确认')]);
    expect(one).toContain('兑换成功，余额 880 分');
    expect(two).toBe(one);
    expect(await balance()).toBe(880);
  });

  test('is paid in the conversation before it is paid in the ledger', async () => {
    whilePaying = [];
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    expect(await xiaoman.says('确认')).toContain('兑换成功');
    const [kept, ...more] = whilePaying;
    expect(JSON.parse(kept ?? '')).toMatchObject({ current: { name: 'redeem', step: 'paid' } });
    expect(more).toEqual([]);
  });

  test('whose payment was begun and never made is paid by the next 确认, once', async () => {
    const { _id } = await beginsToPay();
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 880 分');
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 880 分');
    expect((await ledger.balanceOf(chat.ctx(), _id)).available).toBe(880);
    await expectCleanBooks(chat.ctx());
  });

  test('whose payment was begun and never made is not called unpaid by 取消', async () => {
    await beginsToPay();
    expect(await xiaoman.says('取消')).not.toContain('没有扣分');
  });

  test('is shown again by a retried message, also when the stored reply is gone', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    const first = await xiaoman.says('确认', { msgId: 'm1' });
    expect(await xiaoman.says('确认', { msgId: 'm1' })).toBe(first);
    chat.forgetAll();
    expect(await xiaoman.says('确认', { msgId: 'm1' })).toBe(first);
    expect(await balance()).toBe(880);
  });

  test('belongs to the tapped confirmation, and another one is stale', async () => {
    await xiaoman.says('兑换');
    const token = tokenIn(await xiaoman.reply('1'), '确认');
    expect(token).toMatch(/^ord_/);
    const other = tokenIn(await xiaoman.reply('2'), '确认');
    expect(await xiaoman.says('确认', { menuToken: token })).toBe(
      '这一步已经过期，没有扣分。回复「兑换」重新开始。',
    );
    expect(await balance()).toBe(1260);
    const result = await xiaoman.says('确认', { menuToken: other });
    expect(result).toContain('兑换成功，余额 380 分');
    expect(await xiaoman.says('确认', { menuToken: other })).toBe(result);
    expect(await balance()).toBe(380);
  });
});

describe('the list', () => {
  test('goes on with 更多, counts through, and refuses a number that is not in it', async () => {
    await xiaoman.says('兑换');
    expect(await xiaoman.says('5')).toBe('只有 1 到 3 可选。回复「取消」离开。');
    expect(await xiaoman.says('更多')).toBe(
      '还有这些：\n4. 米白帆布袋　1,180 分\n5. 保温杯　2,680 分\n回复序号选择，「取消」离开。',
    );
    expect(await xiaoman.says('更多')).toBe('没有更多了。回复「帮助」看看能做什么。');
    expect(await xiaoman.says('1')).toContain(LATTE);
  });

  test('says so when there is nothing on the shelf, or nothing in reach', async () => {
    const ben = chat.follower();
    expect(await ben.says('兑换')).toContain('余额 0 分，离这些最近：\n1. 燕麦拿铁券　380 分');
    await database().collection('rewards').deleteMany({});
    expect(await ben.says('兑换')).toBe('礼品正在上架，过几天再来看看。积分没有变化。');
  });

  test('is over after ten minutes', async () => {
    await xiaoman.says('兑换');
    chat.wait(10);
    expect(await xiaoman.says('1')).not.toContain('燕麦');
  });
});

describe('a reward that is named', () => {
  test.each(['兑换 帆布袋', '帮我换个帆布袋', '我想兑换帆布袋', '兑换米白帆布袋'])(
    'is quoted at once: %s',
    async (words) => {
      expect(await xiaoman.says(words)).toContain(
        '米白帆布袋 1 个，扣 1,180 分，余额 1,260 → 80 分，包邮。',
      );
      expect(await balance()).toBe(1260);
    },
  );

  test('is one of several, or none', async () => {
    expect(await xiaoman.says('兑换 会员')).toContain(
      '1. 音乐会员月卡　880 分\n2. 视频会员月卡　900 分',
    );
    expect(await xiaoman.says('2')).toContain('视频会员月卡 1 张');
    expect(await xiaoman.says('你们的礼品在哪')).toContain('余额 1,260 分，你能换：');
    expect(await xiaoman.says('兑换 飞机')).toContain(
      '没有找到「飞机」。可以看看这些：\n1. 燕麦拿铁券',
    );
  });

  test('may cost too much, and something near it is offered', async () => {
    expect(await xiaoman.says('兑换 保温杯')).toBe(
      [
        '保温杯 2,680 分，你有 1,260 分，还差 1,420 分，没有扣分。',
        '现在能换的相近礼品：',
        '1. 米白帆布袋　1,180 分',
        '2. 视频会员月卡　900 分',
      ].join('\n'),
    );
    expect(await xiaoman.says('2')).toContain('视频会员月卡 1 张');
    const ben = chat.follower();
    expect(await ben.says('兑换 保温杯')).toBe(
      '保温杯 2,680 分，你有 0 分，还差 2,680 分，没有扣分。\n回复「任务」看看怎么攒。',
    );
  });

  test('may have run out, and something near it is offered', async () => {
    const mug = await shelf('马克杯', { pricePoints: 1100, pieces: 1, fulfilment: 'shipment' });
    await xiaoman.says('兑换');
    await xiaoman.says('更多');
    await mall.reserveStock(chat.ctx(), { orderId: 'ord_other', rewardId: mug });
    expect(await xiaoman.says('马克杯')).toBe(
      '「马克杯」刚换完，没有扣分。相近的还有：\n1. 米白帆布袋　1,180 分\n2. 视频会员月卡　900 分\n回复序号选择，「取消」离开。',
    );
  });
});

describe('a parcel', () => {
  test('needs an address, which is shown masked, and is sent after the confirmation', async () => {
    expect(await xiaoman.says('兑换 帆布袋')).toContain('https://shop.test/h5/address?t=mem_');
    expect(await xiaoman.says('好了')).toContain('还没有收到地址');
    await liveAt(ADDRESS);
    expect(await xiaoman.says('好了')).toBe(
      '寄到：王** 138****2046 杭州市滨江区……\n扣 1,180 分。回复「确认」下单，「改地址」重填，「取消」离开。',
    );
    expect(await balance()).toBe(1260);
    expect(await xiaoman.says('确认')).toMatch(
      /^下单成功，余额 80 分。订单 R\w{5}，3 个工作日内发出，发货后在这里告诉你单号。$/,
    );
    await expectCleanBooks(chat.ctx());
  });

  test('is quoted with the address that is known, and the address can be changed', async () => {
    await liveAt(ADDRESS);
    expect(await xiaoman.says('兑换 帆布袋')).toBe(
      [
        '米白帆布袋 1 个，扣 1,180 分，余额 1,260 → 80 分，包邮。',
        '寄到：王** 138****2046 杭州市滨江区……',
        '回复「确认」下单，「改地址」重填，「取消」离开。',
      ].join('\n'),
    );
    expect(await xiaoman.says('改地址')).toContain('在页面里重填收货地址');
    await liveAt({ ...ADDRESS, district: '西湖区' });
    expect(await xiaoman.says('好了')).toContain('杭州市西湖区');
    expect(await xiaoman.says('确认')).toContain('下单成功，余额 80 分');
  });
});

describe('what changed since the quote', () => {
  test('a price: nothing is spent, and the new one is asked for', async () => {
    await xiaoman.says('兑换');
    const token = tokenIn(await xiaoman.reply('1'), '确认');
    await mall.changeReward(chat.ctx(), latte, { pricePoints: 360 });
    expect(await xiaoman.says('确认')).toBe(
      '这件礼品刚调整为 360 分（原 380 分），还没有扣分。\n余额 1,260 → 900 分，回复「确认」继续，「取消」离开。',
    );
    expect(await balance()).toBe(1260);
    expect(await xiaoman.says('确认', { menuToken: token })).toContain('这一步已经过期');
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 900 分');
  });

  test('a price beyond what is there: the follower hears what is missing', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    await mall.changeReward(chat.ctx(), latte, { pricePoints: 2000 });
    expect(await xiaoman.says('确认')).toContain('还差 740 分，没有扣分');
    expect(await xiaoman.says('确认')).toContain('没有等待确认的操作');
  });

  test('the last piece is gone: the points are back', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    const ctx = chat.ctx();
    await mall.reserveStock(ctx, { orderId: 'ord_first', rewardId: latte });
    await mall.reserveStock(ctx, { orderId: 'ord_second', rewardId: latte });
    expect(await xiaoman.says('确认')).toBe(
      '慢了一步，最后一件刚被换走。积分没有扣，余额 1,260 分。\n回复「兑换」看其他礼品。',
    );
    await expectCleanBooks(ctx);
  });

  test('the points are gone: the refusal says what is missing', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('3');
    await ledger.post(chat.ctx(), (await xiaoman.member())._id, 'spent:1', (book) => {
      book.spend({ points: 1000, purpose: 'redemption' });
      return {};
    });
    expect(await xiaoman.says('确认')).toBe('还差 640 分，没有扣分。回复「任务」看看怎么攒。');
    expect(await xiaoman.says('确认')).toContain('没有等待确认的操作');
  });

  test('the limit per member is reached', async () => {
    await shelf('限量券', { pricePoints: 100, pieces: 5, perMember: 1 });
    await xiaoman.says('兑换 限量券');
    await xiaoman.says('确认');
    await xiaoman.says('兑换 限量券');
    expect(await xiaoman.says('确认')).toBe('「限量券」每人限 1 件，你已经换过 1 件，没有扣分。');
  });

  test('the reward is off the shelf', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    await mall.changeReward(chat.ctx(), latte, { status: 'off' });
    expect(await xiaoman.says('确认')).toContain('这件礼品已经下架，没有扣分。');
  });
});

describe('leaving', () => {
  test('取消 names what was dropped at every step', async () => {
    await xiaoman.says('兑换');
    expect(await xiaoman.says('取消')).toBe('好的，已离开，没有扣分。');
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    expect(await xiaoman.says('算了')).toBe('已取消兑换「燕麦拿铁券」，没有扣分。');
    await xiaoman.says('兑换 帆布袋');
    expect(await xiaoman.says('取消兑换')).toBe('已取消兑换「米白帆布袋」，没有扣分。');
    expect(await xiaoman.says('确认')).toContain('没有等待确认的操作');
    expect(await xiaoman.says('取消')).toContain('现在没有要取消的操作');
    expect(await balance()).toBe(1260);
  });

  test('返回 goes one step back, and cancels at the first', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    expect(await xiaoman.says('返回')).toContain('1. 燕麦拿铁券　380 分');
    expect(await xiaoman.says('上一步')).toBe('好的，已离开，没有扣分。');
    await xiaoman.says('兑换 燕麦拿铁券');
    expect(await xiaoman.says('返回')).toBe('已取消兑换「燕麦拿铁券」，没有扣分。');
    expect(await xiaoman.says('返回')).toContain('现在没有要取消的操作');
  });

  test('a confirmation is over after five minutes, a tap on it is stale', async () => {
    await xiaoman.says('兑换');
    const token = tokenIn(await xiaoman.reply('1'), '确认');
    chat.wait(5);
    expect(await xiaoman.says('确认')).toContain('没有等待确认的操作');
    expect(await xiaoman.says('确认', { menuToken: token })).toContain('这一步已经过期，没有扣分');
    expect(await balance()).toBe(1260);
  });

  test('another command answers, says what waits, and 继续 takes it up', async () => {
    await xiaoman.says('兑换');
    await xiaoman.says('1');
    expect(await xiaoman.says('到期')).toBe(
      '30 天内没有积分到期，余额 1,260 分。\n刚才的兑换还没完成，回复「继续」接着来。',
    );
    expect(await xiaoman.says('继续')).toContain(LATTE);
    expect(await xiaoman.says('订单')).toContain('刚才的兑换还没完成，回复「继续」接着来。');
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 880 分');
    expect(await xiaoman.says('继续')).toBe('没有做到一半的操作。回复「帮助」看看能做什么。');
  });

  test('a list that was shown above it takes the numbers, and 确认 and 取消 still mean it', async () => {
    const showMenu = async () => {
      await xiaoman.says('兑换');
      await xiaoman.says('1');
      await xiaoman.says('今天天气怎么样');
      expect(await xiaoman.says('今天天气怎么样')).toContain('回复序号就行。');
    };
    await showMenu();
    expect(await xiaoman.says('2')).toContain('余额 1,260 分');
    expect(await xiaoman.says('取消')).toBe('已取消兑换「燕麦拿铁券」，没有扣分。');
    await showMenu();
    expect(await xiaoman.says('取消')).toBe('已取消兑换「燕麦拿铁券」，没有扣分。');
    await showMenu();
    expect(await xiaoman.says('继续')).toContain(LATTE);
    await showMenu();
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 880 分');
    expect(await xiaoman.says('继续')).toContain('没有做到一半的操作');
  });

  test('a restart of the service forgets no step', async () => {
    await xiaoman.says('兑换');
    chat.restart();
    await xiaoman.says('1');
    chat.restart();
    expect(await xiaoman.says('确认')).toContain('兑换成功，余额 880 分');
  });
});

test('what costs very much is confirmed by typing the amount', async () => {
  await give(10_000);
  await shelf('咖啡机', { pricePoints: 6800, pieces: 1, unit: '台' });
  expect(await xiaoman.says('兑换 咖啡机')).toContain('确认请回复「兑换6800」');
  expect(await xiaoman.says('确认')).toContain('确认请回复「兑换6800」');
  expect(await xiaoman.says('兑换680')).not.toContain('成功');
  await xiaoman.says('兑换 咖啡机');
  expect(await xiaoman.says('兑换6,800')).toContain('兑换成功，余额 4,460 分');
});

test('ten followers who want the last piece get it once', async () => {
  const rare = await shelf('孤品券', { pricePoints: 10, pieces: 1 });
  const all = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const one = chat.follower(`o_rival_${n}`);
      await one.says('签到');
      await one.says('兑换 孤品券');
      return one;
    }),
  );
  const results = await Promise.all(all.map((one) => one.says('确认')));
  expect(results.filter((said) => said.startsWith('兑换成功'))).toHaveLength(1);
  expect(results.filter((said) => said.startsWith('慢了一步'))).toHaveLength(9);
  expect((await mall.listRewards(chat.ctx())).find(({ _id }) => _id === rare)?.left).toBe(0);
  await expectCleanBooks(chat.ctx());
});

test('an order of a parcel keeps the address it was placed with', async () => {
  await liveAt(ADDRESS);
  await xiaoman.says('兑换 帆布袋');
  await xiaoman.says('确认');
  await liveAt({ ...ADDRESS, name: '李四' });
  const [order] = await orders.listOrders(chat.ctx(), (await xiaoman.member())._id, { limit: 1 });
  expect(order?.rewardId).toBe(bag);
});
