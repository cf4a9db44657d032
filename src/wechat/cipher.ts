import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert } from '../kernel/assert.ts';

const KEY_BYTES = 32;
const IV_BYTES = 16;
/** PKCS#7 with blocks of 32 bytes: unpadders for AES's own 16 fail on half of the messages. */
const BLOCK_BYTES = 32;
const RANDOM_BYTES = 16;
const HEAD_BYTES = RANDOM_BYTES + 4;
const AES_BYTES = 16;

/** What was encrypted, and the app id it was encrypted for: the caller compares it. */
export interface Opened {
  readonly message: Buffer;
  readonly appId: string;
}

/** Decrypts what `Encrypt` holds; null when this key does not open it (reference 1.4). */
export function openCipher(aesKey: string, encrypted: string): Opened | null {
  const sealed = Buffer.from(encrypted, 'base64');
  if (sealed.length === 0 || sealed.length % AES_BYTES !== 0) return null;
  const key = keyOf(aesKey);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, IV_BYTES));
  decipher.setAutoPadding(false);
  // CBC without padding gives everything at once: `final` has nothing left to add.
  return unpacked(decipher.update(sealed));
}

/** Encrypts a reply for an account; `random` is 16 fresh random bytes (reference 1.5). */
export function sealCipher(
  aesKey: string,
  { message, appId, random }: { message: string; appId: string; random: Buffer },
): string {
  assert(random.length === RANDOM_BYTES, 'a message begins with 16 random bytes');
  const messageBytes = Buffer.byteLength(message);
  const size = HEAD_BYTES + messageBytes + Buffer.byteLength(appId);
  const padding = BLOCK_BYTES - (size % BLOCK_BYTES);
  const plain = Buffer.alloc(size + padding, padding);
  random.copy(plain);
  plain.writeUInt32BE(messageBytes, RANDOM_BYTES);
  plain.write(message, HEAD_BYTES);
  plain.write(appId, HEAD_BYTES + messageBytes);
  const key = keyOf(aesKey);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, IV_BYTES));
  cipher.setAutoPadding(false);
  // Whole blocks without padding come out at once, as above.
  return cipher.update(plain).toString('base64');
}

/** The 43rd character may carry bits that do not count; Node's decoder takes it as it is. */
function keyOf(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  assert(key.length === KEY_BYTES, 'an EncodingAESKey has 43 characters');
  return key;
}

function unpacked(plain: Buffer): Opened | null {
  const padding = plain[plain.length - 1] ?? 0;
  const end = plain.length - padding;
  if (padding < 1 || padding > BLOCK_BYTES || end < HEAD_BYTES) return null;
  for (let i = end; i < plain.length; i++) if (plain[i] !== padding) return null;
  const messageEnd = HEAD_BYTES + plain.readUInt32BE(RANDOM_BYTES);
  if (messageEnd > end) return null;
  const message = plain.subarray(HEAD_BYTES, messageEnd);
  return { message, appId: plain.toString('utf8', messageEnd, end) };
}
