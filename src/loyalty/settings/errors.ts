import { DomainError } from '../../kernel/errors.ts';
import type { Area } from './areas.ts';

export function settingInvalid(area: Area, field: string): DomainError {
  return new DomainError({
    kind: 'invalid',
    code: 'SETTING_INVALID',
    message: 'there is no such setting, or its value is not allowed',
    details: { area, field },
  });
}

export function settingsBusy(area: Area): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'SETTINGS_BUSY',
    message: 'others keep changing these settings',
    details: { area },
  });
}
