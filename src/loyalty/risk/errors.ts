import { DomainError } from '../../kernel/errors.ts';
import type { AccountId } from '../ledger/index.ts';

/** What the ledger, or a sanction itself, may say no with; others are told by their code alone. */
const WHY: Readonly<Record<string, string>> = {
  ACCOUNT_NOT_ACTIVE: 'the account is frozen already',
  ACCOUNT_NOT_FROZEN: 'the account is not frozen',
  ACCOUNT_CLOSED: 'the account is closed',
  NOTHING_TO_FORFEIT: 'the account holds no points that could be taken',
  REFUND_WINDOW_CLOSED: 'the forfeiture is too long ago to be given back',
  REFUND_EXCEEDS_PAYMENT: 'the forfeiture was given back already',
};

/** A sanction that the state of the account does not allow, by the ledger's own code. */
export function sanctionRefused(code: string, accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code,
    message: WHY[code] ?? 'the account does not allow it',
    details: { accountId },
  });
}

export function accountNotFound(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'ACCOUNT_NOT_FOUND',
    message: 'nothing was ever booked on this account',
    details: { accountId },
  });
}

export function notAMembersAccount(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'ACCOUNT_NOT_OF_MEMBER',
    message:
      'only points of a member can be forfeited: pieces and budgets are counted elsewhere too',
    details: { accountId },
  });
}

export function nothingToRestore(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'NOTHING_TO_RESTORE',
    message: 'no forfeiture of this account waits to be given back',
    details: { accountId },
  });
}

export function sanctionsRacing(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'SANCTION_BUSY',
    message: 'others keep deciding about this account; the same may be tried again',
    details: { accountId },
  });
}

export function nameInvalid(charsMax: number): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'NAME_INVALID',
    message: `a name is one line of 1 to ${charsMax} visible characters`,
  });
}

export function reasonInvalid(charsMax: number): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'REASON_INVALID',
    message: `a reason is one line of 1 to ${charsMax} visible characters`,
  });
}
