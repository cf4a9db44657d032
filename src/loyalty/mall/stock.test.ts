import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { expectCleanBooks, shelve, useShop } from '../../../tests/support/shop.ts';
import { newId } from '../../kernel/ids.ts';
import { changeReward } from './change-reward.ts';
import { ensureReward } from './ensure-reward.ts';
import { getReward } from './get-reward.ts';
import { listRewards } from './list-rewards.ts';
import { reserveStock } from './reserve-stock.ts';
import { restock } from './restock.ts';

useShop({ couriers: [] });

const ctx = at('2026-11-21T10:00:00+08:00');
const parcel = { fulfilment: 'shipment', validDays: null } as const;

test('a batch is counted once, and its name cannot stand for another number of pieces', async () => {
  const rewardId = await shelve(ctx, parcel);
  const batch = { rewardId, pieces: 12, batchId: '2026-11-21-a' };
  expect(await restock(ctx, batch)).toEqual({ left: 12, repeated: false });
  expect(await restock(ctx, batch)).toEqual({ left: 12, repeated: true });
  await expect(restock(ctx, { ...batch, pieces: 13 })).rejects.toThrow('KEY_REUSED');
  expect(await restock(ctx, { ...batch, batchId: 'b' })).toEqual({ left: 24, repeated: false });
});

test('pieces are whole and more than none, and a code reward has no pieces but its codes', async () => {
  const rewardId = await shelve(ctx, parcel);
  for (const pieces of [0, -1, 1.5, Number.NaN]) {
    const added = restock(ctx, { rewardId, pieces, batchId: `b${pieces}` });
    await expect(added).rejects.toThrow('POINTS_INVALID');
  }
  const latte = await shelve(ctx);
  const added = restock(ctx, { rewardId: latte, pieces: 1, batchId: 'b' });
  await expect(added).rejects.toThrow('STOCK_KIND_WRONG');
});

test('thirty orders for seven pieces: seven are reserved, and every answer stays as it was', async () => {
  const rewardId = await shelve(ctx, parcel);
  await restock(ctx, { rewardId, pieces: 7, batchId: 'b' });
  const orderIds = Array.from({ length: 30 }, () => newId('ord', ctx.now));
  const ask = () =>
    Promise.all(orderIds.map((orderId) => reserveStock(ctx, { orderId, rewardId })));
  const answers = await ask();
  expect(answers.filter((answer) => answer === 'reserved')).toHaveLength(7);
  await restock(ctx, { rewardId, pieces: 5, batchId: 'c' });
  expect(await ask()).toEqual(answers);
  const listed = (await listRewards(ctx)).find(({ _id }) => _id === rewardId);
  expect(listed?.left).toBe(5);
  await expectCleanBooks(ctx);
});

test('the list shows what can be redeemed now, in its order, with what is left', async () => {
  const there = new Set((await listRewards(ctx)).map(({ _id }) => _id));
  const day = (text: string) => new Date(`${text}T00:00:00+08:00`);
  const third = await shelve(ctx, { name: 'third', order: 30 });
  const first = await shelve(ctx, { ...parcel, name: 'first', order: 10 });
  const second = await shelve(ctx, { order: 20, availableUntil: day('2026-11-22') });
  await shelve(ctx, { name: 'off', status: 'off' });
  await shelve(ctx, { name: 'soon', availableFrom: day('2026-11-22') });
  await shelve(ctx, { name: 'over', availableUntil: day('2026-11-21') });
  await restock(ctx, { rewardId: first, pieces: 3, batchId: 'b' });
  const listed = (await listRewards(ctx)).filter(({ _id }) => !there.has(_id));
  expect(listed.map(({ _id, left }) => [_id, left])).toEqual([
    [first, 3],
    [second, 0],
    [third, 0],
  ]);
});

test('a reward that is there keeps what operators made of it', async () => {
  const rewardId = await shelve(ctx);
  const shipped = await getReward(ctx, rewardId);
  await changeReward(ctx, rewardId, { pricePoints: 360 });
  await ensureReward(ctx, shipped);
  expect((await getReward(ctx, rewardId)).pricePoints).toBe(360);
});

test('a reward cannot be changed into nonsense, nor one that is not there', async () => {
  const rewardId = await shelve(ctx);
  for (const pricePoints of [0, -380, 3.5]) {
    await expect(changeReward(ctx, rewardId, { pricePoints })).rejects.toThrow();
  }
  expect((await getReward(ctx, rewardId)).pricePoints).toBe(380);
  const nothing = newId('rwd', ctx.now);
  await expect(changeReward(ctx, nothing, { order: 2 })).rejects.toThrow('REWARD_NOT_FOUND');
  await expect(getReward(ctx, nothing)).rejects.toThrow('REWARD_NOT_FOUND');
});
