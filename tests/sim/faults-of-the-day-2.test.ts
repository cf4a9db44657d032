import { expect, it } from 'vitest';
import { PATIENCE_MS, violationsOfTheDay } from './seeds-of-the-day.ts';

it('keeps its laws in the second thousand seeds of the day', { timeout: PATIENCE_MS }, async () => {
  expect(await violationsOfTheDay(2)).toEqual([]);
});
