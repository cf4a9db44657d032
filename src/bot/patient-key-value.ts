import { DomainError } from '../kernel/errors.ts';
import type { KeyValue } from '../platform/key-value.ts';
import { inTime, LATE } from './in-time.ts';

/** What the conversation needs of a KeyValue. */
export type Store = Pick<KeyValue, 'get' | 'set' | 'claim' | 'count' | 'delete'>;

/**
 * The same KeyValue, but never waited for longer than so long: a follower's answer does not hang on
 * what may be lost. What is late is refused as unavailable.
 */
export function patientKeyValue(keyValue: KeyValue, waitMs: number): Store {
  if (keyValue.inMemory) return keyValue;
  const within = async <Result>(work: Promise<Result>): Promise<Result> => {
    const result = await inTime(work, waitMs);
    if (result === LATE) throw storeTooSlow();
    return result;
  };
  return {
    get: (key) => within(keyValue.get(key)),
    set: (key, value, life) => within(keyValue.set(key, value, life)),
    claim: (key, value, life) => within(keyValue.claim(key, value, life)),
    count: (key, window) => within(keyValue.count(key, window)),
    delete: (key) => within(keyValue.delete(key)),
  };
}

function storeTooSlow(): DomainError {
  return new DomainError({
    kind: 'unavailable',
    code: 'KEY_VALUE_TOO_SLOW',
    message: 'the key-value store did not answer in time',
  });
}
