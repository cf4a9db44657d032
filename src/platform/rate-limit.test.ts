import { expect, test } from 'vitest';
import { isOverLimit } from './rate-limit.ts';

test('a limit is passed by the first call beyond it, for each key on its own', async () => {
  const counts = new Map<string, number>();
  const keyValue = {
    count: async (key: string) => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts.get(key) ?? 0;
    },
  };
  const limit = { key: 'says:ann', max: 2, windowMs: 60_000 };
  expect(await isOverLimit(keyValue, limit)).toBe(false);
  expect(await isOverLimit(keyValue, limit)).toBe(false);
  expect(await isOverLimit(keyValue, limit)).toBe(true);
  expect(await isOverLimit(keyValue, { ...limit, key: 'says:ben' })).toBe(false);
});
