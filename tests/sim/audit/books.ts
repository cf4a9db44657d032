import { InvariantError } from '../../../src/kernel/errors.ts';
import type { Account } from '../../../src/loyalty/ledger/account.model.ts';
import type { Entry } from '../../../src/loyalty/ledger/entry.model.ts';

/** One account at the end, with all of its entries. */
export interface Book {
  readonly account: Account;
  readonly entries: readonly Entry[];
}

/** @throws InvariantError with the law that does not hold, L1 to L14 of the ledger's design */
export function broken(message: string): never {
  throw new InvariantError(message);
}
