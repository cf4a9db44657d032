import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Account } from './account.model.ts';
import { settleOverdue } from './settle-overdue.ts';

function shanghai(time: string): Date {
  return new Date(`${time}+08:00`);
}

function keys({ outbox }: Account): readonly string[] {
  return outbox.map(({ key }) => key).filter((key) => !key.startsWith('test:'));
}

describe('an expiry', () => {
  it('is booked from the first instant of its day on, every lot whose day has come', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 1, expiresOn: '2026-01-31' });
      book.earn({ points: 2, expiresOn: '2026-02-01' });
      book.earn({ points: 4, expiresOn: '2026-02-01', kind: 'festival' });
      book.earn({ points: 8, expiresOn: '2026-02-02' });
    });
    expect(settleOverdue(one.account, shanghai('2026-01-30T23:59:59.999'))).toBe(one.account);
    const next = settleOverdue(one.account, shanghai('2026-02-01T00:00:00'));
    expect(next.outbox.at(-1)).toMatchObject({
      key: 'expiry:2026-02-01:2',
      reason: 'expiry',
      actor: { type: 'system', id: 'time' },
      cause: 'time',
      outcome: {},
      moves: [{ type: 'expire', postings: { spendable: -7, expired: 7 } }],
    });
    expect(next.lots).toEqual([{ kind: 'general', expiresOn: '2026-02-02', points: 8 }]);
    expect(next.expiredByMonth).toEqual([{ month: '2026-02', points: 7 }]);
  });
});

describe('a hold', () => {
  it('is released at its instant, and not before', () => {
    const one = new OneAccount('2026-01-05');
    const until = shanghai('2026-01-06T12:00:00');
    one.post((book) => {
      book.earn({ points: 5, expiresOn: '2026-09-01' });
      book.hold({ holdId: 'h', points: 2, purpose: 'stake', until });
    });
    expect(settleOverdue(one.account, new Date(until.getTime() - 1))).toBe(one.account);
    const next = settleOverdue(one.account, until);
    expect(keys(next)).toEqual(['hold-timeout:h:2']);
    expect(next.outbox.at(-1)?.moves.map(({ type }) => type)).toEqual(['release']);
    expect(next).toMatchObject({ holds: [], lots: [{ points: 5 }] });
  });

  it('that outlived its lots gives them back and lets them expire by the same entry', () => {
    const one = new OneAccount('2026-01-05');
    const until = shanghai('2026-02-03T12:00:00');
    one.post((book) => {
      book.earn({ points: 5, expiresOn: '2026-02-01' });
      book.hold({ holdId: 'h', points: 2, purpose: 'stake', until });
    });
    const next = settleOverdue(one.account, until);
    expect(keys(next)).toEqual(['expiry:2026-02-03:2', 'hold-timeout:h:3']);
    expect(next.outbox.at(-1)?.moves.map(({ type }) => type)).toEqual(['release', 'expire']);
    expect(next).toMatchObject({ holds: [], lots: [], totals: { expired: 5 } });
  });

  it('of pending points matures; several end in their order', () => {
    const one = new OneAccount('2026-01-05');
    const until = shanghai('2026-01-06T12:00:00');
    one.post((book) => {
      book.earn({ points: 5, expiresOn: '2026-09-01' });
      book.hold({
        holdId: 'open',
        points: 1,
        purpose: 'stake',
        until: shanghai('2026-08-01T00:00:00'),
      });
      book.hold({ holdId: 'h', points: 2, purpose: 'stake', until });
      book.earn({ points: 7, expiresOn: '2026-09-01', pendingUntil: '2026-01-10' });
    });
    const next = settleOverdue(one.account, shanghai('2026-01-10T00:00:00'));
    expect(keys(next)).toEqual(['hold-timeout:h:2', 'matured:pending:2026-01-10:3']);
    expect(next.outbox.at(-1)?.moves.map(({ type }) => type)).toEqual(['mature']);
    expect(next.holds.map(({ holdId }) => holdId)).toEqual(['open']);
  });
});

it('a loan is collected after what came free on the same day', () => {
  const one = new OneAccount('2026-01-05');
  one.post((book) => {
    book.earn({ points: 5, expiresOn: '2026-09-01' });
    const until = shanghai('2026-04-01T00:00:00');
    book.hold({ holdId: 'h', points: 5, purpose: 'stake', until });
    book.borrow({ points: 3, expiresOn: '2026-09-01', dueOn: '2026-04-01' });
  });
  one.post((book) => book.clawback({ points: 4 }));
  const next = settleOverdue(one.account, shanghai('2026-04-01T00:00:00'));
  expect(keys(next)).toEqual(['hold-timeout:h:3', 'loan-due:mem_1.000000001:4']);
  expect(next.debts).toEqual([{ debtId: 'clawback', type: 'clawback', points: 1 }]);
  expect(next.lots).toMatchObject([{ points: 2 }]);
});
