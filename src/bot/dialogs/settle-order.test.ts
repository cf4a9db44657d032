import { beforeEach, expect, test, vi } from 'vitest';
import { Chat, emptyDatabase } from '../../../tests/support/chat.ts';
import { expectCleanBooks, shelve, useShop } from '../../../tests/support/shop.ts';
import { DomainError } from '../../kernel/errors.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import type * as Orders from '../../loyalty/orders/index.ts';
import * as orders from '../../loyalty/orders/index.ts';

const trouble = vi.hoisted(() => ({ kind: 'none' as 'none' | 'before' | 'after' | 'behind' }));

// The database goes away around the payment: where it does decides what may be said.
vi.mock('../../loyalty/orders/index.ts', async (original) => {
  const real = await original<typeof Orders>();
  return {
    ...real,
    placeOrder: async (...input: Parameters<typeof real.placeOrder>) => {
      const away = new DomainError({ kind: 'unavailable', code: 'AWAY', message: 'away' });
      if (trouble.kind === 'before') throw away;
      const placed = await real.placeOrder(...input);
      if (trouble.kind === 'after') throw away;
      if (trouble.kind === 'behind' && placed.outcome === 'placed') {
        return { ...placed, outcome: 'pending' };
      }
      return placed;
    },
  };
});

useShop({ couriers: [orders.orderCourier] });

let chat: Chat;
let ann: ReturnType<Chat['follower']>;

beforeEach(async () => {
  trouble.kind = 'none';
  await emptyDatabase();
  chat = new Chat();
  ann = chat.follower();
  const ctx = chat.ctx();
  const rewardId = await shelve(ctx);
  await mall.addCodes(ctx, { rewardId, batchId: 'a', codes: ['8K2M-4QXZ', '8K2M-4QXY'] });
  await ann.says('帮助');
  await ledger.post(ctx, (await ann.member())._id, 'gift:1', (book) => {
    book.earn({ points: 1260, expiresOn: '2027-12-01' });
    return {};
  });
  await ann.says('兑换 燕麦拿铁券');
});

async function balance(): Promise<number> {
  return (await ledger.balanceOf(chat.ctx(), (await ann.member())._id)).available;
}

test.each(['before', 'after'] as const)(
  'a database that goes away %s the payment: nothing is promised, and asking again finds out',
  async (kind) => {
    trouble.kind = kind;
    const said = await ann.says('确认', { msgId: 'm1' });
    expect(said).toContain('还在确认结果，请先不要重复操作');
    trouble.kind = 'none';
    const result = await ann.says('确认', { msgId: 'm1' });
    expect(result).toContain('兑换成功，余额 880 分');
    expect(await ann.says('确认')).toBe(result);
    expect(await balance()).toBe(880);
    await expectCleanBooks(chat.ctx());
  },
);

test('an order that follows its payment later: the points are named, and 确认 asks how it is', async () => {
  trouble.kind = 'behind';
  expect(await ann.says('确认')).toMatch(/^已扣 380 分，券码正在发放，.*（编号 \w{4}）$/);
  expect(await ann.says('确认')).toContain('已扣 380 分');
  trouble.kind = 'none';
  expect(await ann.says('继续')).toContain('兑换成功，余额 880 分');
  expect(await balance()).toBe(880);
});

test('what is paid cannot be cancelled by a word', async () => {
  trouble.kind = 'behind';
  await ann.says('确认');
  expect(await ann.says('取消')).toContain('现在没有要取消的操作');
});
