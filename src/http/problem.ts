import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DomainError, type ErrorKind } from '../kernel/errors.ts';
import { isUnavailable } from '../platform/failures.ts';

/** RFC 9457, with the code that partners branch on. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  /** Facts of a refusal, or which fields are wrong and why. */
  readonly details?: Readonly<Record<string, unknown>>;
}

const STATUS: Record<ErrorKind, number> = {
  invalid: 422,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  limited: 429,
  unavailable: 503,
};

/** Puts an error into the one form that JSON routes answer. Stack traces stay in the log. */
export function problemOf(error: unknown, requestId: string): Problem {
  const problem = { type: 'about:blank', requestId } as const;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(({ instancePath, message }) => [instancePath, message]);
    const details = Object.fromEntries(fields);
    return { ...problem, title: 'the request is not valid', status: 422, code: 'INVALID', details };
  }
  if (isUnavailable(error)) {
    return { ...problem, title: 'try again in a moment', status: 503, code: 'UNAVAILABLE' };
  }
  if (error instanceof DomainError) {
    const title = error.message.slice(error.code.length + 2);
    const { code, details } = error;
    return { ...problem, title, status: STATUS[error.kind], code, details };
  }
  const status = statusOf(error);
  if (status < 500 && error instanceof Error) {
    return { ...problem, title: error.message, status, code: 'REQUEST_INVALID' };
  }
  return { ...problem, title: 'something went wrong here', status: 500, code: 'INTERNAL' };
}

/** Answers a request with what went wrong; what someone must act on is logged as an error. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): unknown {
  const problem = problemOf(error, request.id);
  const { status, code, requestId } = problem;
  if (status >= 500) request.ctx.log.error({ err: error, requestId, code }, 'request failed');
  return reply
    .code(status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem));
}

/** Answers a request for an address that does not exist. */
export function sendNotFound(request: FastifyRequest, reply: FastifyReply): unknown {
  const message = 'there is nothing at this address';
  const error = new DomainError({ kind: 'not-found', code: 'NOT_FOUND', message });
  return sendProblem(error, request, reply);
}

function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('statusCode' in error)) return 500;
  return typeof error.statusCode === 'number' ? error.statusCode : 500;
}
