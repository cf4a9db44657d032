import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';
import type { Account } from './account.model.ts';
import type { EntryBody, Move } from './entry.model.ts';
import { dropRelayed } from './keys.ts';
import { limits } from './limits.ts';
import { refoldOf } from './refold.ts';
import { settleOverdue } from './settle-overdue.ts';

const UNTIL = new Date('2026-03-01T00:00:00+08:00');

/** The account that all its entries lead to, when none of them has left the outbox. */
function folded(account: Account, entries: readonly EntryBody[] = account.outbox): Account {
  const fold = refoldOf(account);
  for (const entry of entries) fold.take(entry);
  return fold.finish();
}

function expectSame(account: Account): void {
  expect(folded(account)).toEqual({ ...account, version: account.version + 1 });
}

describe('an account that is folded anew is the account as it was', () => {
  it('with every kind of move', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 40, expiresOn: '2026-02-01' });
      book.earn({ points: 60, expiresOn: '2026-09-01' });
      book.hold({ holdId: 'before', points: 1, purpose: 'stake', until: UNTIL });
      book.earn({ points: 9, expiresOn: '2026-09-01', pendingUntil: '2026-01-20' });
      book.hold({ holdId: 'behind', points: 1, purpose: 'stake', until: UNTIL });
    });
    const pending = one.posted((book) =>
      book.earn({ points: 4, expiresOn: '2026-10-01', pendingUntil: '2026-01-20' }),
    );
    expectSame(one.account);
    const paid = one.posted((book) => book.spend({ points: 5, purpose: 'redemption' }));
    const given = one.posted((book) =>
      book.spend({ points: 5, purpose: 'donation', into: 'donated' }),
    );
    one.post((book) => book.refund({ of: paid, points: 2 }));
    one.post((book) => book.refund({ of: given, points: 1 }));
    one.post((book) => book.refund({ of: paid, points: 2 }));
    one.post((book) => book.mature({ of: pending }));
    expectSame(one.account);
    one.post((book) => {
      book.hold({ holdId: 'a', points: 10, purpose: 'stake', until: UNTIL });
      book.hold({ holdId: 'b', points: 5, purpose: 'stake', until: UNTIL });
      book.hold({ holdId: 'c', points: 5, purpose: 'stake', until: UNTIL });
    });
    const captured = one.posted((book) => book.capture({ holdId: 'b', points: 3 }));
    one.post((book) => book.refund({ of: captured, points: 1 }));
    one.post((book) => book.release({ holdId: 'c', because: 'merchant' }));
    one.post((book) => book.borrow({ points: 7, expiresOn: '2026-09-01', dueOn: '2026-02-10' }));
    one.post((book) => book.clawback({ points: 200 }));
    one.post((book) => book.clawback({ points: 2 }));
    expectSame(one.account);
    one.post((book) => book.earn({ points: 20, expiresOn: '2026-09-01' }));
    one.post((book) => book.setFacet({ name: 'a.x', initial: {} }, { n: 1 }));
    one.post((book) => {
      book.setFacet({ name: 'a.x', initial: {} }, { n: 2 });
      book.setFacet({ name: 'a.y', initial: {} }, { n: 3 });
    });
    one.post((book) => book.freeze());
    expectSame(one.account);
    one.post((book) => book.unfreeze());
    one.time = '2026-02-10';
    one.post((book) => book.adjust({ points: 500, expiresOn: '2026-09-01' }));
    one.post((book) => book.send({ to: 'mem_2', points: 3 }));
    expectSame(one.account);
  });

  it('with a loan that was collected on its day, in part and wholly', () => {
    for (const points of [30, 300]) {
      const one = new OneAccount('2026-01-05');
      one.post((book) =>
        book.borrow({ points: 100, expiresOn: '2026-09-01', dueOn: '2026-04-01' }),
      );
      one.post((book) => book.clawback({ points: 120 }));
      one.post((book) => book.adjust({ points, expiresOn: '2026-09-01' }));
      expectSame(settleOverdue(one.account, new Date('2026-04-01T00:00:00+08:00')));
    }
  });

  it('with months of expiry, and what was revived of them', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      book.earn({ points: 10, expiresOn: '2026-02-01' });
      book.earn({ points: 20, expiresOn: '2026-02-15' });
      book.earn({ points: 30, expiresOn: '2026-03-01' });
    });
    for (const day of ['2026-02-01', '2026-02-15', '2026-03-01']) {
      one.time = day;
      one.post((book) => book.setFacet({ name: 'a.day', initial: {} }, { day }));
    }
    expectSame(one.account);
    for (const points of [5, 25, 29]) {
      one.post((book) => book.revive({ points, expiresOn: '2026-05-01' }));
      expectSame(one.account);
    }
    expect(one.account.expiredByMonth).toEqual([{ month: '2026-03', points: 1 }]);
  });

  it('with marks of refunds while they count, for a forfeiture as well', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 100, expiresOn: '2029-02-01' }));
    const pay = () => one.posted((book) => book.spend({ points: 2, purpose: 'redemption' }));
    const first = pay();
    one.post((book) => book.refund({ of: first, points: 1 }));
    one.time = '2027-01-05';
    const second = pay();
    one.post((book) => book.refund({ of: second, points: 1 }));
    expect(one.account.refundMarks).toHaveLength(2);
    expectSame(one.account);
    one.time = '2027-01-06';
    const gone = one.posted((book) => book.forfeit());
    one.post((book) => book.refund({ of: gone, points: 90 }));
    expect(one.account.refundMarks.map(({ move }) => move)).toEqual([second.moveId, gone.moveId]);
    expectSame(one.account);
  });

  it('with as many marks as an account keeps', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 100, expiresOn: '2029-02-01' }));
    for (let n = 0; n < 34; n++) {
      const of = one.posted((book) => book.spend({ points: 2, purpose: 'redemption' }));
      one.post((book) => book.refund({ of, points: 1 }));
    }
    expect(one.account.refundMarks).toHaveLength(32);
    expectSame(one.account);
  });
});

describe('a fold of a prefix', () => {
  /** An account with 20 entries, one of which sent something, and those that it still has. */
  function long(relayed: number): { whole: Account; entries: readonly EntryBody[] } {
    const one = new OneAccount('2026-01-05');
    for (let n = 1; n <= 20; n++) {
      one.time = `2026-01-05T08:00:${String(n).padStart(2, '0')}`;
      one.post((book) => {
        book.earn({ points: 1, expiresOn: '2026-09-01' });
        if (n === 5 || n === 12) book.deliver({ type: 'order', to: `n${n}`, payload: {} });
      });
    }
    const entries = one.account.outbox;
    return { whole: dropRelayed(one.account, relayed), entries };
  }

  it('keeps what waits of it, and remembers the keys before that', () => {
    const { whole, entries } = long(15);
    const account = folded(whole, entries.slice(0, 18));
    expect(account.seq).toBe(18);
    expect(account.outbox).toEqual(entries.slice(15, 18));
    expect(account.recentKeys.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 15 }, (_, i) => i + 1),
    );
    expect(account.keysCompleteSince).toEqual(new Date(0));
  });

  it('remembers all its newest keys when nothing of it waits', () => {
    const { whole, entries } = long(20);
    const account = folded(whole, entries.slice(0, 18));
    expect(account.outbox).toEqual([]);
    expect(account.recentKeys.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 3),
    );
    expect(account.keysCompleteSince).toEqual(entries[1]?.postedAt);
    expect(folded(whole, entries)).toEqual({ ...whole, version: whole.version + 1 });
  });

  it('keeps the deliveries that it had sent', () => {
    const { whole, entries } = long(20);
    const sent = (count: number) =>
      folded(whole, entries.slice(0, count)).deliveries.map(({ to }) => to);
    expect(sent(4)).toEqual([]);
    expect(sent(5)).toEqual(['n5']);
    expect(sent(11)).toEqual(['n5']);
    expect(sent(12)).toEqual(['n5', 'n12']);
  });

  it('keeps the eleventh delivery of an entry as the first', () => {
    const one = new OneAccount('2026-01-05');
    one.post((book) => {
      for (let n = 0; n < 11; n++) book.deliver({ type: 'order', to: `${n}`, payload: {} });
    });
    one.post((book) => book.deliver({ type: 'order', to: 'later', payload: {} }));
    const [first] = one.account.outbox;
    expect(folded(one.account, first ? [first] : []).deliveries).toHaveLength(11);
  });

  it('remembers enough of a long account', () => {
    const one = new OneAccount('2026-01-05');
    for (let n = 1; n <= 600; n++) {
      one.post((book) => book.setFacet({ name: 'a.n', initial: {} }, { n }));
    }
    const entries = one.account.outbox;
    const whole = dropRelayed(one.account, 400);
    expect(folded(whole, entries)).toEqual({ ...whole, version: whole.version + 1 });
    expect(limits.outboxMax + limits.recentKeysMax).toBeLessThan(256);
  });
});

describe('a fold refuses', () => {
  /** Three entries: earned, held, spent. */
  function three() {
    const one = new OneAccount('2026-01-05');
    one.post((book) => book.earn({ points: 10, expiresOn: '2026-09-01' }));
    one.post((book) => book.hold({ holdId: 'h', points: 5, purpose: 'stake', until: UNTIL }));
    one.post((book) => book.spend({ points: 2, purpose: 'redemption' }));
    const entries = one.account.outbox as readonly [EntryBody, EntryBody, EntryBody];
    return { whole: one.account, entries };
  }

  it('entries that do not follow', () => {
    const { whole, entries } = three();
    const [first, second, third] = entries;
    expect(() => folded(whole, [second])).toThrow('entry 2 of mem_1 follows 0');
    expect(() => folded(whole, [first, third])).toThrow('entry 3 of mem_1 follows 1');
  });

  it('lots, holds and payments that are not there', () => {
    const { whole, entries } = three();
    const [first, second, third] = entries;
    const moving = (move: Move) => () => folded(whole, [{ ...first, moves: [move] }]);
    const [spend, hold] = [third.moves[0], second.moves[0]?.held];
    if (!spend || !hold) throw new Error('nothing was held');
    expect(moving(spend)).toThrow('takes lots that are not there');
    expect(moving({ type: 'release', postings: {}, unheld: [hold] })).toThrow(
      'hold h of mem_1 is not there',
    );
    expect(moving({ type: 'refund', postings: {}, of: 'mem_1.000000003/0' })).toThrow(
      'mem_1.000000003/0 was refunded and never paid',
    );
    const earned = { type: 'refund', postings: {}, of: 'mem_1.000000001/0' } as const;
    expect(() => folded(whole, [first, { ...second, moves: [earned] }])).toThrow(
      'mem_1.000000001/0 was refunded and never paid',
    );
  });
});
