import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { assert } from '../kernel/assert.ts';
import { randomBytes } from '../kernel/random-bytes.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORM = 'v1.';

let keys: { readonly box: Buffer; readonly hash: Buffer } | null = null;

/** Sets the key of the data at rest (DATA_KEY: 32 bytes), once, before anything is read or written. */
export function useDataKey(key: Buffer): void {
  assert(key.length === KEY_BYTES, 'the data key has 32 bytes');
  keys = { box: derived(key, 'encrypt'), hash: derived(key, 'hash') };
}

/** Encrypts a text (AES-256-GCM). The same text gives another result each time. */
export function encrypt(text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', inUse().box, nonce);
  const body = cipher.update(text, 'utf8');
  // GCM gives as many bytes as it takes: nothing is left for the end but the tag.
  cipher.final();
  return FORM + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
}

/** @throws Error when the text was encrypted with another key, or changed */
export function decrypt(sealed: string): string {
  assert(sealed.startsWith(FORM), 'an encrypted text names its form');
  const bytes = Buffer.from(sealed.slice(FORM.length), 'base64url');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', inUse().box, nonce);
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}

/** Recognises a text without keeping it: HMAC-SHA-256, 43 characters. */
export function keyedHash(text: string): string {
  return createHmac('sha256', inUse().hash).update(text, 'utf8').digest('base64url');
}

function derived(key: Buffer, use: string): Buffer {
  return createHmac('sha256', key).update(`jifenwu:${use}`).digest();
}

function inUse(): { readonly box: Buffer; readonly hash: Buffer } {
  assert(keys, 'the data key is set at start');
  return keys;
}
