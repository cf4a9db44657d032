import { DomainError } from '../../kernel/errors.ts';

export function rulesetNotFound(version: string): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'RULESET_NOT_FOUND',
    message: 'there are no rules of this version',
    details: { version },
  });
}
