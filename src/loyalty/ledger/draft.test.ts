import { afterEach, describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import { newAccount } from './account.model.ts';
import { Draft } from './draft.ts';
import { limits } from './limits.ts';
import type { Hold, Lot } from './points.ts';

const NOW = new Date('2026-01-05T08:00:00+08:00');
const UNTIL = new Date('2026-03-01T00:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general'): Lot {
  return { kind, expiresOn, points };
}

function empty(): Draft {
  return new Draft(newAccount('mem_1'), NOW);
}

describe('a move', () => {
  it('must add up to zero, in whole points', () => {
    expect(() => empty().move('earn', { issued: -1, spendable: 2 })).toThrow(
      'the postings of earn do not add up to zero',
    );
    expect(() => empty().move('earn', { issued: -0.5, spendable: 0.5 })).toThrow('safe integers');
    expect(() => empty().move('earn', { issued: -(2 ** 53), spendable: 2 ** 53 })).toThrow(
      'points are safe integers',
    );
  });

  it('keeps no posting of nothing, and sums up the other side only', () => {
    const draft = empty();
    draft.move('adjust', { adjusted: -5, spendable: 2, held: 4, debt: -1, issued: 0 });
    draft.move('adjust', { adjusted: 1, redeemed: -1 });
    expect(draft.moves[0]?.postings).toEqual({ adjusted: -5, spendable: 2, held: 4, debt: -1 });
    expect(draft.account.totals).toEqual({ adjusted: -4, redeemed: -1 });
  });

  it('keeps no empty part', () => {
    const parts = { taken: [], given: [lot('2026-02-01', 1)], purpose: undefined, of: 'm' };
    expect(empty().move('refund', {}, parts as never)).toStrictEqual({
      type: 'refund',
      postings: {},
      given: [lot('2026-02-01', 1)],
      of: 'm',
    });
  });
});

describe('lots that become too many', () => {
  it('join, the closest first, until they fit', () => {
    limits.lotsMax = 2;
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-02-01' }));
    one.post((book) => book.earn({ points: 2, expiresOn: '2026-05-01' }));
    limits.lotsMax = 1;
    const moves = one.moves((book) => book.earn({ points: 4, expiresOn: '2026-04-20' }));
    expect(moves.slice(1)).toStrictEqual([
      {
        type: 'compact',
        postings: {},
        taken: [lot('2026-04-20', 4)],
        given: [lot('2026-05-01', 4)],
      },
      {
        type: 'compact',
        postings: {},
        taken: [lot('2026-02-01', 1)],
        given: [lot('2026-05-01', 1)],
      },
    ]);
    expect(one.account.lots).toEqual([lot('2026-05-01', 7)]);
  });
});

describe('a hold', () => {
  const part = (holdId: string, points: number, expiresOn: Lot['expiresOn']): Hold => ({
    holdId,
    points,
    lots: [lot(expiresOn, points)],
    until: UNTIL,
  });

  it('grows by what is added to it, also when there is no room for another', () => {
    limits.holdsMax = 2;
    const draft = empty();
    draft.addHold(part('a', 1, '2026-02-01'));
    draft.addHold(part('b', 2, '2026-02-01'));
    draft.addHold(part('a', 4, '2026-05-01'));
    const lots = [lot('2026-02-01', 1), lot('2026-05-01', 4)];
    expect(draft.account.holds).toEqual([
      { holdId: 'a', points: 5, lots, until: UNTIL },
      part('b', 2, '2026-02-01'),
    ]);
    expect(() => draft.addHold(part('c', 1, '2026-02-01'))).toThrow('HOLDS_TOO_MANY');
  });

  it('gives back a part of itself, and is gone with the last', () => {
    const draft = empty();
    draft.addHold(part('a', 5, '2026-02-01'));
    draft.addHold(part('b', 2, '2026-02-01'));
    const taken = draft.takeFromHold('a', [lot('2026-02-01', 3)]);
    expect(taken).toEqual(part('a', 3, '2026-02-01'));
    expect(draft.account.holds).toEqual([part('a', 2, '2026-02-01'), part('b', 2, '2026-02-01')]);
    expect(() => draft.takeFromHold('a', [lot('2026-02-01', 3)])).toThrow('HOLD_NOT_FOUND');
    expect(() => draft.takeFromHold('c')).toThrow('HOLD_NOT_FOUND');
    expect(() => draft.takeFromHold('c', [])).toThrow('HOLD_NOT_FOUND');
    draft.takeFromHold('a', [lot('2026-02-01', 2)]);
    expect(draft.takeFromHold('b')).toEqual(part('b', 2, '2026-02-01'));
    expect(draft.account.holds).toEqual([]);
  });
});

describe('a debt', () => {
  it('grows by what is owed more, and the others stay as they are', () => {
    const draft = empty();
    const loan = { debtId: 'l', type: 'loan', points: 1, dueOn: '2026-04-01' } as const;
    const debt = { debtId: 'clawback', type: 'clawback', points: 2 } as const;
    draft.owe(loan);
    draft.owe(debt);
    draft.owe({ ...debt, points: 3 });
    expect(draft.account.debts).toEqual([loan, { ...debt, points: 5 }]);
  });
});

describe('a facet', () => {
  it('is set beside those of its module and of others, and told by its entry alone', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.setFacet({ name: 'a.x', initial: {} }, { n: 1 }));
    const entry = one.post((book) => {
      book.setFacet({ name: 'a.y', initial: {} }, { n: 2 });
      book.setFacet({ name: 'a.z', initial: {} }, { n: 3 });
      book.setFacet({ name: 'b.x', initial: {} }, { n: 4 });
    });
    expect(entry.facets).toEqual({ a: { y: { n: 2 }, z: { n: 3 } }, b: { x: { n: 4 } } });
    expect(one.account.facets).toEqual({
      a: { x: { n: 1 }, y: { n: 2 }, z: { n: 3 } },
      b: { x: { n: 4 } },
    });
  });

  it('is plain and small', () => {
    const one = new OneAccount('2026-01-05');
    const set = (state: object) => () =>
      one.post((book) => book.setFacet({ name: 'a.x', initial: {} }, state));
    expect(set({ at: NOW })).toThrow('facet a.x holds more than plain JSON');
    expect(set({ text: 'x'.repeat(512) })).toThrow('facet a.x is too large');
  });

  it('is one of 24 at most, over all modules', () => {
    const one = new OneAccount('2026-01-05');
    const set = (n: number) =>
      one.post((book) => book.setFacet({ name: `m${n % 5}.f${n}`, initial: {} }, { n }));
    for (let n = 0; n < 24; n++) set(n);
    expect(() => set(24)).toThrow('too many facets');
    set(23);
  });
});

describe('an entry is written', () => {
  it.each<[string, (draft: Draft) => unknown]>([
    ['a move', (draft) => draft.move('earn', { issued: -1, spendable: 1 })],
    ['a facet', (draft) => draft.putFacet('a.x', {})],
    ['an answer', (draft) => draft.answer('mem_1.000000001#0')],
    ['a status', (draft) => draft.setStatus('active')],
    [
      'a delivery',
      (draft) =>
        draft.addDelivery({ type: 'order', to: 'a', payload: {}, lots: [], contra: 'redeemed' }),
    ],
  ])('for %s', (_, change) => {
    const draft = empty();
    expect(draft.changed).toBe(false);
    change(draft);
    expect(draft.changed).toBe(true);
  });
});
