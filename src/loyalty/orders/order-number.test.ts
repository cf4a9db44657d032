import { expect, test } from 'vitest';
import { newOrderNumber, orderNumberOf } from './order-number.ts';

test('an order number is R and five characters that cannot be misread', () => {
  const numbers = Array.from({ length: 500 }, newOrderNumber);
  for (const number of numbers) expect(number).toMatch(/^R[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(new Set(numbers).size).toBeGreaterThan(490);
});

test.each([
  ['R8K2M4', 'R8K2M4'],
  [' r8k2m4 ', 'R8K2M4'],
  ['rOil04', 'R01104'],
])('%j is read as %s', (typed, number) => {
  expect(orderNumberOf(typed)).toBe(number);
});
