import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { Context } from '../../src/kernel/context.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import { limits } from '../../src/loyalty/ledger/limits.ts';
import { database } from '../../src/platform/mongo.ts';
import { at } from './context.ts';
import { useDatabase } from './database.ts';

/** The day before the first night. */
export const DAY = at('2026-01-31T10:00:00+08:00');

/** At two in the morning, so many nights after the first. */
export function night(n: number, more: Partial<Context> = {}): Context {
  const two = new Date('2026-02-01T02:00:00+08:00').getTime();
  return at(new Date(two + n * 86_400_000).toISOString(), more);
}

/**
 * A ledger that is audited at night: empty, and with the usual limits, before each test. Gives what opens
 * it again after a test has closed it.
 */
export function useNights(): () => void {
  const { connection } = useDatabase();
  const usual = { ...limits };
  const open = () => {
    const { standalone } = connection();
    const { log } = DAY;
    ledger.open({ couriers: [], consumers: [], standalone, clock: () => DAY.now, log });
  };
  beforeAll(open);
  afterEach(() => Object.assign(limits, usual));
  afterAll(() => ledger.close());
  beforeEach(async () => {
    await ledger.close();
    for (const name of ['accounts', 'entries', 'audit_rounds']) {
      await database().collection(name).deleteMany({});
    }
    open();
  });
  return open;
}
