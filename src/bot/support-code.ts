import { randomBytes } from 'node:crypto';
import { CROCKFORD } from '../kernel/ids.ts';

const CHARS = 4;

/** Four characters that can be read out, like 7K2M: said to the follower, and found in the log. */
export function newSupportCode(): string {
  let code = '';
  for (const byte of randomBytes(CHARS)) code += CROCKFORD[byte & 31];
  return code.toUpperCase();
}
