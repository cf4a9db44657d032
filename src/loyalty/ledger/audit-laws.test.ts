import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Account } from './account.model.ts';
import { type AccountProof, auditorOf } from './audit-account.ts';
import { chainHash } from './chain.ts';
import { type Entry, entryIdOf, type Move, toEntry } from './entry.model.ts';
import { dropRelayed } from './keys.ts';
import type { Lot } from './points.ts';

const UNTIL = new Date('2026-03-01T00:00:00+08:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY = '2026-01-05T08:00:00+08:00';

type Editable<Value> = {
  -readonly [Name in keyof Value]: Value[Name] extends readonly (infer Item)[]
    ? Item[]
    : Value[Name];
};

/** An account and its entries, as they lie in the database: a test may edit both. */
interface Books {
  account: Editable<Account>;
  entries: Editable<Entry>[];
}

/** All entries of an account lie in `entries`; so many wait in its outbox as well. */
function booksOf({ account }: OneAccount, waiting = 0): Books {
  // Each by itself: what they share in memory lies apart in the database.
  const entries = account.outbox.map((body) => structuredClone(toEntry(account._id, body)));
  const left = structuredClone(dropRelayed(account, account.seq - waiting));
  return { account: left, entries } as Books;
}

/** The chain as somebody would mend it who knows how it is made. */
function rechained({ account, entries }: Books): void {
  let head = '';
  for (const entry of entries) {
    const { _id, accountId, unseenBy, hash: _, ...body } = entry;
    head = chainHash(head, body);
    entry.hash = head;
  }
  account.chainHead = head;
}

function proofOf({ account, entries }: Books, now = DAY): AccountProof {
  const auditor = auditorOf(account as Account, new Date(now));
  for (const entry of entries) auditor.take(entry as Entry);
  return auditor.finish();
}

/** Findings as `L5 3`, the law and the number of the entry, or `L5` of the account itself. */
function findings(books: Books, now = DAY): readonly string[] {
  return proofOf(books, now).findings.map(({ code, entryId }) =>
    entryId ? `${code} ${Number(entryId.slice(entryId.lastIndexOf('.') + 1))}` : code,
  );
}

/** Findings with their sentence: `L5: what is wrong`. */
function messages(books: Books, now = DAY): readonly string[] {
  return proofOf(books, now).findings.map(({ code, message }) => `${code}: ${message}`);
}

function lot(expiresOn: Lot['expiresOn'], points: number, kind: Lot['kind'] = 'general') {
  return { kind, expiresOn, points };
}

/** Two lots: 100 points until September, 50 until next February. */
function rich(): OneAccount {
  const one = new OneAccount('2026-01-05');
  one.post((book) => {
    book.earn({ points: 100, expiresOn: '2026-09-01' });
    book.earn({ points: 50, expiresOn: '2027-02-01' });
  });
  return one;
}

function move({ entries }: Books, seq: number, n = 0): Editable<Move> {
  const found = entries[seq - 1]?.moves[n];
  if (!found) throw new Error(`entry ${seq} has no move ${n}`);
  return found;
}

/** Edits one move and mends the chain, so that only the law of the edit is left to find it. */
function edited(one: OneAccount, edit: (books: Books) => void, now = DAY): readonly string[] {
  const books = booksOf(one);
  edit(books);
  rechained(books);
  return findings(books, now);
}

describe('an account with every kind of move', () => {
  function whole(): OneAccount {
    const one = rich();
    const pending = one.posted((book) =>
      book.earn({ points: 9, expiresOn: '2026-10-01', pendingUntil: '2026-01-20' }),
    );
    const paid = one.posted((book) => book.spend({ points: 20, purpose: 'redemption' }));
    one.post((book) => book.refund({ of: paid, points: 5 }));
    one.post((book) => book.refund({ of: paid, points: 15 }));
    one.post((book) => book.mature({ of: pending }));
    one.post((book) => {
      book.hold({ holdId: 'a', points: 10, purpose: 'stake', until: UNTIL });
      book.hold({ holdId: 'b', points: 10, purpose: 'donation', until: UNTIL });
      book.hold({ holdId: 'c', points: 10, purpose: 'stake', until: UNTIL });
    });
    const captured = one.posted((book) =>
      book.capture({ holdId: 'b', points: 4, into: 'donated' }),
    );
    one.post((book) => book.refund({ of: captured, points: 4 }));
    one.post((book) => book.capture({ holdId: 'c' }));
    one.post((book) => book.release({ holdId: 'a', because: 'merchant' }));
    one.post((book) => book.borrow({ points: 7, expiresOn: '2026-09-01', dueOn: '2026-06-01' }));
    one.post((book) => book.clawback({ points: 200 }));
    one.post((book) => book.earn({ points: 90, expiresOn: '2026-09-01' }));
    one.post((book) => book.setFacet({ name: 'a.x', initial: {} }, { n: 1 }));
    one.post((book) => book.adjust({ points: 30, expiresOn: '2026-02-01' }));
    one.post((book) => book.adjust({ points: -1 }));
    one.post((book) => book.send({ to: 'mem_2', points: 3 }));
    one.time = '2026-02-01';
    one.post((book) => book.revive({ points: 10, expiresOn: '2026-09-01' }));
    one.post((book) => book.freeze());
    const gone = one.posted((book) => book.forfeit());
    one.post((book) => book.refund({ of: gone, points: 8 }));
    return one;
  }
  const day = '2026-02-01T08:00:00+08:00';

  it('proves itself, wherever its entries lie', () => {
    const one = whole();
    for (const waiting of [0, 1, 3]) {
      const books = booksOf(one, waiting);
      for (const delivery of books.account.deliveries) {
        Object.assign(delivery, { nextAttemptAt: new Date(day) });
      }
      expect(messages(books, day)).toEqual([]);
      const part = { ...books, entries: books.entries.slice(0, one.account.seq - waiting) };
      expect(messages(part, day)).toEqual([]);
      expect(proofOf(part, day).entries).toBe(one.account.seq);
    }
  });

  it('that was closed proves itself as well', () => {
    const one = rich();
    one.post((book) => book.borrow({ points: 7, expiresOn: '2026-09-01', dueOn: '2026-06-01' }));
    one.post((book) => book.close());
    expect(messages(booksOf(one))).toEqual([]);
  });
});

describe('L1, postings add up', () => {
  it('to zero', () => {
    const found = edited(rich(), (books) => {
      Object.assign(move(books, 1).postings, { issued: -99 });
    });
    expect(found).toEqual(['L1 1', 'L7']);
  });

  it('in whole points', () => {
    const found = edited(rich(), (books) => {
      Object.assign(move(books, 1).postings, { issued: -100.5, spendable: 100.5 });
    });
    expect(found).toEqual(['L1 1', 'L1 1', 'L5 1', 'L7']);
  });
});

describe('L2, once per key', () => {
  it('is broken by a key that happened twice', () => {
    const one = rich();
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const found = edited(one, ({ account, entries: [first, second] }) => {
      if (!first || !second) throw new Error('the entries are lost');
      second.key = first.key;
      for (const known of account.recentKeys) Object.assign(known, { key: first.key });
    });
    expect(found).toEqual(['L2 2']);
  });
});

describe('L3, the chain', () => {
  it('follows from entry to entry and ends in the account', () => {
    const one = rich();
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const books = booksOf(one);
    const [first] = books.entries;
    if (!first) throw new Error('the entry is lost');
    first.cause = 'somebody';
    expect(findings(books)).toEqual(['L3 1']);
    first.hash = 'x';
    expect(findings(books)).toEqual(['L3 1', 'L3 2']);
    rechained(books);
    expect(findings(books)).toEqual([]);
    books.account.chainHead = 'x';
    expect(messages(books)).toEqual(['L3: the chain does not end at chainHead']);
  });

  it('goes forward in time, to the time that the account says', () => {
    const one = rich();
    one.time = '2026-01-05T08:00:01';
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const shifted = (ms: number) =>
      edited(one, ({ account, entries: [first, second] }) => {
        if (!first || !second) throw new Error('the entries are lost');
        second.postedAt = new Date(first.postedAt.getTime() + ms);
        account.lastPostedAt = second.postedAt;
      });
    expect(shifted(0)).toEqual([]);
    expect(shifted(-1)).toEqual(['L3 2']);
    const found = edited(one, ({ account }) => {
      account.lastPostedAt = new Date(0);
    });
    expect(found).toEqual(['L3']);
  });
});

describe('L4, every entry is where it belongs', () => {
  function three(): OneAccount {
    const one = rich();
    one.time = '2026-01-05T08:00:01';
    one.post((book) => book.spend({ points: 1, purpose: 'redemption' }));
    one.time = '2026-01-05T08:00:02';
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    return one;
  }

  it('a gap is found once, and what cannot be told behind it is not told', () => {
    for (const seq of [1, 2, 3]) {
      const books = booksOf(three());
      books.entries.splice(seq - 1, 1);
      expect(findings(books)).toEqual([`L4 ${seq}`]);
      expect(messages(books)).toEqual([`L4: entry ${seq} of 3 is missing`]);
    }
  });

  it('a gap is none when the entry waits in the outbox', () => {
    const books = booksOf(three(), 1);
    books.entries.pop();
    expect(findings(books)).toEqual([]);
    expect(proofOf(books).entries).toBe(3);
  });

  it('behind a gap the chain is followed again from the next entry on', () => {
    const books = booksOf(three());
    const [, second, third] = books.entries;
    if (!second || !third) throw new Error('the entries are lost');
    books.entries.shift();
    third.cause = 'somebody';
    expect(findings(books)).toEqual(['L4 1', 'L3 3']);
  });

  it('entries that no account counts are found, and so is an outbox that holds them', () => {
    const books = booksOf(three(), 1);
    const [last] = books.account.outbox;
    if (!last) throw new Error('the entry is lost');
    const more = { ...last, _id: entryIdOf('mem_1', 4), accountId: 'mem_1', seq: 4 };
    books.entries.push(more as Editable<Entry>);
    expect(findings(books)).toEqual(['L4 4']);
    books.entries.pop();
    books.account.outbox.push({ ...last, seq: 4, key: 'k4' });
    expect(messages(books)).toEqual(['L4: the outbox holds entries that do not count']);
  });

  it('an entry in the place of another, or of another account, is found', () => {
    const books = booksOf(three());
    const [first, second] = books.entries;
    if (!first || !second) throw new Error('the entries are lost');
    second._id = entryIdOf('mem_1', 9);
    expect(findings(books)).toEqual(['L4 2', 'L4 2']);
    second._id = entryIdOf('mem_1', 2);
    second.seq = 1;
    expect(findings(books)).toEqual(['L4 2', 'L4 2']);
    second.seq = 2;
    second.accountId = 'mem_9';
    expect(messages(books)).toEqual(['L4: the entry names mem_9']);
    second.accountId = 'mem_1';
    books.entries.splice(1, 0, first);
    expect(findings(books)).toEqual(['L4 2']);
  });

  it('the copies in the outbox and in entries are the same', () => {
    const books = booksOf(three(), 1);
    const [last] = books.account.outbox;
    if (!last) throw new Error('the entry is lost');
    Object.assign(last, { hash: 'other' });
    expect(messages(books)).toEqual(['L4: outbox and entries differ']);
  });
});

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

describe('L8, deliveries', () => {
  function sending(): OneAccount {
    const one = rich();
    one.post((book) => {
      book.send({ to: 'mem_2', points: 3 });
      book.deliver({ type: 'order', to: 'a', payload: {} });
    });
    return one;
  }
  const sent = 'mem_1.000000002#0';

  it('that are open are those that were sent, as they were sent', () => {
    const one = sending();
    expect(edited(one, () => undefined)).toEqual([]);
    const open = (change: object) =>
      edited(one, ({ account }) => Object.assign(account.deliveries[0] ?? {}, change));
    expect(open({ attempts: 3, nextAttemptAt: new Date('2026-01-05T09:00:00+08:00') })).toEqual([]);
    expect(open({ to: 'mem_thief' })).toEqual(['L8']);
    expect(open({ deliveryId: 'mem_1.000000009#0' })).toEqual(['L8']);
  });

  it('carry the number of the entry that sent them', () => {
    const found = edited(sending(), (books) => {
      const [first] = books.entries[1]?.deliveries ?? [];
      Object.assign(first ?? {}, { deliveryId: 'mem_1.000000001#0' });
    });
    expect(found).toEqual(['L8 2', 'L8']);
  });

  it('of points are told as arrived when they are open no more and did not come back', () => {
    const one = sending();
    const books = booksOf(one);
    expect(proofOf(books)).toMatchObject({ arrived: [], cameBack: [] });
    books.account.deliveries = [];
    expect(proofOf(books).arrived.map(({ deliveryId }) => deliveryId)).toEqual([sent]);
    expect(findings(books)).toEqual([]);
  });

  it('that were refused are told as come back; accepted ones are not', () => {
    for (const outcome of ['refused', 'accepted']) {
      const one = sending();
      const [delivery] = one.account.deliveries;
      if (!delivery) throw new Error('nothing was sent');
      const isBack = outcome === 'refused';
      one.post((book) => (isBack ? book.takeBack(delivery) : undefined), {
        answers: sent,
        outcome: { outcome },
      });
      const proof = proofOf(booksOf(one));
      expect(proof.findings).toEqual([]);
      expect(proof.arrived).toHaveLength(isBack ? 0 : 1);
      expect(proof.cameBack).toHaveLength(isBack ? 1 : 0);
    }
  });

  it('of points alone are told as arrived: what was asked for is not', () => {
    const one = rich();
    one.post((book) => {
      const refundable = book.spend({ points: 5, purpose: 'redemption' });
      book.deliver({ type: 'order', to: 'a', payload: {}, refundable });
      book.send({ to: 'mem_2', points: 3 });
    });
    const books = booksOf(one);
    books.account.deliveries = [];
    const [, gift] = books.entries[1]?.deliveries ?? [];
    expect(proofOf(books).arrived).toEqual([gift]);
    Object.assign(gift ?? {}, { lots: [] });
    expect(proofOf(books).arrived).toEqual([]);
  });

  it('that were refused bring back all that they took, with the answer and only then', () => {
    const one = sending();
    const [delivery, asked] = one.account.deliveries;
    if (!delivery || !asked) throw new Error('nothing was sent');
    const refused = { outcome: 'refused' };
    one.post((book) => book.takeBack(delivery), { answers: sent, outcome: refused });
    one.post(() => undefined, { answers: asked.deliveryId, outcome: refused });
    expect(messages(booksOf(one))).toEqual([]);
    const found = (edit: (books: Books) => void) => {
      const books = booksOf(one);
      edit(books);
      return messages(books).filter((text) => text.startsWith('L8'));
    };
    expect(found((books) => Object.assign(books.entries[2] ?? {}, { moves: [] }))).toEqual([
      `L8: 0 of 3 points came back of delivery ${sent}`,
    ]);
    const accepted = { outcome: { outcome: 'accepted' } };
    expect(found((books) => Object.assign(books.entries[2] ?? {}, accepted))).toEqual([
      `L8: 3 of 0 points came back of delivery ${sent}`,
    ]);
    expect(found((books) => Object.assign(move(books, 3), { of: asked.deliveryId }))).toEqual([
      `L8: delivery ${asked.deliveryId} comes back without an answer`,
    ]);
    const unasked = found((books) => delete books.entries[2]?.answered);
    expect(unasked).toContain(`L8: delivery ${sent} comes back without an answer`);
    expect(unasked).toContain('L8: 3 of 0 points came back of delivery ');
    const behindGap = booksOf(one);
    behindGap.entries.splice(1, 1);
    expect(findings(behindGap)).toEqual(['L4 2']);
  });

  it('are answered once, and then open no more', () => {
    const one = sending();
    const [delivery] = one.account.deliveries;
    if (!delivery) throw new Error('nothing was sent');
    const answer = { answers: sent, outcome: { outcome: 'accepted' } };
    one.post(() => undefined, answer);
    const again = edited(one, ({ account }) => account.deliveries.unshift(delivery));
    expect(again).toEqual(['L8 3']);
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const twice = edited(one, (books) => Object.assign(books.entries[3] ?? {}, { answered: sent }));
    expect(twice).toEqual(['L8 4']);
  });

  it('are received once, and told with their points', () => {
    const [delivery] = sending().account.deliveries;
    if (!delivery) throw new Error('nothing was sent');
    const receiver = new OneAccount('2026-01-05', 'mem_2');
    receiver.post((book) => book.receive(delivery));
    expect([...proofOf(booksOf(receiver)).received]).toEqual([
      [sent, { points: 3, entryId: 'mem_2.000000001' }],
    ]);
    receiver.post((book) => book.receive(delivery));
    expect(findings(booksOf(receiver))).toEqual(['L8 2']);
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

describe('L14, the memory of keys', () => {
  it('is complete since the instant that the account says', () => {
    const one = rich();
    one.time = '2026-01-05T08:00:01';
    one.post((book) => book.earn({ points: 1, expiresOn: '2026-09-01' }));
    const remembering = (since: string, keys: number) =>
      edited(one, ({ account }) => {
        account.keysCompleteSince = new Date(since);
        account.recentKeys = account.recentKeys.slice(2 - keys);
      });
    expect(remembering('2026-01-05T08:00:00+08:00', 1)).toEqual([]);
    expect(remembering('2026-01-05T07:59:59.999+08:00', 1)).toEqual(['L14 1']);
    expect(remembering('2026-01-05T08:00:00+08:00', 0)).toEqual(['L14 2']);
  });

  it('knows the keys as they were', () => {
    const one = rich();
    const found = edited(one, ({ account }) => {
      for (const known of account.recentKeys) Object.assign(known, { key: 'other:1' });
    });
    expect(found).toEqual(['L14 1']);
  });
});
