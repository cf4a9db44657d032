import { mongo } from 'mongoose';
import { DomainError } from '../kernel/errors.ts';

/** The code of what may or may not have been written; repeating it finds out. */
export const OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN';

/** MongoDB codes that say "not now": stepped down, shutting down, timed out, not writable. */
const NOT_NOW = new Set([50, 89, 91, 189, 262, 9001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** What Node says when a server that dies closes a line that is being written to: no driver's error. */
const LINE_LOST = new Set(['EPIPE', 'ECONNRESET']);

/**
 * Whether something outside could not be reached or did not answer in time, so that the same may
 * simply be tried again. Nothing of it is stored as an answer. A `DomainError` of another code than
 * `OUTCOME_UNKNOWN` says that nothing was written; a driver's own error says nothing about that.
 */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof DomainError) return cause.kind === 'unavailable';
    if (isDriverUnavailable(cause)) return true;
  }
  return false;
}

function isDriverUnavailable(error: Error): boolean {
  if (error instanceof mongo.MongoServerError) return NOT_NOW.has(Number(error.code));
  // Mongoose has errors of its own for a connection that never was.
  const name = error.name;
  return (
    ('code' in error && LINE_LOST.has(String(error.code))) ||
    error instanceof mongo.MongoNetworkError ||
    error instanceof mongo.MongoServerSelectionError ||
    error instanceof mongo.MongoNotConnectedError ||
    error instanceof mongo.MongoTopologyClosedError ||
    error instanceof mongo.MongoOperationTimeoutError ||
    error instanceof mongo.MongoClientClosedError ||
    /^Mongo.*(Pool|Timeout|NotConnected)/.test(name) ||
    name === 'MongooseServerSelectionError'
  );
}
