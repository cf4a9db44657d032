import { expect, it } from 'vitest';
import { AccountModel, newAccount } from './account.model.ts';
import { EntryModel } from './entry.model.ts';

it('an account that was never posted to has nothing, and knows no key', () => {
  const never = new Date(0);
  expect(newAccount('mem_1')).toEqual({
    _id: 'mem_1',
    schemaVersion: 1,
    version: 0,
    seq: 0,
    lastPostedAt: never,
    chainHead: '',
    status: 'active',
    lots: [],
    holds: [],
    debts: [],
    expiredByMonth: [],
    refundMarks: [],
    totals: {},
    facets: {},
    deliveries: [],
    outbox: [],
    recentKeys: [],
    keysCompleteSince: never,
    dueAt: null,
  });
});

it('accounts and entries lie in collections of these names for ever', () => {
  expect(AccountModel.collection.name).toBe('accounts');
  expect(EntryModel.collection.name).toBe('entries');
});
