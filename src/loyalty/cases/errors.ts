import { DomainError } from '../../kernel/errors.ts';
import type { MemberId } from '../../kernel/ids.ts';
import type { AdjustmentId, AdjustmentStatus } from './adjustment.model.ts';
import type { CaseId } from './case.model.ts';

export function adjustmentNotFound(requestId: AdjustmentId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'ADJUSTMENT_NOT_FOUND',
    message: 'there is no such request',
    details: { requestId },
  });
}

export function samePerson(requestId: AdjustmentId): DomainError {
  return new DomainError({
    kind: 'forbidden',
    code: 'APPROVER_IS_REQUESTER',
    message: 'who asked for it cannot approve it: another person has to',
    details: { requestId },
  });
}

export function alreadyDecided(requestId: AdjustmentId, status: AdjustmentStatus): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ADJUSTMENT_STATUS_CONFLICT',
    message: `it was decided before: the request is ${status}`,
    details: { requestId, status },
  });
}

export function caseReused(requestId: AdjustmentId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'KEY_REUSED',
    message: `this case has a request of other content already, ${requestId}`,
    details: { requestId },
  });
}

export function caseInvalid(charsMax: number): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'CASE_INVALID',
    message: `a case is told by 1 to ${charsMax} characters`,
  });
}

export function pointsInvalid(): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'POINTS_INVALID',
    message: 'points are a whole number, not 0, of at most 1,000,000,000 either way',
  });
}

export function pointsInsufficient(of: { balance: number; needed: number }): DomainError {
  const { balance, needed } = of;
  return new DomainError({
    kind: 'conflict',
    code: 'POINTS_INSUFFICIENT',
    message: `there are only ${balance} points, and ${needed} would be taken`,
    details: { balance, needed, missing: needed - balance },
  });
}

export function accountClosed(memberId: MemberId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'ACCOUNT_CLOSED',
    message: 'the account is closed',
    details: { memberId },
  });
}

/** The books said no after it was approved: nothing was changed, and this request is over. */
export function refusedByBooks(requestId: AdjustmentId, code: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code,
    message: 'the account no longer allowed it when it was booked; nothing was changed',
    details: { requestId },
  });
}

export function caseNotFound(caseId: CaseId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'CASE_NOT_FOUND',
    message: 'there is no such case',
    details: { caseId },
  });
}

export function caseAlreadyClosed(caseId: CaseId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'CASE_STATUS_CONFLICT',
    message: 'it was closed before, by somebody else or with other words',
    details: { caseId },
  });
}
