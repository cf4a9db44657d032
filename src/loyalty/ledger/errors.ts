import { DomainError } from '../../kernel/errors.ts';
import type { AccountId } from './points.ts';

export function pointsInvalid(points: number): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'POINTS_INVALID',
    message: 'points are whole numbers from 1 to 1,000,000,000',
    details: { points: String(points) },
  });
}

export function kindUnknown(kind: unknown): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'KIND_UNKNOWN',
    message: 'points are of the kind general, loan, festival or unit',
    details: { kind: String(kind) },
  });
}

export function purposeUnknown(purpose: unknown): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'PURPOSE_UNKNOWN',
    message: 'nobody knows which points may be taken for this',
    details: { purpose: String(purpose) },
  });
}

export function keyInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'KEY_INVALID',
    message: 'a key is 1 to 200 printable ASCII characters without spaces',
  });
}

export function entryNotRefundable(moveId: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'ENTRY_NOT_REFUNDABLE',
    message: 'only a spend, a capture or a forfeiture of this account can be refunded',
    details: { moveId },
  });
}

export function pointsInsufficient(of: { balance: number; needed: number }): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'POINTS_INSUFFICIENT',
    message: 'there are not enough points for this',
    details: { ...of, missing: of.needed - of.balance },
  });
}

export function holdExists(holdId: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'HOLD_EXISTS',
    message: 'a hold of this id is open',
    details: { holdId },
  });
}

export function holdNotFound(holdId: string): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'HOLD_NOT_FOUND',
    message: 'there is no such hold: captured, released or timed out',
    details: { holdId },
  });
}

export function refundExceedsPayment(of: { paid: number; refunded: number }): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'REFUND_EXCEEDS_PAYMENT',
    message: 'more would come back than was paid',
    details: of,
  });
}

export function refundWindowClosed(of: { paid: number; refunded: number }): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'REFUND_WINDOW_CLOSED',
    message: 'the payment is too long ago',
    details: of,
  });
}

export function debtOpen(): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'DEBT_OPEN',
    message: 'nothing is lent while something is owed',
  });
}

export function expiredPointsInsufficient(of: { expired: number; needed: number }): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'EXPIRED_POINTS_INSUFFICIENT',
    message: 'more would be revived than expired',
    details: of,
  });
}

export function accountFrozen(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'forbidden',
    code: 'ACCOUNT_FROZEN',
    message: 'the account is frozen',
    details: { accountId },
  });
}

export function accountClosed(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ACCOUNT_CLOSED',
    message: 'the account is closed',
    details: { accountId },
  });
}

export function accountNotActive(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ACCOUNT_NOT_ACTIVE',
    message: 'only an active account can be frozen',
    details: { accountId },
  });
}

export function accountNotFrozen(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ACCOUNT_NOT_FROZEN',
    message: 'only a frozen account can be unfrozen',
    details: { accountId },
  });
}

export function accountBusy(of: { holds: number; deliveries: number }): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ACCOUNT_BUSY',
    message: 'holds or deliveries are open',
    details: of,
  });
}

export function holdsTooMany(max: number): DomainError {
  return new DomainError({
    kind: 'limited',
    code: 'HOLDS_TOO_MANY',
    message: 'too many holds are open',
    details: { max },
  });
}

export function deliveriesTooMany(max: number): DomainError {
  return new DomainError({
    kind: 'limited',
    code: 'DELIVERIES_TOO_MANY',
    message: 'too many deliveries are open',
    details: { max },
  });
}

export function factFromTheFuture(key: string): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'FACT_FROM_THE_FUTURE',
    message: "the key's time is more than 10 minutes ahead of this clock",
    details: { key },
  });
}

export function ledgerBusy(accountId: AccountId): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'LEDGER_BUSY',
    message: 'others kept writing this account; the same key may be posted again at any time',
    details: { accountId },
  });
}
