import { mongo } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { DomainError } from '../kernel/errors.ts';
import { isUnavailable } from './failures.ts';

const lost = (code: string) => Object.assign(new Error('this socket has been ended'), { code });

describe('what may simply be tried again', () => {
  test.each(['EPIPE', 'ECONNRESET'])('a line that the server closed during a write: %s', (code) => {
    expect(isUnavailable(lost(code))).toBe(true);
    expect(isUnavailable(new Error('not written', { cause: lost(code) }))).toBe(true);
  });

  test('a server that steps down, and a refusal that says so itself', () => {
    expect(isUnavailable(new mongo.MongoServerError({ message: 'down', code: 189 }))).toBe(true);
    const details = { kind: 'unavailable', code: 'LEDGER_BUSY', message: 'busy' } as const;
    expect(isUnavailable(new DomainError(details))).toBe(true);
  });

  test('neither a refusal, nor a file that is missing, nor a duplicate', () => {
    const refused = { kind: 'conflict', code: 'POINTS_INSUFFICIENT', message: 'no' } as const;
    expect(isUnavailable(new DomainError(refused))).toBe(false);
    expect(isUnavailable(lost('ENOENT'))).toBe(false);
    expect(isUnavailable(new mongo.MongoServerError({ message: 'twice', code: 11000 }))).toBe(
      false,
    );
  });
});
