import { describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { addDays, type BusinessDay, startOfDay } from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { decideOn } from './decide.ts';
import { moveOf, type PostedMove, toEntry } from './entry.model.ts';
import { KINDS_FOR } from './lots.ts';
import type { Kind, Purpose } from './points.ts';

const DAY: BusinessDay = '2026-01-31';
const EXPIRES: BusinessDay = '2029-02-01';
const UNTIL = startOfDay('2026-03-01');

/** An account that grows by whole postings, one day after another if need be. */
class Shelf {
  account: Account = newAccount('mem_1');

  /** @throws what was refused; then the account is the very same as before */
  post(decide: (book: AccountBook) => unknown, { day = DAY, key = `k:${this.account.seq}` } = {}) {
    const before = this.account;
    const untouched = structuredClone(before);
    const command = {
      ctx: at(`${day}T08:00:00+08:00`),
      key,
      decide(book: AccountBook) {
        decide(book);
        return {};
      },
    };
    const decision = decideOn(before, command, new Map([[key, null]]));
    expect(before).toEqual(untouched);
    if (decision.kind === 'thrown') {
      // Nothing else is said beside the error: there is no state that could be written.
      expect(decision).toEqual({ kind: 'thrown', error: decision.error });
      throw decision.error;
    }
    if (decision.kind !== 'written') throw new Error(decision.kind);
    this.account = { ...decision.account, version: before.version + 1 };
    return toEntry(this.account._id, decision.entry);
  }
}

/** 100 points, 20 more that expired, 10 held, and a payment of 30. */
function shelf(): { readonly own: Shelf; readonly paid: PostedMove } {
  const own = new Shelf();
  own.post((book) => book.earn({ points: 20, expiresOn: '2026-01-30' }), { day: '2026-01-29' });
  own.post((book) => book.earn({ points: 140, expiresOn: EXPIRES }));
  own.post((book) => book.hold({ holdId: 'h', points: 10, purpose: 'stake', until: UNTIL }));
  const entry = own.post((book) => book.spend({ points: 30, purpose: 'redemption' }));
  return { own, paid: moveOf(entry) };
}

type Verb = (book: AccountBook, points: number, paid: PostedMove) => unknown;

const VERBS: readonly (readonly [string, Verb])[] = [
  ['earn', (book, points) => book.earn({ points, expiresOn: EXPIRES })],
  [
    'earn, pending',
    (book, points) => book.earn({ points, expiresOn: EXPIRES, pendingUntil: '2026-02-10' }),
  ],
  ['spend', (book, points) => book.spend({ points, purpose: 'redemption' })],
  ['donate', (book, points) => book.spend({ points, purpose: 'donation', into: 'donated' })],
  ['hold', (book, points) => book.hold({ holdId: 'new', points, purpose: 'stake', until: UNTIL })],
  ['capture', (book, points) => book.capture({ holdId: 'h', points })],
  ['refund', (book, points, of) => book.refund({ of, points })],
  ['clawback', (book, points) => book.clawback({ points })],
  ['borrow', (book, points) => book.borrow({ points, expiresOn: EXPIRES, dueOn: '2026-06-01' })],
  ['revive', (book, points) => book.revive({ points, expiresOn: EXPIRES })],
  ['send', (book, points) => book.send({ to: 'mem_2', points })],
  ['adjust', (book, points) => book.adjust({ points, expiresOn: EXPIRES })],
];

const BAD: readonly (readonly [string, number])[] = [
  ['nothing', 0],
  ['nothing, from below', -0],
  ['a half', 0.5],
  ['a little more than one', 1 + Number.EPSILON],
  ['no number', Number.NaN],
  ['without end', Number.POSITIVE_INFINITY],
  ['more than a billion', 1_000_000_001],
  ['the last safe integer', Number.MAX_SAFE_INTEGER],
  ['one beyond the last safe integer', Number.MAX_SAFE_INTEGER + 1],
  ['far beyond', 1e300],
];

describe.each(VERBS)('%s', (name, verb) => {
  it.each(BAD)('refuses an amount that is %s, and writes nothing', (_, points) => {
    const { own, paid } = shelf();
    expect(codeOf(() => own.post((book) => verb(book, points, paid)))).toBe('POINTS_INVALID');
  });

  it(`${name === 'adjust' ? 'takes' : 'refuses'} fewer than none`, () => {
    const { own, paid } = shelf();
    const take = () => own.post((book) => verb(book, -1, paid));
    if (name === 'adjust') expect(take().moves[0]?.postings.spendable).toBe(-1);
    else expect(codeOf(take)).toBe('POINTS_INVALID');
    const most = () => own.post((book) => verb(book, -1_000_000_001, paid));
    expect(codeOf(most)).toBe('POINTS_INVALID');
  });

  it.each(['5', null, [5]])('takes nothing that is no number: %j', (points) => {
    const { own, paid } = shelf();
    expect(() => own.post((book) => verb(book, points as unknown as number, paid))).toThrow();
  });

  it('takes one', () => {
    const { own, paid } = shelf();
    own.post((book) => verb(book, 1, paid));
    expect(own.account.seq).toBe(6);
  });
});

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'written';
}

it('what was posted before a refusal in the same decision is dropped with it', () => {
  const { own } = shelf();
  const both = () =>
    own.post((book) => {
      book.earn({ points: 5, expiresOn: EXPIRES });
      book.spend({ points: 106, purpose: 'redemption' });
    });
  expect(codeOf(both)).toBe('POINTS_INSUFFICIENT');
  expect(own.account.lots).toMatchObject([{ points: 100 }]);
});

it.each([
  '',
  'x'.repeat(201),
  'two words',
  'tab\tkey',
  'line\n',
  '签到:1',
  '𠮷:1',
  'é:1',
  'x\u007f',
])('the key %j is refused, and nothing is written', (key) => {
  const { own } = shelf();
  const earn = () => own.post((book) => book.earn({ points: 1, expiresOn: EXPIRES }), { key });
  expect(codeOf(earn)).toBe('KEY_INVALID');
});

it.each(['!', '~', 'x'.repeat(200)])('the key %j is taken', (key) => {
  const { own } = shelf();
  const entry = own.post((book) => book.earn({ points: 1, expiresOn: EXPIRES }), { key });
  expect(entry.key).toBe(key);
});

describe('a purpose', () => {
  it.each(Object.keys(KINDS_FOR) as Purpose[])('%s takes its own kinds and no other', (purpose) => {
    for (const kind of ['general', 'loan', 'festival', 'unit'] as const) {
      const own = new Shelf();
      own.post((book) => book.earn({ points: 5, kind, expiresOn: EXPIRES }));
      const spend = () => own.post((book) => book.spend({ points: 5, purpose }));
      const may = KINDS_FOR[purpose].includes(kind);
      expect(codeOf(spend)).toBe(may ? 'written' : 'POINTS_INSUFFICIENT');
    }
  });

  it('that nobody knows takes nothing', () => {
    const { own } = shelf();
    const unknown = 'gambling' as Purpose;
    const spend = () => own.post((book) => book.spend({ points: 1, purpose: unknown }));
    expect(codeOf(spend)).toBe('PURPOSE_UNKNOWN');
    const hold = { holdId: 'new', points: 1, purpose: unknown, until: UNTIL };
    expect(codeOf(() => own.post((book) => book.hold(hold)))).toBe('PURPOSE_UNKNOWN');
  });

  it('finds no points of a kind that nobody knows, because none can be earned', () => {
    const { own } = shelf();
    const kind = 'gold' as Kind;
    const earn = () => own.post((book) => book.earn({ points: 1, kind, expiresOn: EXPIRES }));
    expect(codeOf(earn)).toBe('KIND_UNKNOWN');
  });
});

describe('a hold', () => {
  it('is captured or released once', () => {
    for (const end of [
      (book: AccountBook) => book.capture({ holdId: 'h' }),
      (book: AccountBook) => book.release({ holdId: 'h', because: 'member' as const }),
    ]) {
      const { own } = shelf();
      own.post(end);
      expect(codeOf(() => own.post((book) => book.capture({ holdId: 'h' })))).toBe(
        'HOLD_NOT_FOUND',
      );
      const release = () => own.post((book) => book.release({ holdId: 'h', because: 'timeout' }));
      expect(codeOf(release)).toBe('HOLD_NOT_FOUND');
    }
  });

  it('is captured on its last day, and not when its end has come', () => {
    const capture = (day: BusinessDay) => {
      const { own } = shelf();
      return codeOf(() => own.post((book) => book.capture({ holdId: 'h' }), { day }));
    };
    expect(capture('2026-02-28')).toBe('written');
    expect(capture('2026-03-01')).toBe('HOLD_NOT_FOUND');
  });
});

describe('a refund', () => {
  it('is possible for 365 days, and never for more than was paid', () => {
    const refund = (points: number, day: BusinessDay) => {
      const { own, paid } = shelf();
      own.post((book) => book.refund({ of: paid, points: 10 }));
      return codeOf(() => own.post((book) => book.refund({ of: paid, points }), { day }));
    };
    const last = addDays(DAY, 365);
    expect([refund(20, last), refund(21, last)]).toEqual(['written', 'REFUND_EXCEEDS_PAYMENT']);
    expect(refund(1, addDays(last, 1))).toBe('REFUND_WINDOW_CLOSED');
  });
});

it('sums reach the last safe integer exactly', () => {
  const most = Number.MAX_SAFE_INTEGER;
  const own = new Shelf();
  own.post((book) => book.earn({ points: 1, expiresOn: EXPIRES }));
  // As nine million of the largest earnings would make it.
  const points = most - 1_000_000_000;
  own.account = {
    ...own.account,
    lots: [{ kind: 'general', expiresOn: EXPIRES, points }],
    totals: { issued: -points },
  };
  own.post((book) => book.earn({ points: 1_000_000_000, expiresOn: EXPIRES }));
  expect(own.account).toMatchObject({ lots: [{ points: most }], totals: { issued: -most } });
  own.post((book) => book.spend({ points: 999_999_999, purpose: 'redemption' }));
  expect(own.account.lots).toMatchObject([{ points: most - 999_999_999 }]);
});
