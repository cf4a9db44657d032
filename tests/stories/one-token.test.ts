import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CallingProcess } from '../support/calling.ts';
import { hasRedis, startRedis } from '../support/redis-process.ts';
import { openTokenPlatform, type TokenPlatform } from '../support/token-platform.ts';

const EXPIRIES = 50;
const AT_ONCE = 4;
/** A token of two hours is replaced five minutes before its end. */
const LIFE_MS = (7200 - 300) * 1000;
/** How far the second clock is ahead of the first. */
const SKEW_MS = 2000;

describe.skipIf(!hasRedis())('two processes with one Redis', () => {
  const closing: (() => Promise<void>)[] = [];
  let platform: TokenPlatform;
  let processes: readonly CallingProcess[] = [];
  let nowMs = Date.parse('2026-01-31T08:00:00Z');

  beforeAll(async () => {
    const redis = await startRedis();
    closing.push(redis.stop);
    platform = await openTokenPlatform();
    closing.push(platform.close);
    const env = {
      REDIS_URL: redis.url,
      DATA_KEY: randomBytes(32).toString('base64'),
      WECHAT_API_BASE_URL: platform.baseUrl.href,
    };
    processes = [new CallingProcess(env), new CallingProcess(env)];
    for (const one of processes) closing.push(() => one.stop());
    // Both have started and hold the first token.
    await everybodyCalls();
  }, 60_000);

  beforeEach(async () => {
    await everybodyCalls();
    platform.calls.clear();
  });

  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  /** Four calls in each process, all at the same time. */
  async function everybodyCalls(): Promise<void> {
    const made = await Promise.all(
      processes.map((one, n) => one.call({ atMs: nowMs + n * SKEW_MS, calls: AT_ONCE })),
    );
    expect(made.flatMap(({ failures }) => failures)).toEqual([]);
  }

  test('refresh a token exactly once over each of fifty expiries', {
    timeout: 60_000,
  }, async () => {
    const before = platform.grants();
    for (let expiry = 1; expiry <= EXPIRIES; expiry++) {
      nowMs += LIFE_MS + SKEW_MS;
      await everybodyCalls();
      expect(platform.grants()).toBe(before + expiry);
      await everybodyCalls();
      expect(platform.grants()).toBe(before + expiry);
    }
    expect(sum(platform.calls)).toBe(EXPIRIES * 2 * 2 * AT_ONCE);
  });

  test('replace a token that the platform refuses exactly once', { timeout: 60_000 }, async () => {
    const before = platform.grants();
    for (let time = 1; time <= EXPIRIES; time++) {
      platform.revoke();
      await everybodyCalls();
      expect(platform.grants()).toBe(before + time);
    }
    expect(sum(platform.calls)).toBe(EXPIRIES * 2 * AT_ONCE);
  });
});

function sum(calls: ReadonlyMap<number, number>): number {
  return [...calls.values()].reduce((total, times) => total + times, 0);
}
