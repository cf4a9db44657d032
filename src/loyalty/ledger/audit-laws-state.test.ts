import { describe, expect, it } from 'vitest';
import {
  type Books,
  booksOf,
  DAY,
  edited,
  findings,
  lot,
  messages,
  move,
  rich,
  UNTIL,
} from '../../../tests/support/audited-books.ts';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Lot } from './points.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('L6, what an account holds is bounded and in order', () => {
  it.each([
    ['lots', 64],
    ['holds', 64],
    ['deliveries', 16],
    ['debts', 2],
    ['refundMarks', 32],
    ['recentKeys', 16],
    ['outbox', 192],
    ['expiredByMonth', 13],
  ] as const)('of %s there are %i at most', (name, most) => {
    const told = (count: number) => {
      const books = booksOf(rich());
      Object.assign(books.account, { [name]: Array.from({ length: count }, () => ITEM) });
      return messages(books).includes(`L6: more than ${most} ${name}`);
    };
    expect(told(most)).toBe(false);
    expect(told(most + 1)).toBe(true);
  });

  const ITEM = {
    points: 1,
    lots: [],
    seq: 1,
    postedAt: new Date(DAY),
    until: UNTIL,
    nextAttemptAt: UNTIL,
    expiresOn: '2026-09-01',
  };

  it('of facets there are 24', () => {
    const told = (count: number) => {
      const books = booksOf(rich());
      const half = Math.floor(count / 2);
      const named = (n: number) =>
        Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, {}]));
      Object.assign(books.account, { facets: { a: named(half), b: named(count - half) } });
      return messages(books).includes('L6: more than 24 facets');
    };
    expect(told(24)).toBe(false);
    expect(told(25)).toBe(true);
  });

  it('lots are sorted by day and kind, each once', () => {
    const told = (lots: readonly Lot[]) => {
      const books = booksOf(rich());
      Object.assign(books.account, { lots });
      return messages(books).includes('L6: lots are doubled or not in order');
    };
    const [a, b] = [lot('2026-09-01', 1), lot('2026-09-01', 1, 'loan')];
    expect(told([a, b])).toBe(false);
    expect(told([b, a])).toBe(true);
    expect(told([a, a])).toBe(true);
    expect(told([a])).toBe(false);
  });

  it('points are whole and positive, in lots, holds and debts', () => {
    const told = (name: 'lots' | 'holds' | 'debts', points: number) => {
      const books = booksOf(rich());
      Object.assign(books.account, { [name]: [{ ...ITEM, points }] });
      return messages(books).includes('L6: points are not whole and positive');
    };
    for (const name of ['lots', 'holds', 'debts'] as const) {
      expect([1, 0, -1, 0.5].map((points) => told(name, points))).toEqual([
        false,
        true,
        true,
        true,
      ]);
    }
  });
});

describe('L7, the books balance', () => {
  it('with the totals that the entries say', () => {
    expect(
      edited(rich(), ({ account }) => Object.assign(account.totals, { issued: -149 })),
    ).toEqual(['L7', 'L7']);
    const zero = edited(rich(), ({ account }) => Object.assign(account.totals, { expired: 0 }));
    expect(zero).toEqual([]);
  });
});

describe('L9, what is due does not wait for ever', () => {
  /** Whether it is told at this instant, and a millisecond later. */
  function told(books: Books, what: string, due: number, byMs: number): readonly boolean[] {
    return [0, 1].map((ms) => {
      const now = new Date(due + byMs + ms).toISOString();
      return messages(books, now).includes(`L9: ${what} is overdue`);
    });
  }

  it('neither the relay, nor expiries, holds, deliveries and loans', () => {
    const one = rich();
    one.post((book) => {
      book.hold({ holdId: 'h', points: 1, purpose: 'stake', until: UNTIL });
      book.borrow({ points: 1, expiresOn: '2027-02-01', dueOn: '2026-06-01' });
      book.deliver({ type: 'order', to: 'a', payload: {} });
    });
    const books = booksOf(one, 1);
    const posted = new Date(DAY).getTime();
    const start = (day: string) => new Date(`${day}T00:00:00+08:00`).getTime();
    expect(told(books, 'the relay', posted, 25 * MINUTE_MS)).toEqual([false, true]);
    const delivery = 'delivery mem_1.000000002#0';
    expect(told(books, delivery, posted + 30_000, 15 * MINUTE_MS)).toEqual([false, true]);
    expect(told(books, 'the end of hold h', UNTIL.getTime(), HOUR_MS)).toEqual([false, true]);
    const loan = 'debt mem_1.000000002';
    expect(told(books, loan, start('2026-06-01'), 48 * HOUR_MS)).toEqual([false, true]);
    expect(told(books, 'an expiry', start('2026-09-01'), 48 * HOUR_MS)).toEqual([false, true]);
  });

  it('and nothing is overdue that has no day', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.clawback({ points: 1 }));
    expect(messages(booksOf(one), '2030-01-01T00:00:00+08:00')).toEqual([]);
  });
});

describe('L11, no more comes back than was paid', () => {
  it('of a spend, a capture or a forfeiture', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    one.post((book) => book.hold({ holdId: 'i', points: 5, purpose: 'stake', until: UNTIL }));
    const spent = one.posted((book) => book.spend({ points: 20, purpose: 'redemption' }));
    const captured = one.posted((book) => book.capture({ holdId: 'h', points: 8 }));
    const gone = one.posted((book) => book.forfeit());
    const paid = [
      [spent, 20],
      [captured, 8],
      [gone, 122],
    ] as const;
    for (const [of, points] of paid) one.post((book) => book.refund({ of, points }));
    expect(findings(booksOf(one))).toEqual([]);
    for (const [n, [, points]] of paid.entries()) {
      const seq = one.account.seq - paid.length + n + 1;
      const found = edited(one, (books) => {
        const [first] = move(books, seq).given ?? [];
        Object.assign(first ?? {}, { points: points + 1 });
      });
      expect(found).toContain(`L11 ${seq}`);
    }
  });

  it('nor of a forfeiture of what was not held, nor of anything else', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    one.post((book) => book.release({ holdId: 'h', because: 'member' }));
    const gone = one.posted((book) => book.forfeit());
    one.post((book) => book.refund({ of: gone, points: 10 }));
    expect(findings(booksOf(one))).toEqual([]);
    const more = edited(one, (books) => {
      Object.assign(move(books, 5).given?.[0] ?? {}, { points: 151 });
    });
    expect(more).toContain('L11 5');
    const of = 'mem_1.000000002/0';
    expect(edited(one, (books) => Object.assign(move(books, 5), { of }))).toContain('L11 5');
  });

  it('and an account remembers how much came back', () => {
    const one = rich();
    const paid = one.posted((book) => book.spend({ points: 20, purpose: 'redemption' }));
    one.post((book) => book.refund({ of: paid, points: 3 }));
    one.post((book) => book.refund({ of: paid, points: 4 }));
    const mark = (points: number) =>
      edited(one, ({ account }) => Object.assign(account.refundMarks[0] ?? {}, { points }));
    expect(mark(7)).toEqual([]);
    expect(mark(3)).toEqual(['L11']);
  });
});

describe('L12, facets', () => {
  it('are what the newest entry set them to', () => {
    const one = rich();
    one.post((book) => book.setFacet({ name: 'a.x', initial: {} }, { n: 1 }));
    one.post((book) => {
      book.setFacet({ name: 'a.x', initial: {} }, { n: 2 });
      book.setFacet({ name: 'b.y', initial: {} }, { n: 3 });
    });
    const facets = (change: object) =>
      edited(one, ({ account }) => Object.assign(account, { facets: change }));
    expect(facets({ a: { x: { n: 2 } }, b: { y: { n: 3 } } })).toEqual([]);
    expect(facets({ a: { x: { n: 1 } }, b: { y: { n: 3 } } })).toEqual(['L12']);
    expect(facets({ a: { x: { n: 2 } } })).toEqual(['L12']);
    expect(facets({ a: { x: { n: 2 }, z: {} }, b: { y: { n: 3 } } })).toEqual(['L12']);
    const books = booksOf(one);
    books.account.facets = {};
    expect(messages(books)[0]).toBe('L12: facet a.x is null, was set to {"n":2}');
  });
});
