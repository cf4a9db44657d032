import { expect, test } from 'vitest';
import { randomBytes } from './random-bytes.ts';

test('no bytes are given twice, and what was given stays as it was', () => {
  const given = Array.from({ length: 2000 }, () => randomBytes(12));
  const texts = given.map((bytes) => bytes.toString('hex'));
  expect(new Set(texts).size).toBe(2000);
  for (let i = 0; i < 2000; i++) randomBytes(16);
  expect(given.map((bytes) => bytes.toString('hex'))).toEqual(texts);
});

test('as many bytes are given as were asked for, and not too many', () => {
  expect([0, 1, 16, 255, 256].map((size) => randomBytes(size).length)).toEqual([
    0, 1, 16, 255, 256,
  ]);
  expect(() => randomBytes(257)).toThrow('small numbers');
});
