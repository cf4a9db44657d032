import { describe, expect, it } from 'vitest';
import {
  type Books,
  booksOf,
  edited,
  findings,
  lot,
  messages,
  move,
  rechained,
  rich,
  UNTIL,
} from '../../../tests/support/audited-books.ts';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Move } from './entry.model.ts';

describe('L5, the account is the fold of its entries', () => {
  it('no more is taken than is there', () => {
    const one = rich();
    one.post((book) => book.spend({ points: 10, purpose: 'redemption' }));
    const books = booksOf(one);
    Object.assign(move(books, 2), { taken: [lot('2026-09-01', 110)] });
    Object.assign(move(books, 2).postings, { spendable: -110, redeemed: 110 });
    rechained(books);
    expect(messages(books)[0]).toBe('L5: 2026-09-01 general would be -10');
  });

  it('lots, postings and what is left agree', () => {
    const one = rich();
    one.post((book) => book.spend({ points: 10, purpose: 'redemption' }));
    const cases: [(books: Books) => void, readonly string[]][] = [
      [
        (books) => Object.assign(move(books, 1), { given: [lot('2026-09-01', 99)] }),
        ['L5 1', 'L5 1', 'L5 2', 'L5'],
      ],
      [
        (books) => Object.assign(move(books, 2), { taken: [lot('2026-09-01', 9)] }),
        ['L5 2', 'L5 2', 'L5'],
      ],
      [(books) => Object.assign(books.entries[1] ?? {}, { balanceAfter: 141 }), ['L5 2']],
      [({ account }) => Object.assign(account.lots[0] ?? {}, { points: 91 }), ['L5', 'L7']],
      [({ account }) => Object.assign(account, { status: 'frozen' }), ['L5']],
      [(books) => Object.assign(books.entries[1] ?? {}, { status: 'frozen' }), ['L5']],
    ];
    for (const [edit, laws] of cases) expect(edited(one, edit)).toEqual(laws);
  });

  it('what differs is named, with both sides', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    const books = booksOf(one);
    const debt = { debtId: 'd', type: 'clawback', points: 5 } as const;
    books.account.lots = [];
    books.account.holds = [];
    books.account.debts = [debt];
    books.account.expiredByMonth = [{ month: '2026-01', points: 3 }];
    expect(messages(books).filter((text) => text.startsWith('L5'))).toEqual([
      'L5: lots are [], the entries say [["2026-09-01 general",90],["2027-02-01 general",50]]',
      'L5: holds are [], the entries say [["h 2026-09-01 general",10]]',
      'L5: debts are [["d",5]], the entries say []',
      'L5: expired are [["2026-01",3]], the entries say []',
    ]);
  });

  it('a lot is left behind also when the later one was taken first', () => {
    const one = new OneAccount('2026-01-05');
    for (const expiresOn of ['2026-08-01', '2026-09-01', '2026-10-01'] as const) {
      one.post((book) => book.earn({ points: 2, expiresOn }));
    }
    one.post((book) => book.spend({ points: 2, purpose: 'redemption' }));
    const books = booksOf(one);
    Object.assign(move(books, 4), { taken: [lot('2026-10-01', 1), lot('2026-08-01', 1)] });
    expect(messages(books)).toContain('L5: a lot that expires on 2026-09-01 was left behind');
  });

  it.each([
    ['redemption', ['general', 'loan']],
    ['festival', ['general', 'loan', 'festival']],
    ['transfer', ['general']],
    ['donation', ['general']],
    ['stake', ['general']],
    ['claim', ['unit']],
  ] as const)('%s takes kinds %j, soonest first', (purpose, kinds) => {
    for (const kind of ['general', 'loan', 'festival', 'unit'] as const) {
      const one = new OneAccount('2026-01-05');
      one.post((book) => book.earn({ points: 9, expiresOn: '2026-09-01', kind }));
      one.post((book) => book.earn({ points: 9, expiresOn: '2026-08-01', kind }));
      one.post((book) => book.adjust({ points: -1 }));
      const own = (kinds as readonly string[]).includes(kind);
      const soonest = edited(one, (books) => Object.assign(move(books, 3), { purpose }));
      expect(soonest).toEqual(own ? [] : ['L5 3']);
      const books = booksOf(one);
      Object.assign(move(books, 3), { purpose, taken: [lot('2026-09-01', 1, kind)] });
      const late = `L5: a lot that expires on 2026-08-01 was left behind`;
      expect(messages(books).includes(late)).toBe(own);
    }
  });

  it('a lot is not left behind when it ends on the same day, or has ended', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 100, purpose: 'stake', until: UNTIL }));
    one.time = '2026-09-01';
    const until = new Date('2026-09-02T00:00:00+08:00');
    one.account = { ...one.account, holds: one.account.holds.map((held) => ({ ...held, until })) };
    one.post((book) => {
      book.release({ holdId: 'h', because: 'member' });
      book.spend({ points: 1, purpose: 'redemption' });
    });
    const books = booksOf(one);
    expect(messages(books, '2026-09-01T08:00:00+08:00')).toEqual([]);
  });

  it('what has expired is used by no move, except by those that end it', () => {
    const one = rich();
    one.post((book) => book.adjust({ points: -1 }));
    const types = ['spend', 'send', 'hold', 'clawback', 'adjust', 'repay', 'mature'] as const;
    const late = (type: Move['type']) =>
      edited(
        one,
        (books) => {
          Object.assign(move(books, 2), { type });
          const [, second] = books.entries;
          if (!second) throw new Error('the entry is lost');
          second.postedAt = new Date('2026-09-01T08:00:00+08:00');
          second.balanceAfter = 50;
          books.account.lastPostedAt = second.postedAt;
        },
        '2026-09-01T08:00:00+08:00',
      );
    for (const type of types) expect(late(type)).toEqual(['L5 2']);
    for (const type of ['close', 'forfeit', 'compact'] as const) expect(late(type)).toEqual([]);
    const books = booksOf(one);
    move(books, 2).type = 'expire';
    expect(messages(books)).toContain('L5: expire takes a lot that is valid until 2026-09-01');
  });

  it('holds are their lots, and agree with the postings', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    one.post((book) => book.hold({ holdId: 'i', points: 10, purpose: 'stake', until: UNTIL }));
    one.post((book) => book.capture({ holdId: 'i', points: 4 }));
    expect(findings(booksOf(one))).toEqual([]);
    const cases: [(books: Books) => void, readonly string[]][] = [
      [(books) => Object.assign(move(books, 2).held ?? {}, { points: 9 }), ['L5 2', 'L5 2']],
      [(books) => Object.assign(move(books, 2).held ?? {}, { lots: [] }), ['L5 2', 'L5']],
      [(books) => Object.assign(move(books, 4).unheld?.[0] ?? {}, { points: 9 }), ['L5 4', 'L5 4']],
      [(books) => Object.assign(move(books, 4), { captured: [lot('2026-09-01', 3)] }), ['L5 4']],
      [({ account }) => Object.assign(account.holds[0] ?? {}, { points: 9 }), ['L5', 'L7']],
      [({ account }) => Object.assign(account.holds[0] ?? {}, { holdId: 'x' }), ['L5']],
      [({ account }) => Object.assign(account, { holds: [] }), ['L5', 'L7']],
    ];
    for (const [edit, laws] of cases) expect(edited(one, edit)).toEqual(laws);
  });

  it('what was captured is what was redeemed or donated, together', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'donation', until: UNTIL }));
    one.post((book) => book.capture({ holdId: 'h', points: 4, into: 'donated' }));
    expect(findings(booksOf(one))).toEqual([]);
    const both = edited(one, (books) => {
      Object.assign(move(books, 3).postings, { donated: 1, redeemed: 3 });
    });
    expect(both).toEqual(['L7']);
  });

  it('debts are what was owed and not repaid', () => {
    const one = rich();
    one.post((book) => book.clawback({ points: 160 }));
    one.post((book) => book.earn({ points: 4, expiresOn: '2026-09-01' }));
    const cases: [(books: Books) => void, readonly string[]][] = [
      [(books) => Object.assign(move(books, 2).owed?.[0] ?? {}, { points: 9 }), ['L5 2', 'L5']],
      [(books) => Object.assign(move(books, 3).repaid?.[0] ?? {}, { points: 5 }), ['L5 3', 'L5']],
      [({ account }) => Object.assign(account.debts[0] ?? {}, { points: 7 }), ['L5', 'L7']],
      [({ account }) => Object.assign(account.debts[0] ?? {}, { debtId: 'x' }), ['L5']],
    ];
    expect(findings(booksOf(one))).toEqual([]);
    for (const [edit, laws] of cases) expect(edited(one, edit)).toEqual(laws);
  });

  it('no more is revived than expired, and the oldest months go first', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 10, expiresOn: '2026-02-01' });
      book.earn({ points: 20, expiresOn: '2026-03-01' });
    });
    for (const time of ['2026-02-01', '2026-03-01']) {
      one.time = time;
      one.post((book) => book.setFacet({ name: 'a.day', initial: {} }, { time }));
    }
    one.post((book) => book.revive({ points: 15, expiresOn: '2026-09-01' }));
    const now = '2026-03-01T08:00:00+08:00';
    expect(one.account.expiredByMonth).toEqual([{ month: '2026-03', points: 15 }]);
    expect(findings(booksOf(one), now)).toEqual([]);
    const found = edited(
      one,
      (books) => {
        const revival = move(books, one.account.seq);
        Object.assign(revival, { given: [lot('2026-09-01', 31, 'festival')] });
        Object.assign(revival.postings, { spendable: 31, expired: -31 });
      },
      now,
    );
    expect(found).toEqual([`L5 ${one.account.seq}`, `L5 ${one.account.seq}`, 'L5', 'L5', 'L7']);
    const less = edited(one, ({ account }) => Object.assign(account, { expiredByMonth: [] }), now);
    expect(less).toEqual(['L5']);
  });

  it('thirteen months of expiry are remembered', () => {
    const one = new OneAccount('2026-01-05');
    const month = (n: number) =>
      `${2026 + Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
    one.post((book) => {
      for (let n = 1; n <= 15; n++) {
        book.earn({ points: n, expiresOn: `${month(n)}-02` as '2026-02-02' });
      }
    });
    for (let n = 1; n <= 15; n++) {
      one.time = `${month(n)}-02`;
      one.post((book) => book.setFacet({ name: 'a.day', initial: {} }, { n }));
      expect(findings(booksOf(one), `${one.time}T08:00:00+08:00`)).toEqual([]);
    }
    expect(one.account.expiredByMonth).toHaveLength(13);
  });
});
