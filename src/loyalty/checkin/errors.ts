import type { BusinessDay } from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';

export function checkinTooLate(day: BusinessDay): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'CHECKIN_TOO_LATE',
    message: 'later days were checked in already',
    details: { day },
  });
}
