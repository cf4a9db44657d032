import { randomBytes } from 'node:crypto';
import { CROCKFORD } from '../../kernel/ids.ts';

const CHARS = 5;

/** What people read and type: R and five characters of Crockford's alphabet. */
export type OrderNumber = `R${string}`;

/** Makes a number; whether it is new is decided by the index. */
export function newOrderNumber(): OrderNumber {
  let chars = '';
  for (const byte of randomBytes(CHARS)) chars += CROCKFORD[byte & 31];
  return `R${chars.toUpperCase()}`;
}

/** The number that was meant, as it is kept: o is read as 0, i and l are read as 1. */
export function orderNumberOf(typed: string): OrderNumber {
  const chars = typed.trim().toUpperCase().slice(1);
  return `R${chars.replaceAll('O', '0').replaceAll(/[IL]/g, '1')}`;
}
