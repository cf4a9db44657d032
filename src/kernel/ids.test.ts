import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isId, newId, timeOfId } from './ids.ts';

test('an id tells its kind and the millisecond of its making', () => {
  const now = new Date('2026-01-31T08:00:00.123Z');
  const id = newId('ord', now);
  expect(id).toMatch(/^ord_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(timeOfId(id)).toBe(now.getTime());
  expect(isId('ord', id)).toBe(true);
  expect(isId('mem', id)).toBe(false);
});

test('ids sort by time and two of one millisecond differ', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 45), fc.integer({ min: 1, max: 1e9 }), (ms, more) => {
      const [first, second] = [newId('mem', new Date(ms)), newId('mem', new Date(ms + more))];
      expect(first < second).toBe(true);
      expect(newId('mem', new Date(ms))).not.toBe(first);
    }),
  );
});

test.each(['', 'ord_', 'ord_01JQ0000000000000000000000', 'ORD_01jq0000000000000000000000', 'x'])(
  '%j is no id and tells no time',
  (text) => {
    expect(isId('ord', text)).toBe(false);
    expect(timeOfId(text)).toBeUndefined();
  },
);
