import { DomainError } from '../kernel/errors.ts';

/** Somebody who left, or never came, does what only followers can. */
export function notFollowing(openId: string): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'NOT_FOLLOWING',
    message: 'only followers can do this',
    details: { openId },
  });
}

/** A ticket that the platform never gave out, or whose time is over. */
export function codeUnknown(): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'CODE_UNKNOWN',
    message: 'there is no such code, or it is over',
  });
}

/** Nothing that could go wrong there. */
export function faultMisplaced(path: string, fault: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'FAULT_MISPLACED',
    message: 'this cannot go wrong there',
    details: { path, fault },
  });
}
