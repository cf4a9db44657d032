import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DomainError } from '../../kernel/errors.ts';

const BLOCK = 32;
const RANDOM = 16;

/** SHA-1 over the sorted parts, in lower-case hex (reference 1.2 and 1.3). */
export function signatureOf(...parts: readonly string[]): string {
  const sorted = parts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return createHash('sha1').update(sorted.join('')).digest('hex');
}

export interface Lock {
  /** The 43 characters of the EncodingAESKey. */
  readonly aesKey: string;
  readonly appId: string;
}

/** Encrypts as the platform does (reference 1.4); `random` is 16 bytes, given only by tests. */
export function encrypt(
  { aesKey, appId }: Lock,
  text: string,
  random = randomBytes(RANDOM),
): string {
  const message = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const open = Buffer.concat([random, length, message, Buffer.from(appId, 'utf8')]);
  const padding = BLOCK - (open.length % BLOCK);
  const key = keyOf(aesKey);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([open, Buffer.alloc(padding, padding)]);
  return Buffer.concat([cipher.update(padded), cipher.final()]).toString('base64');
}

/** Opens what was encrypted for this app id. @throws CIPHERTEXT_INVALID */
export function decrypt({ aesKey, appId }: Lock, sealed: string): string {
  const open = unpadded(deciphered(keyOf(aesKey), Buffer.from(sealed, 'base64')));
  if (open.length < RANDOM + 4) throw invalid('too short');
  const end = RANDOM + 4 + open.readUInt32BE(RANDOM);
  if (end > open.length) throw invalid('its length field points past the end');
  if (open.toString('utf8', end) !== appId) throw invalid('it belongs to another app id');
  return open.toString('utf8', RANDOM + 4, end);
}

function keyOf(aesKey: string): Buffer {
  const key = Buffer.from(`${aesKey}=`, 'base64');
  if (key.length !== 32) throw invalid('the key has not 43 characters');
  return key;
}

function deciphered(key: Buffer, sealed: Buffer): Buffer {
  if (sealed.length === 0 || sealed.length % 16 !== 0) throw invalid('not whole blocks');
  // The padding runs to 32 bytes, which OpenSSL's own unpadding refuses.
  const cipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(sealed), cipher.final()]);
}

function unpadded(padded: Buffer): Buffer {
  const padding = padded.at(-1) ?? 0;
  if (padding < 1 || padding > BLOCK || padding > padded.length) throw invalid('wrong padding');
  return padded.subarray(0, padded.length - padding);
}

function invalid(why: string): DomainError {
  return new DomainError({ kind: 'invalid', code: 'CIPHERTEXT_INVALID', message: why });
}
