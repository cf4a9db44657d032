import { expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { addDays, type BusinessDay } from '../../kernel/business-day.ts';
import { DomainError } from '../../kernel/errors.ts';
import type { Facts } from '../../kernel/facts.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { decideOn } from './decide.ts';
import { moveOf, type PostedMove, toEntry } from './entry.model.ts';

const DAY = '2026-01-31';
const EXPIRES = '2029-02-01' as BusinessDay;

type Step = (book: AccountBook, paid: PostedMove) => unknown;

/** An account with 100 points and these steps; what the last one, on its day, was answered. */
function answerTo(steps: readonly Step[], { day = DAY as BusinessDay, key = 'last:1' } = {}) {
  const all: Step[] = [(book) => book.earn({ points: 100, expiresOn: EXPIRES }), ...steps];
  let account: Account = newAccount('mem_1');
  let paid: PostedMove | null = null;
  for (const [n, step] of all.slice(0, -1).entries()) {
    const decision = decided(account, { step, paid, day: DAY, key: `step:${n}` });
    if (decision.kind !== 'written') throw new Error(`step ${n} was ${decision.kind}`);
    account = { ...decision.account, version: account.version + 1 };
    const entry = toEntry(account._id, decision.entry);
    paid = entry.moves.length > 0 ? moveOf(entry) : paid;
  }
  const before = structuredClone(account);
  const last = decided(account, { step: all.at(-1) ?? (() => {}), paid, day, key });
  // Whatever was refused left the account as it was: version, entries and all.
  expect(account).toEqual(before);
  if (last.kind === 'thrown') expect(Object.keys(last).toSorted()).toEqual(['error', 'kind']);
  return last.kind === 'thrown' ? refusalIn(last.error) : last.kind;
}

interface Last {
  readonly step: Step;
  readonly paid: PostedMove | null;
  readonly day: BusinessDay;
  readonly key: string;
}

function decided(account: Account, { step, paid, day, key }: Last) {
  const decide = (book: AccountBook): Facts => {
    step(book, paid as PostedMove);
    return {};
  };
  const ctx = at(`${day}T08:00:00+08:00`);
  return decideOn(account, { ctx, key, decide }, new Map([[key, null]]));
}

function refusalIn(error: unknown) {
  if (!(error instanceof DomainError)) throw error;
  const { kind, code, details } = error;
  return { kind, code, details };
}

const until = new Date('2026-03-01T00:00:00+08:00');
const hold =
  (holdId: string, points = 1): Step =>
  (book) =>
    book.hold({ holdId, points, purpose: 'stake', until });
const spend =
  (points: number): Step =>
  (book) =>
    book.spend({ points, purpose: 'redemption' });
const earn =
  (points: number): Step =>
  (book) =>
    book.earn({ points, expiresOn: EXPIRES });
const freeze: Step = (book) => book.freeze();
const close: Step = (book) => book.close();
const send: Step = (book) => book.send({ to: 'mem_2', points: 1 });
const borrow: Step = (book) => book.borrow({ points: 10, expiresOn: EXPIRES, dueOn: '2026-06-01' });
const refund =
  (points: number): Step =>
  (book, of) =>
    book.refund({ of, points });

const frozen = { kind: 'forbidden', code: 'ACCOUNT_FROZEN' };
const closed = { kind: 'conflict', code: 'ACCOUNT_CLOSED' };
const invalid = { kind: 'invalid', code: 'POINTS_INVALID' };
const many = (n: number, step: (i: number) => Step): Step[] =>
  Array.from({ length: n }, (_, i) => step(i));

it.each<[string, readonly Step[], object | 'written']>([
  ['one point is earned', [earn(1)], 'written'],
  ['a billion points are earned', [earn(1_000_000_000)], 'written'],
  ['no points', [earn(0)], { ...invalid, details: { points: '0' } }],
  ['fewer than no points', [earn(-1)], invalid],
  ['half a point', [spend(0.5)], invalid],
  ['no number of points', [spend(Number.NaN)], invalid],
  ['more than a billion points', [earn(1_000_000_001)], invalid],
  ['an adjustment by nothing', [(book) => book.adjust({ points: 0 })], invalid],

  ['all that is there is spent', [spend(100)], 'written'],
  [
    'more than is there is spent',
    [spend(101)],
    {
      kind: 'conflict',
      code: 'POINTS_INSUFFICIENT',
      details: { balance: 100, needed: 101, missing: 1 },
    },
  ],
  [
    'more than is there is taken by an adjustment',
    [(book) => book.adjust({ points: -101 })],
    { code: 'POINTS_INSUFFICIENT' },
  ],
  ['all that is there is taken', [(book) => book.adjust({ points: -100 })], 'written'],

  [
    'a hold id is used twice',
    [hold('h'), hold('h')],
    { kind: 'conflict', code: 'HOLD_EXISTS', details: { holdId: 'h' } },
  ],
  [
    'a hold that was never made is released',
    [(book) => book.release({ holdId: 'h', because: 'member' })],
    { kind: 'not-found', code: 'HOLD_NOT_FOUND', details: { holdId: 'h' } },
  ],
  [
    'a hold is captured twice',
    [hold('h'), (book) => book.capture({ holdId: 'h' }), (book) => book.capture({ holdId: 'h' })],
    { code: 'HOLD_NOT_FOUND' },
  ],
  [
    'more is captured than is held',
    [hold('h', 5), (book) => book.capture({ holdId: 'h', points: 6 })],
    { code: 'POINTS_INSUFFICIENT', details: { balance: 5, needed: 6, missing: 1 } },
  ],
  ['a sixty-fourth hold', many(64, (i) => hold(`h${i}`)), 'written'],
  [
    'a sixty-fifth hold',
    many(65, (i) => hold(`h${i}`)),
    { kind: 'limited', code: 'HOLDS_TOO_MANY', details: { max: 64 } },
  ],

  ['all of a payment comes back', [spend(10), refund(10)], 'written'],
  [
    'more than a payment comes back',
    [spend(10), refund(11)],
    { kind: 'conflict', code: 'REFUND_EXCEEDS_PAYMENT', details: { paid: 10, refunded: 0 } },
  ],
  ['an earning is refunded', [refund(1)], { kind: 'invalid', code: 'ENTRY_NOT_REFUNDABLE' }],
  [
    "another account's payment is refunded",
    [
      spend(10),
      (book, of) => book.refund({ of: { ...of, moveId: 'mem_2.000000002/0' }, points: 1 }),
    ],
    { kind: 'invalid', code: 'ENTRY_NOT_REFUNDABLE' },
  ],

  ['a second loan', [borrow, borrow], { kind: 'conflict', code: 'DEBT_OPEN' }],
  [
    'a loan while a clawback is owed',
    [(book) => book.clawback({ points: 101 }), borrow],
    { code: 'DEBT_OPEN' },
  ],
  [
    'more is revived than expired',
    [(book) => book.revive({ points: 1, expiresOn: EXPIRES })],
    {
      kind: 'conflict',
      code: 'EXPIRED_POINTS_INSUFFICIENT',
      details: { expired: 0, needed: 1 },
    },
  ],

  ['a frozen account spends', [freeze, spend(1)], frozen],
  ['a frozen account holds', [freeze, hold('h')], frozen],
  ['a frozen account sends', [freeze, send], frozen],
  ['a frozen account borrows', [freeze, borrow], frozen],
  ['a frozen account earns', [freeze, earn(1)], 'written'],
  ['a frozen account is refunded', [spend(10), freezeAnd(refund(10))], 'written'],
  [
    'a hold of a frozen account is captured',
    [hold('h'), freeze, (book) => book.capture({ holdId: 'h' })],
    'written',
  ],
  [
    'a frozen account revives',
    [freeze, (book) => book.revive({ points: 1, expiresOn: EXPIRES })],
    frozen,
  ],
  ['freezing twice', [freeze, freeze], { kind: 'conflict', code: 'ACCOUNT_NOT_ACTIVE' }],
  [
    'thawing what is not frozen',
    [(book) => book.unfreeze()],
    { kind: 'conflict', code: 'ACCOUNT_NOT_FROZEN' },
  ],
  ['thawing what is frozen', [freeze, (book) => book.unfreeze()], 'written'],

  ['a closed account earns', [close, earn(1)], closed],
  ['a closed account spends', [close, spend(1)], closed],
  ['a closed account is closed', [close, close], closed],
  ['a closed account is frozen', [close, freeze], { code: 'ACCOUNT_NOT_ACTIVE' }],
  ['a closed account asks for something', [close, deliver], closed],
  [
    'closing with an open hold',
    [hold('h'), close],
    { kind: 'conflict', code: 'ACCOUNT_BUSY', details: { holds: 1, deliveries: 0 } },
  ],
  ['closing with an open delivery', [send, close], { code: 'ACCOUNT_BUSY' }],
  ['closing with a debt', [(book) => book.clawback({ points: 150 }), close], 'written'],

  ['a sixteenth delivery', many(16, () => send), 'written'],
  [
    'a seventeenth delivery',
    many(17, () => send),
    { kind: 'limited', code: 'DELIVERIES_TOO_MANY', details: { max: 16 } },
  ],
])('%s', (_, steps, expected) => {
  const answer = answerTo(steps);
  if (expected === 'written') expect(answer).toBe('written');
  else expect(answer).toMatchObject(expected);
});

function freezeAnd(step: Step): Step {
  return (book, paid) => {
    book.freeze();
    step(book, paid);
  };
}

function deliver(book: AccountBook): unknown {
  return book.deliver({ type: 'test', to: 'x', payload: {} });
}

it('refunds on the 365th day, and not on the day after', () => {
  const day = addDays(DAY, 365);
  expect(answerTo([spend(10), refund(1)], { day })).toBe('written');
  expect(answerTo([spend(10), refund(1)], { day: addDays(day, 1) })).toMatchObject({
    kind: 'conflict',
    code: 'REFUND_WINDOW_CLOSED',
    details: { paid: 10, refunded: 0 },
  });
});

it.each([
  ['', 'KEY_INVALID'],
  ['two words', 'KEY_INVALID'],
  ['签到:2026', 'KEY_INVALID'],
  ['x'.repeat(201), 'KEY_INVALID'],
  ['x'.repeat(200), 'written'],
  ['checkin:2026-02-01', 'FACT_FROM_THE_FUTURE'],
  ['checkin:2026-01-31', 'written'],
])('the key %j: %s', (key, expected) => {
  const answer = answerTo([earn(1)], { key });
  expect(typeof answer === 'string' ? answer : answer.code).toBe(expected);
});

it('a fact may be ten minutes ahead of a clock', () => {
  const post = (time: string) => {
    const command = {
      ctx: at(`2026-01-31T${time}+08:00`),
      key: 'checkin:2026-02-01',
      decide: (book: AccountBook) => {
        book.earn({ points: 1, expiresOn: EXPIRES });
        return {};
      },
    };
    return decideOn(newAccount('mem_1'), command, new Map()).kind;
  };
  expect(post('23:50:00')).toBe('written');
  expect(post('23:49:59')).toBe('thrown');
});

it('the parts of an earning add up to it', () => {
  const earning = { points: 10, expiresOn: EXPIRES, sources: [{ source: 'a', points: 9 }] };
  expect(() => answerTo([(book) => book.earn(earning)])).toThrow('the sources add up');
});

it('what a delivery may bring back was moved by the same entry', () => {
  const strange: Step = (book, refundable) =>
    book.deliver({ type: 'test', to: 'x', payload: {}, refundable });
  expect(() => answerTo([spend(1), strange])).toThrow('was moved by this entry');
});
