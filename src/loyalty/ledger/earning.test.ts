import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Hold, Lot } from './points.ts';

function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general'): Lot {
  return { kind, expiresOn, points };
}

describe('an earning', () => {
  it('becomes a lot, and says why it is so many points', () => {
    const one = new OneAccount('2026-01-05');
    const sources = [{ source: 'checkin.base', points: 10 }];
    const moves = one.moves((book) => {
      book.earn({ points: 10, expiresOn: '2027-02-01', sources, ruleVersion: 'points@1' });
      book.earn({ points: 5, expiresOn: '2027-02-01', kind: 'festival' });
    });
    expect(moves).toStrictEqual([
      {
        type: 'earn',
        postings: { issued: -10, spendable: 10 },
        sources,
        ruleVersion: 'points@1',
        given: [lot('2027-02-01', 10)],
      },
      {
        type: 'earn',
        postings: { issued: -5, spendable: 5 },
        given: [lot('2027-02-01', 5, 'festival')],
      },
    ]);
    expect(one.account.totals).toEqual({ issued: -15 });
  });

  it('waits in a hold of its day when it may be used later only', () => {
    const one = new OneAccount('2026-01-05');
    const earning = { points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-06' } as const;
    const held: Hold = {
      holdId: 'pending:2026-01-06',
      points: 10,
      lots: [lot('2027-02-01', 10)],
      until: new Date('2026-01-06T00:00:00+08:00'),
      pending: true,
    };
    const moves = one.moves((book) => book.earn({ ...earning, ruleVersion: 'points@1' }));
    expect(moves).toStrictEqual([
      { type: 'earn', postings: { issued: -10, held: 10 }, held, ruleVersion: 'points@1' },
    ]);
    expect(one.account.holds).toEqual([held]);
    expect(one.account.lots).toEqual([]);

    one.post((book) => book.earn({ ...earning, points: 2 }));
    expect(one.account.holds).toEqual([{ ...held, points: 12, lots: [lot('2027-02-01', 12)] }]);
  });

  it('is usable at once when its day has come', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) =>
      book.earn({ points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-05' }),
    );
    expect(one.account.holds).toEqual([]);
    expect(one.account.lots).toEqual([lot('2027-02-01', 10)]);
  });

  it('of which nothing is left after a debt gives no lot', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.clawback({ points: 10 }));
    const moves = one.moves((book) => book.earn({ points: 10, expiresOn: '2027-02-01' }));
    expect(moves).toStrictEqual([
      {
        type: 'earn',
        postings: { issued: -10, debt: 10 },
        repaid: [{ debtId: 'clawback', points: 10 }],
      },
    ]);
    expect(one.account.debts).toEqual([]);
  });
});

describe('pending points', () => {
  it('become usable before their day, the part of one earning at a time', () => {
    const one = new OneAccount('2026-01-05');
    const earn = (points: number, expiresOn: '2027-02-01' | '2027-03-01') =>
      one.posted((book) => book.earn({ points, expiresOn, pendingUntil: '2026-01-20' }));
    const first = earn(10, '2027-02-01');
    earn(5, '2027-03-01');
    const moves = one.moves((book) => book.mature({ of: first }));
    expect(moves).toMatchObject([
      {
        type: 'mature',
        postings: { held: -10, spendable: 10 },
        unheld: [{ holdId: 'pending:2026-01-20', points: 10, lots: [lot('2027-02-01', 10)] }],
        given: [lot('2027-02-01', 10)],
      },
    ]);
    expect(one.account.holds).toMatchObject([{ points: 5, lots: [lot('2027-03-01', 5)] }]);
    expect(() => one.post((book) => book.mature({ of: first }))).toThrow('HOLD_NOT_FOUND');
  });

  it('repay debts with what expires soonest, like an earning', () => {
    const one = new OneAccount('2026-01-05');
    const pending = one.posted((book) =>
      book.earn({ points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-20' }),
    );
    one.post((book) => book.clawback({ points: 4 }));
    const [move] = one.moves((book) => book.mature({ of: pending }));
    expect(move).toMatchObject({
      postings: { held: -10, debt: 4, spendable: 6 },
      repaid: [{ debtId: 'clawback', points: 4 }],
      given: [lot('2027-02-01', 6)],
    });
  });

  it('only mature: other earnings and other holds do not', () => {
    const one = new OneAccount('2026-01-05');
    const earned = one.posted((book) => book.earn({ points: 10, expiresOn: '2027-02-01' }));
    const until = new Date('2026-01-20T00:00:00+08:00');
    const hold = one.posted((book) =>
      book.hold({ holdId: 'h', points: 1, purpose: 'stake', until }),
    );
    for (const of of [earned, hold]) {
      expect(() => one.post((book) => book.mature({ of }))).toThrow('only pending points mature');
    }
  });
});

describe('a clawback', () => {
  it('takes the lot that the earning made, though others expire sooner', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 10, expiresOn: '2026-06-01' }));
    const earned = one.posted((book) => book.earn({ points: 10, expiresOn: '2027-02-01' }));
    one.post((book) => book.earn({ points: 10, expiresOn: '2027-02-01', kind: 'festival' }));
    const moves = one.moves((book) =>
      book.clawback({ points: 14, of: earned, ruleVersion: 'points@2' }),
    );
    expect(moves).toStrictEqual([
      {
        type: 'clawback',
        postings: { issued: 14, spendable: -14 },
        taken: [lot('2027-02-01', 10), lot('2026-06-01', 4)],
        ruleVersion: 'points@2',
      },
    ]);
  });

  it('takes pending points of that earning first, and only those', () => {
    const one = new OneAccount('2026-01-05');
    const earn = (expiresOn: '2027-02-01' | '2027-03-01') =>
      one.posted((book) => book.earn({ points: 10, expiresOn, pendingUntil: '2026-01-20' }));
    earn('2027-02-01');
    const second = earn('2027-03-01');
    one.post((book) => book.earn({ points: 3, expiresOn: '2026-06-01' }));
    const [move] = one.moves((book) => book.clawback({ points: 15, of: second }));
    expect(move).toMatchObject({
      postings: { issued: 15, held: -10, spendable: -3, debt: -2 },
      unheld: [{ holdId: 'pending:2026-01-20', points: 10, lots: [lot('2027-03-01', 10)] }],
      taken: [lot('2026-06-01', 3)],
      owed: [{ debtId: 'clawback', type: 'clawback', points: 2 }],
    });
    expect(one.account.holds).toMatchObject([{ points: 10, lots: [lot('2027-02-01', 10)] }]);
  });

  it('takes the lot of a pending earning that matured', () => {
    const one = new OneAccount('2026-01-05');
    const earned = one.posted((book) =>
      book.earn({ points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-20' }),
    );
    one.post((book) => book.earn({ points: 10, expiresOn: '2026-06-01' }));
    one.time = '2026-01-20';
    const [move] = one.moves((book) => book.clawback({ points: 4, of: earned }));
    expect(move).toMatchObject({ taken: [lot('2027-02-01', 4)] });
    expect(move).not.toHaveProperty('unheld');
  });

  it('takes no more than it says when a part of it was pending', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 20, expiresOn: '2026-06-01' }));
    const earned = one.posted((book) =>
      book.earn({ points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-20' }),
    );
    const [move] = one.moves((book) => book.clawback({ points: 12, of: earned }));
    expect(move?.postings).toEqual({ issued: 12, held: -10, spendable: -2 });
  });

  it('takes nothing out of another hold that has such a lot', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 5, expiresOn: '2027-02-01' }));
    const until = new Date('2026-03-01T00:00:00+08:00');
    one.post((book) => book.hold({ holdId: 'h', points: 5, purpose: 'stake', until }));
    const pending = one.posted((book) =>
      book.earn({ points: 10, expiresOn: '2027-02-01', pendingUntil: '2026-01-20' }),
    );
    const [first] = one.moves((book) => book.clawback({ points: 4, of: pending }));
    expect(first?.unheld).toMatchObject([{ holdId: 'pending:2026-01-20', points: 4 }]);
    one.time = '2026-01-20';
    one.post((book) => book.spend({ points: 6, purpose: 'redemption' }));
    const [second] = one.moves((book) => book.clawback({ points: 4, of: pending }));
    expect(second?.postings).toEqual({ issued: 4, debt: -4 });
    expect(one.account.holds).toMatchObject([{ holdId: 'h', points: 5 }]);
  });

  it('of what matured early leaves alone what is still pending of the same day', () => {
    const one = new OneAccount('2026-01-05');
    const earn = (expiresOn: '2027-02-01' | '2027-03-01') =>
      one.posted((book) => book.earn({ points: 10, expiresOn, pendingUntil: '2026-01-20' }));
    const first = earn('2027-02-01');
    earn('2027-03-01');
    one.post((book) => book.mature({ of: first }));
    const [move] = one.moves((book) => book.clawback({ points: 4, of: first }));
    expect(move?.postings).toEqual({ issued: 4, spendable: -4 });
  });

  it('of an earning that repaid a debt takes what there is', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.clawback({ points: 10 }));
    const earned = one.posted((book) => book.earn({ points: 10, expiresOn: '2027-02-01' }));
    const [move] = one.moves((book) => book.clawback({ points: 4, of: earned }));
    expect(move?.postings).toEqual({ issued: 4, debt: -4 });
  });

  it('takes a valid lot rather than one whose day has come within the same entry', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 10, expiresOn: '2026-01-10' });
      book.earn({ points: 10, expiresOn: '2026-06-01' });
    });
    const until = new Date('2026-03-01T00:00:00+08:00');
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until }));
    one.time = '2026-01-10';
    const [, move] = one.moves((book) => {
      book.release({ holdId: 'h', because: 'member' });
      book.clawback({ points: 4 });
    });
    expect(move?.taken).toEqual([lot('2026-06-01', 4)]);
  });

  it('of a hold takes nothing out of it: only what was earned is pending', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 10, expiresOn: '2027-02-01' }));
    const until = new Date('2026-01-20T00:00:00+08:00');
    const of = one.posted((book) => book.hold({ holdId: 'h', points: 6, purpose: 'stake', until }));
    const [move] = one.moves((book) => book.clawback({ points: 5, of }));
    expect(move).toMatchObject({ postings: { issued: 5, spendable: -4, debt: -1 } });
    expect(one.account.holds).toMatchObject([{ points: 6 }]);
  });

  it('adds to what is owed already, and takes no lot whose day has come', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 10, expiresOn: '2026-01-10' }));
    const until = new Date('2026-03-01T00:00:00+08:00');
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until }));
    one.post((book) => book.clawback({ points: 1 }));
    one.time = '2026-01-10';
    const moves = one.moves((book) => {
      book.release({ holdId: 'h', because: 'member' });
      book.clawback({ points: 2 });
    });
    expect(moves[1]).toStrictEqual({
      type: 'clawback',
      postings: { issued: 2, debt: -2 },
      owed: [{ debtId: 'clawback', type: 'clawback', points: 2 }],
    });
    expect(one.account.debts).toEqual([{ debtId: 'clawback', type: 'clawback', points: 3 }]);
  });

  it('is refused by a closed account, and not by a frozen one', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.freeze());
    one.post((book) => book.clawback({ points: 1 }));
    one.post((book) => book.close());
    expect(() => one.post((book) => book.clawback({ points: 1 }))).toThrow('ACCOUNT_CLOSED');
    expect(() => one.post((book) => book.clawback({ points: 0 }))).toThrow('POINTS_INVALID');
  });
});

describe('a revival', () => {
  it('takes from the oldest month first, and gives points of the festival', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 10, expiresOn: '2026-02-01' });
      book.earn({ points: 20, expiresOn: '2026-03-01' });
      book.earn({ points: 30, expiresOn: '2026-04-01' });
    });
    for (const day of ['2026-02-01', '2026-03-01', '2026-04-01']) {
      one.time = day;
      one.post((book) => book.setFacet({ name: 'test.day', initial: {} }, { day }));
    }
    const moves = one.moves((book) => book.revive({ points: 15, expiresOn: '2026-05-01' }));
    expect(moves).toStrictEqual([
      {
        type: 'revive',
        postings: { expired: -15, spendable: 15 },
        given: [lot('2026-05-01', 15, 'festival')],
      },
    ]);
    expect(one.account.expiredByMonth).toEqual([
      { month: '2026-03', points: 15 },
      { month: '2026-04', points: 30 },
    ]);
    const revive = (points: number) => () =>
      one.post((book) => book.revive({ points, expiresOn: '2026-05-01' }));
    expect(revive(0)).toThrow('POINTS_INVALID');
    expect(revive(46)).toThrow('EXPIRED_POINTS_INSUFFICIENT');
    revive(45)();
    expect(one.account.expiredByMonth).toEqual([]);
  });
});

describe('an adjustment', () => {
  it('adds points with an expiry, and takes what expires soonest', () => {
    const one = new OneAccount('2026-01-05');
    const moves = one.moves((book) => {
      book.adjust({ points: 10, expiresOn: '2027-02-01' });
      book.adjust({ points: 5, expiresOn: '2026-06-01' });
      book.adjust({ points: -7 });
    });
    expect(moves).toStrictEqual([
      {
        type: 'adjust',
        postings: { adjusted: -10, spendable: 10 },
        given: [lot('2027-02-01', 10)],
      },
      { type: 'adjust', postings: { adjusted: -5, spendable: 5 }, given: [lot('2026-06-01', 5)] },
      {
        type: 'adjust',
        postings: { adjusted: 7, spendable: -7 },
        taken: [lot('2026-06-01', 5), lot('2027-02-01', 2)],
      },
    ]);
    expect(() => one.post((book) => book.adjust({ points: 1 }))).toThrow('have an expiry');
  });

  it('is for frozen accounts too, and takes points of every kind', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 1, expiresOn: '2026-06-01', kind: 'festival' });
      book.earn({ points: 2, expiresOn: '2026-06-01', kind: 'loan' });
      book.earn({ points: 4, expiresOn: '2026-06-01', kind: 'unit' });
      book.freeze();
    });
    one.post((book) => book.adjust({ points: -7 }));
    expect(one.account.lots).toEqual([]);
    one.post((book) => book.close());
    expect(() => one.post((book) => book.adjust({ points: -1 }))).toThrow('ACCOUNT_CLOSED');
  });
});
