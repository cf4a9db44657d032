import { DomainError } from '../../kernel/errors.ts';

/** Refuses what the platform would refuse, before anything is sent. @throws DomainError `code` */
export function requireValid(holds: boolean, code: string, message: string): asserts holds {
  if (!holds) throw new DomainError({ kind: 'invalid', code, message });
}

/** Whether a number is whole and within these limits, both included. */
export function isBetween(min: number, max: number, value: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}
