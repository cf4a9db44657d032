import { hash, timingSafeEqual } from 'node:crypto';

/** What WeChat signs: SHA-1 over the sorted parts, in lower-case hex (reference 1.2, 1.3). */
export function signatureOf(parts: readonly string[]): string {
  return hash('sha1', parts.toSorted().join(''));
}

/** Compares in constant time; a text of another length is simply wrong. */
export function isSameSignature(expected: string, given: string): boolean {
  const theirs = Buffer.from(given, 'utf8');
  const ours = Buffer.from(expected, 'latin1');
  return theirs.length === ours.length && timingSafeEqual(theirs, ours);
}
