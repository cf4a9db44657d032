import { DomainError } from '../kernel/errors.ts';

const CODE = 'PARTIAL';

/**
 * Something may have been spent, and the rest could not be reached: said as `err.partial`, and never
 * stored as an answer. Repeating the same confirmation finds out, for its order has its id already.
 */
export function outcomeOpen(cause: unknown): DomainError {
  return new DomainError(
    { kind: 'conflict', code: CODE, message: 'the outcome of a redemption is not known yet' },
    { cause },
  );
}

/** Whether an error says that the outcome is not known yet. */
export function isOutcomeOpen(error: unknown): boolean {
  return error instanceof DomainError && error.code === CODE;
}
