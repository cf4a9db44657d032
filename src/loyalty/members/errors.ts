import { DomainError } from '../../kernel/errors.ts';
import type { MemberId } from '../../kernel/ids.ts';

export function memberNotFound(memberId: MemberId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'MEMBER_NOT_FOUND',
    message: 'there is no such member',
    details: { memberId },
  });
}

export function memberLeft(memberId: MemberId): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'MEMBER_LEFT',
    message: 'the member no longer follows the account',
    details: { memberId },
  });
}

export function addressInvalid(field: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'ADDRESS_INVALID',
    message: 'a part of the address is missing or too long',
    details: { field },
  });
}

export function sourceInvalid(field: 'source' | 'name'): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'SOURCE_INVALID',
    message: `the ${field} of a code is empty, too long, or has signs that it may not have`,
    details: { field },
  });
}

export function memberNumbersExhausted(): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'MEMBER_NUMBERS_EXHAUSTED',
    message: 'no free member number was found',
  });
}
