import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startCron } from './cron.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

test('a row runs when it is due, and not after the clocks were stopped', async () => {
  const ran: string[] = [];
  const stop = startCron(
    [
      { name: 'each second', cron: '* * * * * *' },
      { name: 'once a year', cron: '0 0 0 29 2 *' },
    ],
    {
      log,
      run: async ({ name }) => {
        ran.push(name);
      },
    },
  );
  await expect.poll(() => ran.length, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
  await stop();
  const before = ran.length;
  await wait(1200);
  expect(ran).toHaveLength(before);
  expect(new Set(ran)).toEqual(new Set(['each second']));
});

test('a row that is still running is not run beside itself, and stopping waits for it', async () => {
  let [now, most, finished] = [0, 0, 0];
  const stop = startCron([{ name: 'slow', cron: '* * * * * *' }], {
    log,
    run: async () => {
      now += 1;
      most = Math.max(most, now);
      await wait(1500);
      now -= 1;
      finished += 1;
    },
  });
  await expect.poll(() => finished, { timeout: 8000 }).toBe(1);
  await expect.poll(() => now, { timeout: 8000 }).toBe(1);
  await stop();
  expect({ now, most, finished }).toEqual({ now: 0, most: 1, finished: 2 });
});

test('a row that fails is logged, and run again when it is next due', async () => {
  const errors: unknown[] = [];
  const stop = startCron([{ name: 'failing', cron: '* * * * * *' }], {
    log: { ...log, error: (fields: unknown) => errors.push(fields) } as never,
    run: () => Promise.reject(new Error('broken')),
  });
  await expect.poll(() => errors.length, { timeout: 8000 }).toBeGreaterThanOrEqual(2);
  await stop();
  expect(errors[0]).toEqual({ err: new Error('broken'), job: 'failing' });
});

test('a row that is no time stops the start', () => {
  const rows = [{ name: 'wrong', cron: '99 * * * * *' }];
  expect(() => startCron(rows, { log, run: async () => {} })).toThrow();
});
