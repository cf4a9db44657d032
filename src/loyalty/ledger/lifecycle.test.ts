import { describe, expect, it } from 'vitest';
import { OneAccount } from '../../../tests/support/one-account.ts';

const UNTIL = new Date('2026-03-01T00:00:00+08:00');

function rich(): OneAccount {
  const one = new OneAccount('2026-01-05');
  one.post((book) => book.earn({ points: 30, expiresOn: '2026-09-01' }));
  return one;
}

describe('an account', () => {
  it('is frozen and let go by entries that say so', () => {
    const one = rich();
    expect(one.post((book) => book.freeze())).toMatchObject({ status: 'frozen', moves: [] });
    expect(one.account.status).toBe('frozen');
    expect(one.post((book) => book.unfreeze())).toMatchObject({ status: 'active', moves: [] });
    expect(one.account.status).toBe('active');
  });

  it('may be frozen and let go within one entry', () => {
    const one = rich();
    const entry = one.post((book) => {
      book.freeze();
      expect(book.status).toBe('frozen');
      book.unfreeze();
    });
    expect(entry.status).toBe('active');
  });

  it('that is closed is neither frozen nor let go', () => {
    const one = rich();
    one.post((book) => book.close());
    expect(() => one.post((book) => book.freeze())).toThrow('ACCOUNT_NOT_ACTIVE');
    expect(() => one.post((book) => book.unfreeze())).toThrow('ACCOUNT_NOT_FROZEN');
    expect(() => one.post((book) => book.forfeit())).toThrow('ACCOUNT_CLOSED');
  });
});

describe('a forfeiture', () => {
  it('takes what is spendable and what is held, and leaves debts alone', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    const { lots, holds } = one.account;
    expect(one.moves((book) => book.forfeit())).toStrictEqual([
      {
        type: 'forfeit',
        postings: { spendable: -20, held: -10, forfeited: 30 },
        taken: lots,
        unheld: holds,
      },
    ]);
    expect(one.account).toMatchObject({ lots: [], holds: [], status: 'active' });
  });

  it('is for frozen accounts too', () => {
    const one = rich();
    one.post((book) => book.freeze());
    one.post((book) => book.forfeit());
    expect(one.account).toMatchObject({ lots: [], status: 'frozen' });
  });
});

describe('closing', () => {
  it('dissolves what is left and writes off what is owed', () => {
    const one = rich();
    one.post((book) => book.borrow({ points: 5, expiresOn: '2026-09-01', dueOn: '2026-06-01' }));
    const { lots } = one.account;
    const entry = one.post((book) => book.close());
    expect(entry).toMatchObject({ status: 'closed', balanceAfter: 0 });
    expect(entry.moves).toStrictEqual([
      {
        type: 'close',
        postings: { spendable: -35, debt: 5, dissolved: 30 },
        taken: lots,
        repaid: [{ debtId: 'mem_1.000000002', points: 5 }],
      },
    ]);
    expect(one.account).toMatchObject({ lots: [], debts: [], status: 'closed' });
  });

  it('waits for holds and deliveries', () => {
    const one = rich();
    one.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
    expect(one.decide((book) => book.close())).toMatchObject({
      error: { code: 'ACCOUNT_BUSY', details: { holds: 1, deliveries: 0 } },
    });
    one.post((book) => book.release({ holdId: 'h', because: 'member' }));
    one.post((book) => book.deliver({ type: 'order', to: 'a', payload: {} }));
    expect(one.decide((book) => book.close())).toMatchObject({
      error: { code: 'ACCOUNT_BUSY', details: { holds: 0, deliveries: 1 } },
    });
  });
});
