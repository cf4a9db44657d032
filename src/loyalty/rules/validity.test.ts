import { expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { expectCleanBooks, useShop } from '../../../tests/support/shop.ts';
import { addDays, NEVER } from '../../kernel/business-day.ts';
import { newId } from '../../kernel/ids.ts';
import { database } from '../../platform/mongo.ts';
import * as ledger from '../ledger/index.ts';
import * as settings from '../settings/index.ts';
import { current, quote } from './index.ts';

useShop({ couriers: [] });
const morning = at('2026-11-21T10:00:00+08:00');
const thirtyYearsOn = at('2056-11-21T10:00:00+08:00');
const memberId = newId('mem', morning.now);

/** What a task of so many points gives while these rules are in force. */
async function earn(points: number, inForce: string): Promise<void> {
  await settings.change(morning, 'rules', { inForce });
  const fact = { kind: 'task', taskPoints: points, today: morning.today } as const;
  const earning = quote(await current(morning), fact);
  await ledger.post(morning, memberId, `task:${points}`, (book) => {
    book.earn(earning);
    return {};
  });
}

function lots() {
  return database()
    .collection<{ _id: string; lots: object[] }>('accounts')
    .findOne({ _id: memberId })
    .then((account) => account?.lots);
}

test('another policy concerns what is earned from then on, and what never ends is one lot', async () => {
  await earn(1, 'micro-store@1');
  await earn(2, 'micro-store-never@1');
  await earn(4, 'micro-store-year-end@1');
  await earn(8, 'micro-store-never@1');
  await earn(16, 'micro-store@1');
  expect(await lots()).toEqual([
    { kind: 'general', expiresOn: '2027-01-01', points: 4 },
    { kind: 'general', expiresOn: '2027-12-01', points: 17 },
    { kind: 'general', expiresOn: NEVER, points: 10 },
  ]);
});

test('what never ends is in no list of what ends, and is there when all else is gone', async () => {
  const ending = await ledger.expiringOf(morning, memberId, addDays(NEVER, -1));
  expect(ending.map(({ points }) => points)).toEqual([4, 17]);
  expect((await ledger.settleDue(thirtyYearsOn, 10)).done).toBe(1);
  expect(await lots()).toEqual([{ kind: 'general', expiresOn: NEVER, points: 10 }]);
  expect((await ledger.balanceOf(thirtyYearsOn, memberId)).available).toBe(10);
  expect((await ledger.settleDue(thirtyYearsOn, 10)).done).toBe(0);
  await expectCleanBooks(thirtyYearsOn);
});
