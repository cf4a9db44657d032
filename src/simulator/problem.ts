import { DomainError, type ErrorKind } from '../kernel/errors.ts';

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
};

/** What went wrong, as the control API answers it (RFC 9457). */
export function problemOf(error: Error) {
  if (error instanceof DomainError) {
    const title = error.message.slice(error.code.length + 2);
    return { title, status: STATUS[error.kind], code: error.code, details: error.details };
  }
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status < 500) return { title: error.message, status, code: 'REQUEST_INVALID' };
  return { title: 'something went wrong here', status: 500, code: 'INTERNAL' };
}
