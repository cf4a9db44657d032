import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useShop } from '../../../tests/support/shop.ts';
import { type MemberId, newId, type RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { countRedemption, uncountRedemption } from './redeemed.facet.ts';

useShop({ couriers: [] });

const ctx = at('2026-11-21T10:00:00+08:00');
const limited = (perMember: number | null, _id: RewardId = newId('rwd', ctx.now)) => ({
  _id,
  name: '马克杯',
  perMember,
});

let facts = 0;
function change(memberId: MemberId, decide: (book: ledger.Book) => void) {
  return ledger.post(ctx, memberId, `test:${facts++}`, (book) => {
    decide(book);
    return {};
  });
}

test('so many for one member and no more, with the reason; one taken back may be redeemed again', async () => {
  const memberId = newId('mem', ctx.now);
  const mug = limited(2);
  await change(memberId, (book) => countRedemption(book, mug));
  await change(memberId, (book) => countRedemption(book, mug));
  const third = change(memberId, (book) => countRedemption(book, mug));
  await expect(third).rejects.toMatchObject({
    code: 'REWARD_LIMIT_REACHED',
    details: { item: '马克杯', n: 2, used: 2 },
  });
  await change(memberId, (book) => uncountRedemption(book, mug._id));
  await change(memberId, (book) => countRedemption(book, mug));
  await expect(change(memberId, (book) => countRedemption(book, mug))).rejects.toThrow();
});

test('a reward without a limit leaves nothing in the account', async () => {
  const { entry } = await change(newId('mem', ctx.now), (book) => {
    countRedemption(book, limited(null));
    uncountRedemption(book, newId('rwd', ctx.now));
  });
  expect(entry).toBeNull();
});

test('a member may redeem a hundred limited rewards; what the account forgot is told by the orders', async () => {
  const memberId = newId('mem', ctx.now);
  const rewards = Array.from({ length: 100 }, () => limited(1));
  for (const reward of rewards) await change(memberId, (book) => countRedemption(book, reward));
  for (const reward of rewards) {
    const again = change(memberId, (book) => countRedemption(book, reward, 1));
    await expect(again).rejects.toThrow('REWARD_LIMIT_REACHED');
  }
  // The newest are remembered by the account itself: an order that is not kept yet counts too.
  for (const reward of rewards.slice(-12)) {
    const again = change(memberId, (book) => countRedemption(book, reward, 0));
    await expect(again).rejects.toThrow('REWARD_LIMIT_REACHED');
  }
});

test('orders placed before there was a limit count', async () => {
  const memberId = newId('mem', ctx.now);
  const mug = limited(3);
  await change(memberId, (book) => countRedemption(book, mug, 2));
  // The order of the line above may or may not be kept by now; the account knows better.
  const next = change(memberId, (book) => countRedemption(book, mug, 2));
  await expect(next).rejects.toMatchObject({ details: { used: 3 } });
});
