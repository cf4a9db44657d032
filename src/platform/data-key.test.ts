import fc from 'fast-check';
import { beforeEach, expect, test } from 'vitest';
import { decrypt, encrypt, keyedHash, useDataKey } from './data-key.ts';

beforeEach(() => useDataKey(Buffer.alloc(32, 7)));

test('whatever is encrypted comes back, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const sealed = encrypt(text);
      expect(decrypt(sealed)).toBe(text);
      expect(encrypt(text)).not.toBe(sealed);
    }),
  );
});

test('a changed text and another key are refused', () => {
  const sealed = encrypt('杭州市滨江区江南大道 1 号');
  const first = sealed.startsWith('v1.A') ? 'B' : 'A';
  expect(() => decrypt(`v1.${first}${sealed.slice(4)}`)).toThrow();
  expect(() => decrypt('杭州市滨江区')).toThrow();
  useDataKey(Buffer.alloc(32, 8));
  expect(() => decrypt(sealed)).toThrow();
});

test('a keyed hash recognises a text and depends on the key', () => {
  const hash = keyedHash('o_sim_xiaoman');
  expect(keyedHash('o_sim_xiaoman')).toBe(hash);
  expect(keyedHash('o_sim_azhe')).not.toBe(hash);
  useDataKey(Buffer.alloc(32, 8));
  expect(keyedHash('o_sim_xiaoman')).not.toBe(hash);
});

test('a key of another length is refused', () => {
  expect(() => useDataKey(Buffer.alloc(16))).toThrow('32 bytes');
});
