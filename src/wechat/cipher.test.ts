import { createDecipheriv, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openCipher, sealCipher } from './cipher.ts';

const KEYS = [
  'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  'ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210abcdefg',
] as const;

/** Whole, as a reader with a cipher of its own sees it. */
function plainOf(aesKey: string, sealed: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return decipher.update(Buffer.from(sealed, 'base64'));
}

test('what is sealed one after the other is as from a cipher of its own, whatever came before', () => {
  for (let n = 0; n < 200; n++) {
    const aesKey = KEYS[n % 3 === 0 ? 1 : 0];
    const random = randomBytes(16);
    const message = '分'.repeat(n);
    const sealed = sealCipher(aesKey, { message, appId: 'wx0', random });
    const plain = plainOf(aesKey, sealed);
    expect(plain.subarray(0, 16)).toEqual(random);
    expect(plain.subarray(20, 20 + Buffer.byteLength(message)).toString()).toBe(message);
    // What does not open leaves nothing behind for what comes next.
    expect(openCipher(aesKey, randomBytes(64).toString('base64'))).toBe(null);
    expect(openCipher(aesKey, `${sealed}!`)).toEqual({
      message: Buffer.from(message),
      appId: 'wx0',
    });
  }
});

test('the same message is never sealed into the same text', () => {
  const said = { message: '签到', appId: 'wx0' };
  const seal = () => sealCipher(KEYS[0], { ...said, random: randomBytes(16) });
  expect(new Set(Array.from({ length: 100 }, seal)).size).toBe(100);
});

test('no block of one message shows in the next', () => {
  const seal = () =>
    sealCipher(KEYS[0], { message: '签到'.repeat(40), appId: 'wx0', random: randomBytes(16) });
  const blocksOf = (sealed: string) =>
    Buffer.from(sealed, 'base64').toString('hex').match(/.{32}/g);
  const blocks = Array.from({ length: 20 }, seal).flatMap((sealed) => blocksOf(sealed) ?? []);
  expect(new Set(blocks).size).toBe(blocks.length);
});
