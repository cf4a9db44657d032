import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import { settleOverdue } from './settle-overdue.ts';

const LOAN = { points: 100, expiresOn: '2026-06-01', dueOn: '2026-04-01' } as const;

/** An account that borrowed 100 points until April. */
function borrower(): OneAccount {
  const one = new OneAccount('2026-01-05');
  one.post((book) => book.borrow(LOAN));
  return one;
}

function earn(one: OneAccount, points: number) {
  return one.moves((book) => book.earn({ points, expiresOn: '2027-02-01' }))[0];
}

describe('a loan', () => {
  it('gives points of its own kind, and is owed until its day', () => {
    const one = new OneAccount('2026-01-05');
    const debt = { debtId: 'mem_1.000000001', type: 'loan', points: 100, dueOn: '2026-04-01' };
    expect(one.moves((book) => book.borrow(LOAN))).toStrictEqual([
      {
        type: 'borrow',
        postings: { debt: -100, spendable: 100 },
        owed: [debt],
        given: [{ kind: 'loan', expiresOn: '2026-06-01', points: 100 }],
      },
    ]);
    expect(one.account.debts).toEqual([debt]);
  });

  it('of no points is none', () => {
    const one = new OneAccount('2026-01-05');
    expect(() => one.post((book) => book.borrow({ ...LOAN, points: 0 }))).toThrow('POINTS_INVALID');
  });

  it('is repaid by half of each earning, rounded down', () => {
    const one = borrower();
    expect(earn(one, 41)).toMatchObject({
      postings: { issued: -41, debt: 20, spendable: 21 },
      repaid: [{ debtId: 'mem_1.000000001', points: 20 }],
    });
    expect(one.account.debts).toMatchObject([{ points: 80, dueOn: '2026-04-01' }]);
    const single = earn(one, 1);
    expect(single?.postings).toEqual({ issued: -1, spendable: 1 });
    expect(single).not.toHaveProperty('repaid');
    expect(earn(one, 160)?.postings).toEqual({ issued: -160, debt: 80, spendable: 80 });
    expect(one.account.debts).toEqual([]);
  });

  it('and a clawback are repaid in the order in which they were made', () => {
    const one = borrower();
    one.post((book) => book.clawback({ points: 110 }));
    expect(one.account.debts.map(({ type, points }) => [type, points])).toEqual([
      ['loan', 100],
      ['clawback', 10],
    ]);
    expect(earn(one, 16)).toMatchObject({
      postings: { issued: -16, debt: 16 },
      repaid: [
        { debtId: 'mem_1.000000001', points: 8 },
        { debtId: 'clawback', points: 8 },
      ],
    });
    expect(one.account.debts.map(({ points }) => points)).toEqual([92, 2]);
  });

  it('that is due on the day on which it is taken is repaid wholly', () => {
    for (const [dueOn, debt] of [
      ['2026-01-04', 10],
      ['2026-01-05', 10],
      ['2026-01-06', 5],
    ] as const) {
      const one = new OneAccount('2026-01-05');
      const [, earned] = one.moves((book) => {
        book.borrow({ ...LOAN, dueOn });
        book.earn({ points: 10, expiresOn: '2027-02-01' });
      });
      expect(earned?.postings.debt).toBe(debt);
    }
  });

  it('is repaid wholly from its day on, and before by half only', () => {
    for (const [day, debt] of [
      ['2026-03-31', 5],
      ['2026-04-01', 10],
    ] as const) {
      const one = borrower();
      one.post((book) => book.spend({ points: 100, purpose: 'redemption' }));
      one.time = day;
      expect(earn(one, 10)?.postings.debt).toBe(debt);
    }
  });
});

describe('the day of a loan', () => {
  it('takes general points, soonest first, and leaves the rest owed without a day', () => {
    const one = borrower();
    one.post((book) => {
      book.earn({ points: 40, expiresOn: '2026-05-01', kind: 'festival' });
      book.earn({ points: 60, expiresOn: '2026-04-02' });
    });
    const before = one.account.debts;
    expect(before).toMatchObject([{ points: 50 }]);
    const due = settleOverdue(one.account, new Date('2026-04-01T00:00:00+08:00'));
    expect(due.outbox.at(-1)).toMatchObject({
      key: 'loan-due:mem_1.000000001:3',
      moves: [
        {
          type: 'repay',
          postings: { spendable: -30, debt: 30 },
          taken: [{ kind: 'general', expiresOn: '2026-04-02', points: 30 }],
          repaid: [{ debtId: 'mem_1.000000001', points: 30 }],
        },
      ],
    });
    expect(due.debts).toStrictEqual([{ debtId: 'mem_1.000000001', type: 'loan', points: 20 }]);
    expect(due.lots.map(({ kind }) => kind)).toEqual(['festival', 'loan']);
  });

  it('that finds nothing moves nothing, and still takes the day away', () => {
    const one = borrower();
    one.post((book) => book.clawback({ points: 101 }));
    const due = settleOverdue(one.account, new Date('2026-04-01T00:00:00+08:00'));
    expect(due.outbox.at(-1)?.moves).toStrictEqual([{ type: 'repay', postings: {} }]);
    expect(due.debts).toStrictEqual([
      { debtId: 'mem_1.000000001', type: 'loan', points: 100 },
      { debtId: 'clawback', type: 'clawback', points: 1 },
    ]);
    expect(settleOverdue(due, new Date('2026-04-02T00:00:00+08:00'))).toBe(due);
  });

  it('that finds enough ends the loan', () => {
    const one = borrower();
    one.post((book) => book.adjust({ points: 101, expiresOn: '2026-09-01' }));
    const due = settleOverdue(one.account, new Date('2026-04-01T00:00:00+08:00'));
    expect(due.debts).toEqual([]);
    expect(due.lots).toEqual([
      { kind: 'loan', expiresOn: '2026-06-01', points: 100 },
      { kind: 'general', expiresOn: '2026-09-01', points: 1 },
    ]);
  });

  it('is not a moment early', () => {
    const one = borrower();
    expect(settleOverdue(one.account, new Date('2026-03-31T23:59:59.999+08:00'))).toBe(one.account);
  });
});
