import { describe, expect, it } from 'vitest';
import { applyPatch } from '../../../tests/sim/world/apply-patch.ts';
import { OneAccount } from '../../../tests/support/one-account.ts';
import { type Account, newAccount } from './account.model.ts';
import type { EntryBody } from './entry.model.ts';
import { dropRelayed } from './keys.ts';
import { patchOf } from './patch.ts';

const base: Account = { ...newAccount('mem_1'), version: 1 };

function entry(seq: number): EntryBody {
  return { seq, key: `k${seq}`, postedAt: new Date(seq) } as EntryBody;
}

function recent(seq: number) {
  return { seq, key: `k${seq}`, postedAt: new Date(seq) };
}

describe('an update', () => {
  it('carries the fields that are another object, whole', () => {
    const lots = [{ kind: 'general', expiresOn: '2026-09-01', points: 1 }] as const;
    expect(patchOf(base, { ...base, lots, seq: 0, version: 2 })).toEqual({
      $set: { lots, version: 2 },
    });
  });

  it('carries of totals and facets what changed, one by one', () => {
    const [x, y] = [{ n: 1 }, { n: 2 }];
    const from: Account = { ...base, totals: { issued: -5, expired: 1 }, facets: { a: { x, y } } };
    const to: Account = {
      ...from,
      totals: { issued: -6, expired: 1, redeemed: 1 },
      facets: { a: { x, y: { n: 3 } }, b: { x } },
    };
    expect(patchOf(from, to)).toEqual({
      $set: {
        'totals.issued': -6,
        'totals.redeemed': 1,
        'facets.a.y': { n: 3 },
        'facets.b.x': x,
      },
    });
    expect(patchOf(from, { ...from, totals: { ...from.totals } })).toEqual({ $set: {} });
    expect(patchOf(from, { ...from, facets: { ...from.facets } })).toEqual({ $set: {} });
  });

  it('pushes new entries behind, and cuts what was forgotten off in front', () => {
    const from: Account = { ...base, seq: 3, outbox: [entry(2), entry(3)] };
    const to: Account = { ...from, seq: 5, outbox: [entry(3), entry(4), entry(5)] };
    expect(patchOf(from, to)).toEqual({
      $set: { seq: 5 },
      $push: { outbox: { $each: [entry(4), entry(5)], $slice: -3 } },
    });
  });

  it('pushes into an empty outbox what is newer than the account', () => {
    const from: Account = { ...base, seq: 3 };
    const to: Account = { ...from, seq: 4, outbox: [entry(4)] };
    expect(patchOf(from, to).$push).toEqual({ outbox: { $each: [entry(4)], $slice: -1 } });
  });

  it('empties an outbox of which nothing is left, by no push', () => {
    const from: Account = { ...base, seq: 3, outbox: [entry(3)] };
    expect(patchOf(from, { ...from, outbox: [] })).toEqual({ $set: { outbox: [] } });
    const empty: Account = { ...base, seq: 3, outbox: [] };
    expect(patchOf(empty, { ...empty, version: 2 })).toEqual({ $set: { version: 2 } });
    expect(patchOf(from, { ...from, version: 2 })).toEqual({ $set: { version: 2 } });
  });

  it('pushes the keys that are remembered in the same way', () => {
    const from: Account = { ...base, recentKeys: [recent(1), recent(2)] };
    const to: Account = { ...from, recentKeys: [recent(2), recent(3)] };
    expect(patchOf(from, to)).toEqual({
      $set: {},
      $push: { recentKeys: { $each: [recent(3)], $slice: -2 } },
    });
    expect(patchOf(base, { ...base, recentKeys: [recent(1)] }).$push).toEqual({
      recentKeys: { $each: [recent(1)], $slice: -1 },
    });
  });

  it('leads from each state of an account to the next', () => {
    const one = new OneAccount('2026-01-05');
    let from = one.account;
    for (let n = 0; n < 30; n++) {
      one.post((book) => {
        book.earn({ points: 2, expiresOn: '2026-09-01' });
        if (n % 3 === 0) book.setFacet({ name: `a.f${n % 2}`, initial: {} }, { n });
        if (n % 5 === 0) book.spend({ points: 1, purpose: 'redemption' });
      });
      if (n % 4 === 3) one.account = dropRelayed(one.account, one.account.seq - (n % 3));
      expect(applyPatch(from, patchOf(from, one.account))).toEqual(one.account);
      from = one.account;
    }
  });
});
