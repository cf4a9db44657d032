import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import type { BusinessDay } from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { Facts } from '../../kernel/facts.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { canonical, chainHash } from './chain.ts';
import { decideOn } from './decide.ts';
import { moveOf, type PostedMove, toEntry } from './entry.model.ts';
import { limits } from './limits.ts';
import { spendableOf, sumOf } from './lots.ts';
import type { Lot } from './points.ts';
import { settleOverdue } from './settle-overdue.ts';

/** One account and the steps of one vector. */
class Steps {
  account: Account;
  constructor(accountId: Account['_id'] = 'mem_1') {
    this.account = newAccount(accountId);
  }
  /** Posts at a Shanghai wall time, and says the refusal's code when there is one. */
  go(
    when: string,
    decide: (book: AccountBook) => unknown,
    { key = `test:${this.account.seq + 1}`, answers = '' } = {},
  ) {
    const ctx = at(`${when}+08:00`, { actor: { type: 'member', id: 'mem_1' }, cause: 'msg:1' });
    const decision = decideOn(
      this.account,
      {
        ctx,
        key,
        decide: (book) => (decide(book) ?? {}) as Facts,
        ...(answers && { answers }),
      },
      new Map([[key, null]]),
    );
    if (decision.kind === 'thrown') {
      if (!(decision.error instanceof DomainError)) throw decision.error;
      return { code: decision.error.code, details: decision.error.details };
    }
    if (decision.kind === 'written') {
      this.account = { ...decision.account, version: this.account.version + 1 };
    }
    return decision;
  }
  settled(when: string): Account {
    return settleOverdue(this.account, new Date(`${when}+08:00`));
  }
  balance(when: string): number {
    return spendableOf(this.settled(when).lots, when.slice(0, 10) as BusinessDay);
  }
  get keys(): readonly string[] {
    return this.account.outbox.map(({ key }) => key);
  }
  /** The first move of the newest entry, as it is read back. */
  get last(): PostedMove {
    const entry = this.account.outbox.at(-1);
    if (!entry) throw new Error('nothing was posted');
    return moveOf(toEntry(this.account._id, entry));
  }
}

function days(lots: readonly Lot[] = []): Record<string, number> {
  return Object.fromEntries(
    lots.map(({ kind, expiresOn, points }) => [
      kind === 'general' ? expiresOn.slice(5) : `${expiresOn.slice(5)} ${kind}`,
      points,
    ]),
  );
}

const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function v1(): Steps {
  const it = new Steps();
  it.go('2026-01-05T10:00:00', (book) => book.earn({ points: 100, expiresOn: '2026-03-01' }) && {});
  it.go('2026-01-05T10:00:01', (book) => book.earn({ points: 50, expiresOn: '2026-02-01' }) && {});
  it.go(
    '2026-01-10T10:00:00',
    (book) => book.spend({ points: 60, purpose: 'redemption' }) && { outcome: 'paid' },
  );
  return it;
}

describe('golden vectors', () => {
  it('V1: a spend takes what expires soonest', () => {
    const steps = v1();
    expect(days(steps.last.taken)).toEqual({ '02-01': 50, '03-01': 10 });
    expect(days(steps.account.lots)).toEqual({ '03-01': 90 });
    expect(steps.balance('2026-01-10T10:00:00')).toBe(90);
  });

  it('V2: refunds go back to the lots they came from, and never beyond the payment', () => {
    const steps = v1();
    const paid = steps.last;
    steps.go('2026-01-20T10:00:00', (book) => book.refund({ of: paid, points: 30 }) && {});
    expect(days(steps.account.lots)).toEqual({ '02-01': 20, '03-01': 100 });
    expect(steps.balance('2026-01-20T10:00:00')).toBe(120);

    steps.go('2026-02-10T10:00:00', (book) => book.refund({ of: paid, points: 30 }) && {});
    expect(steps.keys).toContain('expiry:2026-02-10:5');
    expect(days(steps.account.lots)).toEqual({ '02-17': 30, '03-01': 100 });
    expect(steps.balance('2026-02-10T10:00:00')).toBe(130);
    expect(steps.account.expiredByMonth).toEqual([{ month: '2026-02', points: 20 }]);

    const more = steps.go('2026-02-10T10:00:01', (book) => book.refund({ of: paid, points: 1 }));
    expect(more).toEqual({ code: 'REFUND_EXCEEDS_PAYMENT', details: { paid: 60, refunded: 60 } });
  });

  it('V3: a hold may be captured after its lots expired, and the rest goes back with its days', () => {
    const steps = new Steps();
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 30, expiresOn: '2026-02-01' });
      book.earn({ points: 30, expiresOn: '2026-03-01' });
    });
    const until = new Date('2026-02-10T00:00:00+08:00');
    steps.go(
      '2026-01-06T10:00:00',
      (book) => book.hold({ holdId: 'h1', points: 40, purpose: 'stake', until }) && {},
    );
    expect(steps.balance('2026-01-06T10:00:00')).toBe(20);
    steps.go('2026-02-05T10:00:00', (book) => book.capture({ holdId: 'h1', points: 25 }) && {});
    expect(days(steps.last.captured)).toEqual({ '02-01': 25 });
    expect(days(steps.last.given)).toEqual({ '02-01': 5, '03-01': 10 });
    expect(steps.account.outbox.at(-1)?.balanceAfter).toBe(30);
    const next = steps.settled('2026-02-05T10:00:01');
    expect(next.outbox.at(-1)?.moves[0]?.postings).toEqual({ spendable: -5, expired: 5 });
  });

  it('V4: a clawback beyond the balance is owed, and earnings repay it', () => {
    const steps = new Steps();
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 50, expiresOn: '2027-01-01' });
    });
    expect(steps.balance('2026-01-05T10:00:00')).toBe(50);
    steps.go('2026-01-06T10:00:00', (book) => book.clawback({ points: 80 }) && {});
    expect(steps.balance('2026-01-06T10:00:00')).toBe(0);
    expect(sumOf(steps.account.debts)).toBe(30);
    steps.go('2026-01-07T10:00:00', (book) => {
      book.earn({ points: 100, expiresOn: '2027-01-01' });
    });
    expect(steps.last.postings).toEqual({ issued: -100, debt: 30, spendable: 70 });
    expect(steps.balance('2026-01-07T10:00:00')).toBe(70);
  });

  it('V5: half of an earning repays a loan, its day takes what there is, then all repays it', () => {
    const steps = new Steps();
    const loan = { points: 100, expiresOn: '2026-04-01', dueOn: '2026-04-01' } as const;
    steps.go('2026-01-05T10:00:00', (book) => book.borrow(loan) && {});
    steps.go('2026-01-06T10:00:00', (book) => {
      book.spend({ points: 100, purpose: 'redemption' });
    });
    expect(sumOf(steps.account.debts)).toBe(100);
    steps.go('2026-02-01T10:00:00', (book) => {
      book.earn({ points: 41, expiresOn: '2027-01-01' });
    });
    expect(steps.balance('2026-02-01T10:00:00')).toBe(21);
    expect(sumOf(steps.account.debts)).toBe(80);
    const due = steps.settled('2026-04-01T00:00:00');
    expect(due.outbox.at(-1)?.key).toMatch(/^loan-due:/);
    expect(due.outbox.at(-1)?.moves[0]?.postings).toEqual({ spendable: -21, debt: 21 });
    expect(sumOf(due.debts)).toBe(59);
    steps.go('2026-04-02T10:00:00', (book) => {
      book.earn({ points: 70, expiresOn: '2027-01-01' });
    });
    expect(steps.account.debts).toEqual([]);
    expect(steps.balance('2026-04-02T10:00:00')).toBe(11);
  });

  it('V6: pending points are taken back first, and become usable when their day begins', () => {
    const steps = new Steps();
    steps.go('2026-01-01T10:00:00', (book) => {
      book.earn({ points: 200, expiresOn: '2027-01-01', pendingUntil: '2026-01-16' });
    });
    const earned = steps.last;
    expect(steps.balance('2026-01-01T10:00:00')).toBe(0);
    expect(sumOf(steps.account.holds)).toBe(200);
    steps.go('2026-01-10T10:00:00', (book) => book.clawback({ points: 50, of: earned }) && {});
    expect(sumOf(steps.account.holds)).toBe(150);
    expect(steps.account.debts).toEqual([]);
    expect(steps.settled('2026-01-15T23:59:59')).toBe(steps.account);
    const matured = steps.settled('2026-01-16T00:00:00');
    expect(matured.outbox.at(-1)?.key).toBe('matured:pending:2026-01-16:3');
    expect(steps.balance('2026-01-16T00:00:00')).toBe(150);
  });

  it('V7: revived points are for the festival only', () => {
    const steps = new Steps();
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 60, expiresOn: '2026-06-01' });
    });
    const revival = { points: 40, expiresOn: '2027-01-01' } as const;
    steps.go('2026-12-01T10:00:00', (book) => book.revive(revival) && {});
    expect(days(steps.account.lots)).toEqual({ '01-01 festival': 40 });
    const spend = steps.go('2026-12-01T10:00:01', (book) =>
      book.spend({ points: 10, purpose: 'redemption' }),
    );
    expect(spend).toMatchObject({ code: 'POINTS_INSUFFICIENT' });
    steps.go('2026-12-01T10:00:02', (book) => {
      book.spend({ points: 10, purpose: 'festival' });
    });
    expect(steps.balance('2026-12-01T10:00:02')).toBe(30);
    expect(sumOf(steps.account.expiredByMonth)).toBe(20);
  });

  it('V8: beyond the bound the two closest lots become one with the later day', () => {
    limits.lotsMax = 3;
    const steps = new Steps();
    const expiries = ['2026-05-01', '2026-02-01', '2026-02-10', '2026-09-01'] as const;
    for (const [i, expiresOn] of expiries.entries()) {
      steps.go(`2026-01-05T10:00:0${i}`, (book) => book.earn({ points: 10, expiresOn }) && {});
    }
    expect(days(steps.account.lots)).toEqual({ '02-10': 20, '05-01': 10, '09-01': 10 });
    expect(steps.account.outbox.at(-1)?.moves.map(({ type }) => type)).toEqual(['earn', 'compact']);
  });

  it('V9: a forfeiture takes held points too, and a successful appeal brings all of it back', () => {
    const steps = new Steps();
    const until = new Date('2026-03-01T00:00:00+08:00');
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 30, expiresOn: '2026-02-01' });
      book.earn({ points: 20, expiresOn: '2026-09-01' });
      book.hold({ holdId: 'h1', points: 35, purpose: 'stake', until });
    });
    steps.go('2026-01-06T10:00:00', (book) => book.forfeit() && {});
    const gone = steps.last;
    expect(steps.balance('2026-01-06T10:00:00')).toBe(0);
    expect(steps.account.holds).toEqual([]);
    steps.go('2026-02-20T10:00:00', (book) => book.refund({ of: gone, points: 50 }) && {});
    expect(days(steps.account.lots)).toEqual({ '02-27': 30, '09-01': 20 });
    expect(steps.balance('2026-02-20T10:00:00')).toBe(50);
  });

  it('V10: points that are refused bring back the same lots', () => {
    const steps = new Steps();
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 20, expiresOn: '2026-09-01' });
    });
    steps.go('2026-01-06T10:00:00', (book) => {
      book.send({ to: 'mem_2', points: 20 });
    });
    expect(steps.balance('2026-01-06T10:00:00')).toBe(0);
    expect(steps.account.totals.inTransit).toBe(20);
    const [delivery] = steps.account.deliveries;
    if (!delivery) throw new Error('nothing was sent');

    const receiver = new Steps('mem_2');
    receiver.go('2026-01-06T11:00:00', (book) => book.freeze());
    receiver.go('2026-01-06T12:00:00', (book) => {
      if (book.status !== 'active') return book.refuse('RECEIVER_FROZEN');
      return { given: book.receive(delivery).type };
    });
    expect(receiver.account.outbox.at(-1)?.outcome).toEqual({
      outcome: 'refused',
      code: 'RECEIVER_FROZEN',
      facts: {},
    });

    steps.go('2026-01-06T12:00:01', (book) => book.takeBack(delivery) && {}, {
      answers: delivery.deliveryId,
    });
    expect(days(steps.account.lots)).toEqual({ '09-01': 20 });
    expect(steps.account.totals.inTransit).toBe(0);
    expect(steps.account.deliveries).toEqual([]);
  });

  it('V11: a repeat gets the first outcome, whatever it decides and whenever it comes', () => {
    const steps = v1();
    const again = steps.go('2027-12-31T10:00:00', (book) => book.forfeit(), { key: 'test:3' });
    expect(again).toMatchObject({ kind: 'repeated', entry: { outcome: { outcome: 'paid' } } });
    expect(steps.account.seq).toBe(3);
  });

  it('V12: a lot is spendable until the last second before its day', () => {
    const steps = new Steps();
    steps.go('2026-01-05T10:00:00', (book) => {
      book.earn({ points: 5, expiresOn: '2026-02-01' });
    });
    expect(steps.balance('2026-01-31T23:59:59')).toBe(5);
    expect(steps.balance('2026-02-01T00:00:00')).toBe(0);
  });

  it('V13: the canonical text and the chain', () => {
    const steps = new Steps();
    steps.go(
      '2026-01-31T08:00:00',
      (book) => {
        book.earn({
          points: 10,
          expiresOn: '2027-02-01',
          sources: [{ source: 'checkin.base', points: 10 }],
          ruleVersion: 'points@1',
        });
        const state = { lastDay: '2026-01-31', days: 1 };
        book.setFacet({ name: 'checkin.streak', initial: {} as object }, state);
        return { occasion: 'first', streakDays: 1, pointsEarned: 10 };
      },
      { key: 'checkin:2026-01-31' },
    );
    steps.go(
      '2026-02-01T08:00:00',
      (book) => {
        book.spend({ points: 4, purpose: 'redemption' });
        return { paid: true };
      },
      { key: 'order:ord_01kfzzzzzzzzzzzzzzzzzzzzzz' },
    );
    const texts = steps.account.outbox.map(({ hash: _, ...body }) => canonical(body));
    expect(texts).toEqual([
      '{"actor":{"id":"mem_1","type":"member"},"balanceAfter":10,"cause":"msg:1","facets":{"checkin":{"streak":{"days":1,"lastDay":"2026-01-31"}}},"key":"checkin:2026-01-31","moves":[{"given":[{"expiresOn":"2027-02-01","kind":"general","points":10}],"postings":{"issued":-10,"spendable":10},"ruleVersion":"points@1","sources":[{"points":10,"source":"checkin.base"}],"type":"earn"}],"outcome":{"occasion":"first","pointsEarned":10,"streakDays":1},"postedAt":1769817600000,"reason":"checkin","seq":1}',
      '{"actor":{"id":"mem_1","type":"member"},"balanceAfter":6,"cause":"msg:1","key":"order:ord_01kfzzzzzzzzzzzzzzzzzzzzzz","moves":[{"postings":{"redeemed":4,"spendable":-4},"purpose":"redemption","taken":[{"expiresOn":"2027-02-01","kind":"general","points":4}],"type":"spend"}],"outcome":{"paid":true},"postedAt":1769904000000,"reason":"order","seq":2}',
    ]);
    const hashes = steps.account.outbox.map(({ hash }) => hash);
    expect(hashes).toEqual(['1fgJsCsih3ARCOb33JX9m9', 'zR4MQL1bn5xhUwxmfdHtaK']);
    expect(chainHash('', JSON.parse(texts[0] ?? ''))).toBe(hashes[0]);
  });
});
