import { DomainError } from '../../kernel/errors.ts';
import type { Facts } from '../../kernel/facts.ts';
import type { Book, Refused } from '../ledger/index.ts';

/**
 * Runs a part of a decision, and refuses on record what the ledger refuses: whoever carries a decision
 * on after a crash is then told the same for ever, whatever the account has become meanwhile.
 */
export function orRefuse<Outcome extends Facts>(book: Book, act: () => Outcome): Outcome | Refused {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return book.refuse(error.code, error.details);
  }
}
