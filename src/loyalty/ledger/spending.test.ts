import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Kind, Lot, Purpose } from './points.ts';

const UNTIL = new Date('2026-03-01T00:00:00+08:00');

function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general'): Lot {
  return { kind, expiresOn, points };
}

/** An account with 30 points until February and 50 until September. */
function rich(): OneAccount {
  const one = new OneAccount('2026-01-05');
  one.post((book) => {
    book.earn({ points: 30, expiresOn: '2026-02-01' });
    book.earn({ points: 50, expiresOn: '2026-09-01' });
  });
  return one;
}

describe('a purpose', () => {
  it.each<[Purpose, readonly Kind[]]>([
    ['redemption', ['general', 'loan']],
    ['festival', ['general', 'loan', 'festival']],
    ['transfer', ['general']],
    ['donation', ['general']],
    ['stake', ['general']],
    ['claim', ['unit']],
  ])('%s takes kinds %j', (purpose, kinds) => {
    for (const kind of ['general', 'loan', 'festival', 'unit'] as const) {
      const one = new OneAccount('2026-01-05');
      one.post((book) => book.earn({ points: 1, expiresOn: '2026-02-01', kind }));
      const decision = one.decide((book) => {
        expect(book.spendable(purpose)).toBe(kinds.includes(kind) ? 1 : 0);
        book.spend({ points: 1, purpose });
      });
      expect(decision.kind).toBe(kinds.includes(kind) ? 'written' : 'thrown');
    }
  });
});

describe('a spend', () => {
  it('is redeemed unless it is donated', () => {
    const moves = rich().moves((book) => {
      book.spend({ points: 1, purpose: 'redemption' });
      book.spend({ points: 2, purpose: 'donation', into: 'donated' });
    });
    expect(moves).toStrictEqual([
      {
        type: 'spend',
        postings: { redeemed: 1, spendable: -1 },
        purpose: 'redemption',
        taken: [lot('2026-02-01', 1)],
      },
      {
        type: 'spend',
        postings: { donated: 2, spendable: -2 },
        purpose: 'donation',
        taken: [lot('2026-02-01', 2)],
      },
    ]);
  });

  it('says how much of the right kind there is when that is too little', () => {
    const one = rich();
    one.post((book) => book.earn({ points: 7, expiresOn: '2026-09-01', kind: 'festival' }));
    expect(one.decide((book) => book.spend({ points: 81, purpose: 'redemption' }))).toMatchObject({
      error: { code: 'POINTS_INSUFFICIENT', details: { balance: 80, needed: 81, missing: 1 } },
    });
  });

  it('does not take what comes back with a day that is over, within the same entry', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 30, purpose: 'stake', until: UNTIL }));
    one.time = '2026-02-01';
    const decision = one.decide((book) => {
      book.release({ holdId: 'h', because: 'member' });
      expect(book.balance).toBe(50);
      expect(book.spendable('redemption')).toBe(50);
      book.spend({ points: 51, purpose: 'redemption' });
    });
    expect(decision).toMatchObject({ error: { details: { balance: 50, needed: 51 } } });
  });
});

describe('a hold', () => {
  it('sets the soonest lots of its purpose aside', () => {
    const one = rich();
    const moves = one.moves((book) =>
      book.hold({ holdId: 'h', points: 40, purpose: 'stake', until: UNTIL }),
    );
    const taken = [lot('2026-02-01', 30), lot('2026-09-01', 10)];
    const held = { holdId: 'h', points: 40, lots: taken, until: UNTIL };
    expect(moves).toStrictEqual([
      { type: 'hold', postings: { spendable: -40, held: 40 }, taken, held, purpose: 'stake' },
    ]);
    expect(one.account.holds).toEqual([held]);
    expect(one.account.lots).toEqual([lot('2026-09-01', 40)]);
  });

  it('takes its own purpose only, and no more than there is', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 5, expiresOn: '2026-09-01', kind: 'loan' });
      book.earn({ points: 2, expiresOn: '2026-09-01' });
    });
    const hold = (points: number, purpose: Purpose) => () =>
      one.post((book) => book.hold({ holdId: 'h', points, purpose, until: UNTIL }));
    expect(hold(3, 'stake')).toThrow('POINTS_INSUFFICIENT');
    expect(hold(0, 'stake')).toThrow('POINTS_INVALID');
    expect(hold(7, 'redemption')).not.toThrow();
  });

  it('that is open does not forbid another one', () => {
    const one = rich();
    for (const holdId of ['a', 'b', 'c']) {
      one.post((book) => book.hold({ holdId, points: 1, purpose: 'stake', until: UNTIL }));
    }
    one.post((book) => book.release({ holdId: 'b', because: 'member' }));
    expect(one.account.holds.map(({ holdId }) => holdId)).toEqual(['a', 'c']);
  });

  it('is captured wholly, or in part: the rest goes back', () => {
    const one = rich();
    one.post((book) => {
      book.hold({ holdId: 'a', points: 10, purpose: 'stake', until: UNTIL });
      book.hold({ holdId: 'b', points: 25, purpose: 'donation', until: UNTIL });
    });
    const [whole] = one.moves((book) => book.capture({ holdId: 'a' }));
    const a = { holdId: 'a', points: 10, lots: [lot('2026-02-01', 10)], until: UNTIL };
    expect(whole).toStrictEqual({
      type: 'capture',
      postings: { held: -10, redeemed: 10 },
      unheld: [a],
      captured: [lot('2026-02-01', 10)],
    });
    const [part] = one.moves((book) => book.capture({ holdId: 'b', points: 21, into: 'donated' }));
    expect(part).toMatchObject({
      postings: { held: -25, donated: 21, spendable: 4 },
      captured: [lot('2026-02-01', 20), lot('2026-09-01', 1)],
      given: [lot('2026-09-01', 4)],
    });
    expect(one.account.holds).toEqual([]);
    expect(one.account.lots).toEqual([lot('2026-09-01', 49)]);
  });

  it('is not captured by no points', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'a', points: 10, purpose: 'stake', until: UNTIL }));
    expect(() => one.post((book) => book.capture({ holdId: 'a', points: 0 }))).toThrow(
      'POINTS_INVALID',
    );
  });

  it.each([
    ['member', '2026-02-01'],
    ['timeout', '2026-02-01'],
    ['merchant', '2026-02-07'],
  ] as const)('that is released because of the %s is valid until %s', (because, expiresOn) => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'a', points: 10, purpose: 'stake', until: UNTIL }));
    one.time = '2026-01-31';
    const [move] = one.moves((book) => book.release({ holdId: 'a', because }));
    expect(move).toStrictEqual({
      type: 'release',
      postings: { held: -10, spendable: 10 },
      unheld: [{ holdId: 'a', points: 10, lots: [lot('2026-02-01', 10)], until: UNTIL }],
      given: [lot(expiresOn, 10)],
    });
  });
});

describe('a refund', () => {
  it('comes back from the end of the payment, slice by slice', () => {
    const one = rich();
    const paid = one.posted((book) => book.spend({ points: 60, purpose: 'redemption' }));
    const given = (points: number) => {
      const [move] = one.moves((book) => book.refund({ of: paid, points }));
      expect(move).toMatchObject({
        type: 'refund',
        postings: { redeemed: -points, spendable: points },
        of: paid.moveId,
      });
      return move?.given;
    };
    expect(given(20)).toEqual([lot('2026-09-01', 20)]);
    expect(given(25)).toEqual([lot('2026-02-01', 15), lot('2026-09-01', 10)]);
    expect(given(15)).toEqual([lot('2026-02-01', 15)]);
    expect(one.account.refundMarks).toEqual([
      { move: paid.moveId, points: 60, closesOn: '2027-01-05' },
    ]);
    expect(() => given(1)).toThrow('REFUND_EXCEEDS_PAYMENT');
  });

  it('of what was donated comes back from there, also when it was captured', () => {
    const one = rich();
    const gift = one.posted((book) =>
      book.spend({ points: 5, purpose: 'donation', into: 'donated' }),
    );
    one.post((book) => book.hold({ holdId: 'h', points: 8, purpose: 'donation', until: UNTIL }));
    const captured = one.posted((book) =>
      book.capture({ holdId: 'h', points: 6, into: 'donated' }),
    );
    for (const of of [gift, captured]) {
      const [move] = one.moves((book) => book.refund({ of, points: 5 }));
      expect(move?.postings).toEqual({ donated: -5, spendable: 5 });
    }
    expect(() => one.post((book) => book.refund({ of: captured, points: 2 }))).toThrow(
      'REFUND_EXCEEDS_PAYMENT',
    );
  });

  it('of a forfeiture comes back from there: the lots, then the held ones', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 40, purpose: 'stake', until: UNTIL }));
    const gone = one.posted((book) => book.forfeit());
    const [move] = one.moves((book) => book.refund({ of: gone, points: 45 }));
    expect(move).toMatchObject({
      postings: { forfeited: -45, spendable: 45 },
      given: [lot('2026-09-01', 5), lot('2026-02-01', 30), lot('2026-09-01', 10)],
    });
    expect(one.account.lots).toEqual([lot('2026-02-01', 30), lot('2026-09-01', 15)]);
  });

  it('is not for a hold, a release or an entry of an account with a similar name', () => {
    const one = rich();
    const held = one.posted((book) =>
      book.hold({ holdId: 'h', points: 5, purpose: 'stake', until: UNTIL }),
    );
    const released = one.posted((book) => book.release({ holdId: 'h', because: 'member' }));
    const paid = one.posted((book) => book.spend({ points: 5, purpose: 'redemption' }));
    one.post((book) => book.hold({ holdId: 'i', points: 5, purpose: 'stake', until: UNTIL }));
    const captured = one.posted((book) => book.capture({ holdId: 'i' }));
    const gone = one.posted((book) => book.forfeit());
    const theirs = [paid, captured, gone].map((of) => ({ ...of, moveId: 'mem_12.000000003/0' }));
    for (const of of [held, released, ...theirs]) {
      expect(() => one.post((book) => book.refund({ of, points: 1 }))).toThrow(
        'ENTRY_NOT_REFUNDABLE',
      );
    }
  });

  it('is refused by a closed account', () => {
    const one = rich();
    const paid = one.posted((book) => book.spend({ points: 5, purpose: 'redemption' }));
    one.post((book) => book.close());
    expect(() => one.post((book) => book.refund({ of: paid, points: 5 }))).toThrow(
      'ACCOUNT_CLOSED',
    );
    expect(() => one.post((book) => book.refund({ of: paid, points: 0 }))).toThrow(
      'POINTS_INVALID',
    );
  });

  it('is remembered per payment as long as more can come back, for 32 payments at most', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 100, expiresOn: '2029-02-01' }));
    const pay = () => one.posted((book) => book.spend({ points: 2, purpose: 'redemption' }));
    const marks = () => one.account.refundMarks.map(({ move }) => move);
    const [first, second] = [pay(), pay()];
    one.post((book) => book.refund({ of: first, points: 1 }));
    one.post((book) => book.refund({ of: second, points: 1 }));
    one.post((book) => book.refund({ of: first, points: 1 }));
    expect(marks()).toEqual([second.moveId, first.moveId]);

    one.time = '2027-01-05';
    const third = pay();
    one.post((book) => book.refund({ of: third, points: 1 }));
    expect(marks()).toEqual([second.moveId, first.moveId, third.moveId]);
    one.time = '2027-01-06';
    const many = Array.from({ length: 31 }, pay);
    one.post((book) => book.refund({ of: many[0] ?? third, points: 1 }));
    expect(marks()).toEqual([third.moveId, many[0]?.moveId]);
    for (const of of many.slice(1)) one.post((book) => book.refund({ of, points: 1 }));
    expect(marks()).toEqual([third, ...many].map(({ moveId }) => moveId));
    const last = pay();
    one.post((book) => book.refund({ of: last, points: 1 }));
    expect(marks()).toEqual([...many, last].map(({ moveId }) => moveId));
  });
});
