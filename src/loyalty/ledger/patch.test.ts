import { expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import { database } from '../../platform/mongo.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { decideOn } from './decide.ts';
import { dueAtOf } from './due-at.ts';
import { dropRelayed } from './keys.ts';
import { patchOf } from './patch.ts';

useDatabase();

const DAYS = ['2026-03-01', '2026-04-01', '2026-05-01'] as const;

/** What happens to the account in turns; every step changes other fields. */
const STEPS: readonly ((book: AccountBook, n: number) => unknown)[] = [
  (book, n) => book.earn({ points: 10, expiresOn: DAYS[n % 3] ?? DAYS[0] }),
  (book, n) => book.setFacet({ name: `test.f${n % 3}`, initial: {} }, { n }),
  (book) => book.spend({ points: 3, purpose: 'redemption' }),
  (book, n) => book.deliver({ type: 'test', to: `to${n}`, payload: {} }),
  (book) => book.clawback({ points: 5 }),
  (book) => (book.status === 'active' ? book.freeze() : book.unfreeze()),
];

it('the update that MongoDB runs turns the one state into the next, field by field', async () => {
  const accounts = database().collection<Account>('accounts');
  let stored: Account = { ...newAccount('mem_patch'), version: 1 };
  await accounts.insertOne(stored);
  for (let n = 0; n < 120; n++) {
    const next = stepped(stored, n);
    const { matchedCount } = await accounts.updateOne(
      { _id: stored._id, version: stored.version },
      patchOf(stored, next) as object,
    );
    expect(matchedCount).toBe(1);
    expect(await accounts.findOne({ _id: stored._id })).toEqual(next);
    stored = next;
  }
});

function stepped(base: Account, n: number): Account {
  const key = `k${n}`;
  const decide = (book: AccountBook) => {
    STEPS[n % STEPS.length]?.(book, n);
    return {};
  };
  const command = { ctx: at('2026-01-31T08:00:00+08:00'), key, decide };
  const decision = decideOn(base, command, new Map([[key, null]]));
  let next = decision.kind === 'written' ? decision.account : base;
  if (n % 4 === 3) next = dropRelayed(next, next.seq - (n % 3));
  if (n % 7 === 6) next = { ...next, deliveries: next.deliveries.slice(1) };
  return { ...next, version: base.version + 1, dueAt: dueAtOf(next) };
}

it('an update carries the difference and nothing else', () => {
  const base: Account = { ...newAccount('mem_small'), version: 1, lots: [], facets: {} };
  const next = stepped(base, 1);
  const patch = patchOf(base, next);
  expect(Object.keys(patch.$set).sort()).toEqual([
    'chainHead',
    'dueAt',
    'facets.test.f1',
    'lastPostedAt',
    'seq',
    'version',
  ]);
  expect(patch.$push).toEqual({ outbox: { $each: next.outbox, $slice: -1 } });
  expect(patchOf(next, next)).toEqual({ $set: {} });
});
