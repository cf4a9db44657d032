import { InvariantError } from './errors.ts';

/** Stops where a rule that the code itself guarantees is broken. @throws InvariantError */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
