import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { shelve, useShop } from '../../../tests/support/shop.ts';
import { newId } from '../../kernel/ids.ts';
import { addCodes } from './add-codes.ts';
import { codeOf, issueCode } from './issue-code.ts';
import { RewardCodeModel } from './reward-code.model.ts';

useShop({ couriers: [] });

const ctx = at('2026-11-21T10:00:00+08:00');
const codes = (count: number) => Array.from({ length: count }, (_, n) => `CODE-${n}`);

test('a code is valid for so many days, today included, and is told again to the same order', async () => {
  const rewardId = await shelve(ctx, { validDays: 30 });
  await addCodes(ctx, { rewardId, batchId: 'b', codes: ['8K2M-4QXZ', 'OTHER'] });
  const orderId = newId('ord', ctx.now);
  const issued = await issueCode(ctx, { orderId, rewardId });
  expect(issued.expiresOn).toBe('2026-12-21');
  const later = at('2026-11-25T10:00:00+08:00');
  expect(await issueCode(later, { orderId, rewardId })).toEqual(issued);
  expect(await codeOf(later, orderId)).toEqual(issued);
  expect(await RewardCodeModel.countDocuments({ rewardId, state: 'issued' })).toBe(1);
});

test('a code without an end has none', async () => {
  const rewardId = await shelve(ctx, { validDays: null });
  await addCodes(ctx, { rewardId, batchId: 'b', codes: ['FOREVER'] });
  const orderId = newId('ord', ctx.now);
  expect(await issueCode(ctx, { orderId, rewardId })).toEqual({ code: 'FOREVER', expiresOn: null });
});

test('twenty orders at once get twenty different codes', async () => {
  const rewardId = await shelve(ctx);
  await addCodes(ctx, { rewardId, batchId: 'b', codes: codes(20) });
  const orders = codes(20).map(() => newId('ord', ctx.now));
  const issued = await Promise.all(orders.map((orderId) => issueCode(ctx, { orderId, rewardId })));
  expect(issued.map(({ code }) => code).toSorted()).toEqual(codes(20).toSorted());
});

test('one order that asks ten times at once has one code', async () => {
  const rewardId = await shelve(ctx);
  await addCodes(ctx, { rewardId, batchId: 'b', codes: codes(10) });
  const orderId = newId('ord', ctx.now);
  const asked = codes(10).map(() => issueCode(ctx, { orderId, rewardId }));
  const given = new Set((await Promise.all(asked)).map(({ code }) => code));
  expect(given.size).toBe(1);
  expect(await RewardCodeModel.countDocuments({ rewardId, state: 'free' })).toBe(9);
});

test('an order for which no code is there may ask again', async () => {
  const rewardId = await shelve(ctx);
  const orderId = newId('ord', ctx.now);
  const asked = issueCode(ctx, { orderId, rewardId });
  await expect(asked).rejects.toMatchObject({ code: 'CODE_NOT_AVAILABLE', kind: 'unavailable' });
  expect(await codeOf(ctx, orderId)).toBeNull();
  await addCodes(ctx, { rewardId, batchId: 'b', codes: ['LATE'] });
  expect(await issueCode(ctx, { orderId, rewardId })).toMatchObject({ code: 'LATE' });
});
