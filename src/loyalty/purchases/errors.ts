import { DomainError } from '../../kernel/errors.ts';

export function keyReused(purchaseId: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'KEY_REUSED',
    message: 'this purchase was reported before, with other content',
    details: { purchaseId },
  });
}

export function amountInvalid(why: string): DomainError {
  return new DomainError({ kind: 'invalid', code: 'AMOUNT_INVALID', message: why });
}

export function purchaseIdInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'PURCHASE_ID_INVALID',
    message: 'a purchase id has 1 to 100 letters, digits and -_./#+=@, and is not just a day',
  });
}

export function paidAtInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'PAID_AT_INVALID',
    message: 'the purchase was paid in the future, or so long ago that its points have expired',
  });
}

export function purchaseNotFound(purchaseId: string): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'PURCHASE_NOT_FOUND',
    message: 'no sale of this id was reported with this key',
    details: { purchaseId },
  });
}

export function refundIdInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'REFUND_ID_INVALID',
    message: 'a refund id has 1 to 50 letters, digits and -_./#+=@, and is not just a day',
  });
}

export function refundReused(refundId: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'KEY_REUSED',
    message: 'this refund was reported before, with other content',
    details: { refundId },
  });
}

export function refundedAtInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'REFUNDED_AT_INVALID',
    message: 'a refund comes after its sale, and not in the future',
  });
}

/** In all, or of one category. */
export function refundExceedsSale(of: {
  readonly paidFen: number;
  readonly refundedFen: number;
  readonly category?: string;
}): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'REFUND_EXCEEDS_SALE',
    message: 'more would be paid back than was paid',
    details: of,
  });
}

export function refundsTooMany(max: number): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'REFUNDS_TOO_MANY',
    message: 'a sale has only so many refunds',
    details: { max },
  });
}
