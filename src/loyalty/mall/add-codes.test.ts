import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { expectCleanBooks, shelve, useShop } from '../../../tests/support/shop.ts';
import { newId, type RewardId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { addCodes } from './add-codes.ts';
import { earlierTryOf, loadBatch, releaseBatch } from './code-batch.ts';
import { readCodeLines } from './code-lines.ts';
import { issueCode } from './issue-code.ts';
import { RewardCodeModel } from './reward-code.model.ts';

useShop({ couriers: [] });

const ctx = at('2026-11-21T10:00:00+08:00');

const codes = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}-${String(n).padStart(5, '0')}`);

async function stock(rewardId: RewardId): Promise<number> {
  return (await ledger.balanceOf(ctx, `stock:${rewardId}`)).available;
}

test('codes come in once, encrypted, each with a piece of stock', async () => {
  const rewardId = await shelve(ctx);
  const batch = { rewardId, batchId: 'latte-1', codes: ['8K2M-4QXZ', '7QWE-2233\r'] };
  expect(await addCodes(ctx, batch)).toEqual({
    outcome: 'added',
    pieces: 2,
    left: 2,
    repeated: false,
  });
  expect(await addCodes(ctx, batch)).toEqual({
    outcome: 'added',
    pieces: 2,
    left: 2,
    repeated: true,
  });
  const stored = await RewardCodeModel.find({ rewardId }).lean();
  expect(stored).toHaveLength(2);
  expect(JSON.stringify(stored)).not.toMatch(/8K2M|7QWE/);
});

test('one bad line keeps the whole batch out, and every bad line is named', async () => {
  const rewardId = await shelve(ctx);
  await addCodes(ctx, { rewardId, batchId: 'first', codes: ['A-1', 'A-2'] });
  const lines = ['B-1', '', 'A-2', 'B-1', 'B-2', 'x'.repeat(101), 'A-1'];
  expect(await addCodes(ctx, { rewardId, batchId: 'second', codes: lines })).toEqual({
    outcome: 'refused',
    problems: [
      { line: 2, problem: 'empty' },
      { line: 3, problem: 'known' },
      { line: 4, problem: 'doubled' },
      { line: 6, problem: 'too-long' },
      { line: 7, problem: 'known' },
    ],
  });
  expect(await RewardCodeModel.countDocuments({ rewardId })).toBe(2);
  expect(await stock(rewardId)).toBe(2);
});

test('the same code may belong to two rewards', async () => {
  const [one, other] = [await shelve(ctx), await shelve(ctx)];
  await addCodes(ctx, { rewardId: one, batchId: 'b', codes: ['SAME'] });
  const result = await addCodes(ctx, { rewardId: other, batchId: 'b', codes: ['SAME'] });
  expect(result.outcome).toBe('added');
});

test('a batch that crashed before its pieces were booked goes on when it is repeated', async () => {
  const rewardId = await shelve(ctx);
  const pasted = codes('C', 30);
  const batch = { rewardId, batchId: 'crash', lines: readCodeLines(pasted).lines };
  await loadBatch(ctx, batch, await earlierTryOf(batch));
  await releaseBatch(batch);
  expect(await stock(rewardId)).toBe(0);
  const result = await addCodes(ctx, { rewardId, batchId: 'crash', codes: pasted });
  expect(result).toMatchObject({ outcome: 'added', left: 30 });
  expect(await RewardCodeModel.countDocuments({ rewardId })).toBe(30);
});

test('nothing of a batch that crashed half way is issued, and its repeat completes it', async () => {
  const rewardId = await shelve(ctx);
  const pasted = codes('D', 10);
  const half = { rewardId, batchId: 'half', lines: readCodeLines(pasted.slice(0, 4)).lines };
  await loadBatch(ctx, half, await earlierTryOf(half));
  const orderId = newId('ord', ctx.now);
  await expect(issueCode(ctx, { orderId, rewardId })).rejects.toThrow('CODE_NOT_AVAILABLE');
  await addCodes(ctx, { rewardId, batchId: 'half', codes: pasted });
  expect(await stock(rewardId)).toBe(10);
  expect(await RewardCodeModel.countDocuments({ rewardId, state: 'free' })).toBe(10);
});

test('a batch that crashed half way may come again with a corrected list', async () => {
  const rewardId = await shelve(ctx);
  const wrong = { rewardId, batchId: 'fixed', lines: readCodeLines(['WRONG', 'E-1']).lines };
  await loadBatch(ctx, wrong, await earlierTryOf(wrong));
  await addCodes(ctx, { rewardId, batchId: 'fixed', codes: ['E-1', 'E-2', 'E-3'] });
  expect(await stock(rewardId)).toBe(3);
  const hashes = (await RewardCodeModel.find({ rewardId }).lean()).map(({ codeHash }) => codeHash);
  expect(hashes).not.toContain(wrong.lines[0]?.codeHash);
});

test('a complete batch cannot come again with other codes', async () => {
  const rewardId = await shelve(ctx);
  await addCodes(ctx, { rewardId, batchId: 'done', codes: ['F-1', 'F-2'] });
  for (const other of [['F-1'], ['F-1', 'F-3'], ['F-1', 'F-2', 'F-3']]) {
    const again = addCodes(ctx, { rewardId, batchId: 'done', codes: other });
    await expect(again).rejects.toThrow('KEY_REUSED');
  }
  expect(await RewardCodeModel.countDocuments({ rewardId })).toBe(2);
  expect(await stock(rewardId)).toBe(2);
});

test('the same batch sent by five at once is one batch', async () => {
  const rewardId = await shelve(ctx);
  const batch = { rewardId, batchId: 'five', codes: codes('G', 50) };
  const results = await Promise.all(Array.from({ length: 5 }, () => addCodes(ctx, batch)));
  expect(results.every(({ outcome }) => outcome === 'added')).toBe(true);
  expect(await stock(rewardId)).toBe(50);
  expect(await RewardCodeModel.countDocuments({ rewardId, state: 'free' })).toBe(50);
});

test('of two batches that share a code at most one comes in, and each piece has its code', async () => {
  const rewardId = await shelve(ctx);
  const results = await Promise.all([
    addCodes(ctx, { rewardId, batchId: 'left', codes: [...codes('L', 40), 'SHARED'] }),
    addCodes(ctx, { rewardId, batchId: 'right', codes: ['SHARED', ...codes('R', 40)] }),
  ]);
  const added = results.filter(({ outcome }) => outcome === 'added');
  expect(added.length).toBeLessThanOrEqual(1);
  expect(await stock(rewardId)).toBe(added.length * 41);
  expect(await RewardCodeModel.countDocuments({ rewardId })).toBe(added.length * 41);
});

test('ten thousand codes come in as one batch', { timeout: 60_000 }, async () => {
  const rewardId = await shelve(ctx);
  const batch = { rewardId, batchId: 'many', codes: codes('H', 10_000) };
  expect(await addCodes(ctx, batch)).toMatchObject({ outcome: 'added', pieces: 10_000 });
  expect(await addCodes(ctx, batch)).toMatchObject({ left: 10_000, repeated: true });
  const tail = { rewardId, batchId: 'tail', codes: ['H-10000', 'H-09999'] };
  expect(await addCodes(ctx, tail)).toEqual({
    outcome: 'refused',
    problems: [{ line: 2, problem: 'known' }],
  });
});

test('codes are refused for a parcel, for no reward, without a name and in absurd numbers', async () => {
  const mug = await shelve(ctx, { fulfilment: 'shipment' });
  const latte = await shelve(ctx);
  const nothing = newId('rwd', ctx.now);
  const add = (rewardId: RewardId, batchId: string, list: readonly string[]) =>
    addCodes(ctx, { rewardId, batchId, codes: list });
  await expect(add(mug, 'b', ['X'])).rejects.toThrow('STOCK_KIND_WRONG');
  await expect(add(nothing, 'b', ['X'])).rejects.toThrow('REWARD_NOT_FOUND');
  await expect(add(latte, '', ['X'])).rejects.toThrow('BATCH_ID_INVALID');
  await expect(add(latte, 'two words', ['X'])).rejects.toThrow('BATCH_ID_INVALID');
  await expect(add(latte, newId('ord', ctx.now), ['X'])).rejects.toThrow('BATCH_ID_INVALID');
  await expect(add(latte, 'b', [])).rejects.toThrow('CODE_COUNT_INVALID');
  await expect(add(latte, 'b', Array(50_001).fill('X'))).rejects.toThrow('CODE_COUNT_INVALID');
  expect(await RewardCodeModel.countDocuments({ rewardId: { $in: [mug, latte] } })).toBe(0);
  await expectCleanBooks(ctx);
});
