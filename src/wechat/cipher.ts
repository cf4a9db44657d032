import { type Cipher, createCipheriv, createDecipheriv, type Decipher } from 'node:crypto';
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
  const { iv, decipher } = ciphersOf(aesKey);
  const room = Buffer.allocUnsafe(IV_BYTES + Buffer.byteLength(encrypted, 'base64'));
  const size = room.write(encrypted, IV_BYTES, 'base64');
  if (size === 0 || size % AES_BYTES !== 0) return null;
  // In CBC the block before is all that a block depends on: behind the IV everything is as at first.
  iv.copy(room);
  return unpacked(decipher.update(room.subarray(0, IV_BYTES + size)).subarray(IV_BYTES));
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
  const plain = Buffer.allocUnsafe(size + padding);
  plain.writeUInt32BE(messageBytes, RANDOM_BYTES);
  plain.write(message, HEAD_BYTES);
  plain.write(appId, HEAD_BYTES + messageBytes);
  plain.fill(padding, size);
  const ciphers = ciphersOf(aesKey);
  // The cipher adds its last block to the first of these: taken away here, what CBC wants is the IV.
  for (let i = 0; i < IV_BYTES; i++) {
    plain[i] = (random[i] ?? 0) ^ (ciphers.iv[i] ?? 0) ^ (ciphers.last[i] ?? 0);
  }
  const sealed = ciphers.cipher.update(plain);
  ciphers.last = sealed.subarray(-IV_BYTES);
  return sealed.toString('base64');
}

interface Ciphers {
  readonly aesKey: string;
  readonly iv: Buffer;
  readonly cipher: Cipher;
  readonly decipher: Decipher;
  /** The block that the cipher gave last: at first, as CBC has it, the IV. */
  last: Buffer;
}

let inUse: Ciphers | null = null;

/** Making them costs more than a message does, so they go on from one to the next. */
function ciphersOf(aesKey: string): Ciphers {
  if (inUse?.aesKey === aesKey) return inUse;
  const key = keyOf(aesKey);
  const iv = key.subarray(0, IV_BYTES);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const decipher = createDecipheriv('aes-256-cbc', key, iv);
  // Without padding whole blocks come out at once, and there is no end that would add something.
  cipher.setAutoPadding(false);
  decipher.setAutoPadding(false);
  inUse = { aesKey, iv, cipher, decipher, last: iv };
  return inUse;
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
