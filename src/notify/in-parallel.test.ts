import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

test('works on so many at once and no more, and on each of them once', async () => {
  const seen: number[] = [];
  let underWay = 0;
  let most = 0;
  await inParallel([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    underWay++;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(item);
    underWay--;
  });
  expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(most).toBe(3);
});

test('after a failure nothing new begins, and it is thrown', async () => {
  const begun: number[] = [];
  const work = inParallel([1, 2, 3, 4], 1, async (item) => {
    begun.push(item);
    if (item === 2) throw new Error('broken');
  });
  await expect(work).rejects.toThrow('broken');
  expect(begun).toEqual([1, 2]);
});
