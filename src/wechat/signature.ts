import { hash, timingSafeEqual } from 'node:crypto';

/** What WeChat signs: SHA-1 over the sorted parts, in lower-case hex (reference 1.2, 1.3). */
export function signatureOf(parts: readonly string[]): string {
  return hash('sha1', parts.toSorted().join(''));
}

const HEX_CHARS = 40;
const ours = Buffer.alloc(HEX_CHARS);
const theirs = Buffer.alloc(HEX_CHARS);

/** Compares in constant time; a text of another length is simply wrong. */
export function isSameSignature(expected: string, given: string): boolean {
  if (given.length !== HEX_CHARS) return false;
  ours.write(expected, 'latin1');
  // What is no Latin letter takes more bytes than there is room for, and is no hex digit.
  return theirs.write(given, 'utf8') === HEX_CHARS && timingSafeEqual(ours, theirs);
}
