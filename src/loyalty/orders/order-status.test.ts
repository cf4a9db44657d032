import { expect, test } from 'vitest';
import { comesFrom } from './order-status.ts';

test.each([
  ['placed', []],
  ['shipped', ['placed']],
  ['completed', ['placed', 'shipped']],
  ['cancelled', ['placed']],
  ['refunded', ['shipped', 'completed']],
  ['expired', ['completed']],
] as const)('an order becomes %s only from %j', (status, from) => {
  expect(comesFrom(status)).toEqual(from);
});
