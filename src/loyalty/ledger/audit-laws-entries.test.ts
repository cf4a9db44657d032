import { describe, expect, it } from 'vitest';
import {
  booksOf,
  type Editable,
  edited,
  findings,
  messages,
  move,
  proofOf,
  rechained,
  rich,
  UNTIL,
} from '../../../tests/support/audited-books.ts';
import type { OneAccount } from '../../../tests/support/one-account.ts';
import { type Entry, entryIdOf } from './entry.model.ts';

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
