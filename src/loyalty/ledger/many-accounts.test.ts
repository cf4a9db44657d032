import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import * as ledger from './index.ts';

const { connection } = useDatabase();
const MAY = at('2026-05-10T12:00:00+08:00');
const JUNE = at('2026-06-10T12:00:00+08:00');
const REASONS = ['checkin', 'order'];
const ALL = ['mem_1', 'mem_2', 'mem_3', 'mem_4'] as const;

beforeAll(() => {
  const { standalone } = connection();
  const clock = () => JUNE.now;
  ledger.open({ couriers: [], consumers: [], standalone, clock, log: MAY.log });
});
afterAll(() => ledger.close());

function earn(ctx: Context, accountId: ledger.AccountId, key: string, expiresOn = '2027-05-31') {
  return ledger.post(ctx, accountId, key, (book) => {
    book.earn({ points: 10, expiresOn: expiresOn as '2027-05-31' });
    return {};
  });
}

describe('many accounts', () => {
  test('have what each of them has, at that time', async () => {
    await earn(MAY, 'mem_1', 'gift:1');
    await earn(MAY, 'mem_1', 'gift:2', '2026-06-01');
    await earn(MAY, 'mem_2', 'gift:1', '2026-06-01');
    const before = await ledger.availableOf(MAY, ALL);
    expect([...before.entries()].toSorted()).toEqual([
      ['mem_1', 20],
      ['mem_2', 10],
    ]);
    const after = await ledger.availableOf(JUNE, ALL);
    expect([...after.entries()].toSorted()).toEqual([
      ['mem_1', 10],
      ['mem_2', 0],
    ]);
    for (const [accountId, points] of after) {
      expect((await ledger.balanceOf(JUNE, accountId)).available).toBe(points);
    }
  });

  test('are asked for a fact at once, before it is relayed and afterwards', async () => {
    await earn(MAY, 'mem_3', 'task:x:once');
    await earn(MAY, 'mem_4', 'task:y:once');
    expect(await ledger.havePosted(MAY, ALL, 'task:x:once')).toEqual(new Set(['mem_3']));
    await ledger.relayNow(MAY);
    expect(await ledger.havePosted(MAY, ALL, 'task:x:once')).toEqual(new Set(['mem_3']));
    expect(await ledger.havePosted(MAY, ['mem_4'], 'task:x:once')).toEqual(new Set());
  });

  test('are asked who did something lately, and what time did is nobody’s doing', async () => {
    const since = new Date('2026-06-01T00:00:00+08:00');
    const ask = () => ledger.havePostedSince(JUNE, ALL, { since, reasons: REASONS });
    await earn(MAY, 'mem_1', 'checkin:2026-05-10');
    // Something is posted, but for another reason.
    await earn(JUNE, 'mem_1', 'expiry:2026-06-10');
    expect(await ask()).toEqual(new Set());
    await earn(JUNE, 'mem_2', 'checkin:2026-06-10');
    expect(await ask()).toEqual(new Set(['mem_2']));
    // More than an account remembers: the entries themselves are asked.
    await ledger.relayNow(JUNE);
    for (let n = 0; n < 20; n++) {
      await earn(JUNE, 'mem_2', `gift:a${n}`);
      await earn(JUNE, 'mem_3', `gift:a${n}`);
    }
    await ledger.relayNow(JUNE);
    await earn(JUNE, 'mem_2', 'gift:last');
    await earn(JUNE, 'mem_3', 'gift:last');
    expect(await ask()).toEqual(new Set(['mem_2']));
  });
});
