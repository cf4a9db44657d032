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
