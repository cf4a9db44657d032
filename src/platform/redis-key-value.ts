import { Redis, type Result } from 'ioredis';
import type { Log } from '../kernel/context.ts';
import { DomainError } from '../kernel/errors.ts';
import { decrypt, encrypt } from './data-key.ts';
import type { KeyValue } from './key-value.ts';

const WAIT_MS = 2000;

/** Counts, and lets the window begin with the first count, in one step. */
const COUNT = `
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return count`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    countWithin(key: string, ttlMs: number): Result<number, Context>;
  }
}

/**
 * A KeyValue that several instances share. It connects by itself and again after a loss; until then
 * every call is refused within 2 s. Each method @throws DomainError KEY_VALUE_UNAVAILABLE
 */
export function redisKeyValue({ url, log }: { readonly url: string; readonly log: Log }): KeyValue {
  const redis = connectionTo(url, log);
  // Calls wait for the first attempt only; a server that is lost later refuses at once.
  const attempted = redis.connect().catch(() => undefined);
  const ask = async <Answer>(command: () => Promise<Answer>): Promise<Answer> => {
    await attempted;
    return command().catch((cause: unknown) => {
      throw unavailable(cause);
    });
  };
  return {
    inMemory: false,
    get: async (key) => opened(await ask(() => redis.get(key))),
    set: async (key, value, { ttlMs }) => {
      await ask(() => redis.set(key, encrypt(value), 'PX', whole(ttlMs)));
    },
    claim: async (key, value, { ttlMs }) =>
      (await ask(() => redis.set(key, encrypt(value), 'PX', whole(ttlMs), 'NX'))) === 'OK',
    count: (key, { ttlMs }) => ask(() => redis.countWithin(key, whole(ttlMs))),
    delete: async (key) => {
      await ask(() => redis.del(key));
    },
    close: async () => {
      await attempted;
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}

/** A count lies there as the number that Redis made of it. */
function opened(stored: string | null): string | null {
  return stored === null || /^\d+$/.test(stored) ? stored : decrypt(stored);
}

function connectionTo(url: string, log: Log): Redis {
  const redis = new Redis(url, {
    keyPrefix: 'jifenwu:',
    lazyConnect: true,
    connectTimeout: WAIT_MS,
    commandTimeout: WAIT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * attempt, WAIT_MS),
  });
  redis.defineCommand('countWithin', { numberOfKeys: 1, lua: COUNT });
  redis.on('error', (err) => log.warn({ err }, 'redis connection lost'));
  return redis;
}

function unavailable(cause: unknown): DomainError {
  const message = 'Redis did not answer';
  return new DomainError(
    { kind: 'unavailable', code: 'KEY_VALUE_UNAVAILABLE', message },
    { cause },
  );
}

function whole(ms: number): number {
  return Math.max(1, Math.round(ms));
}
