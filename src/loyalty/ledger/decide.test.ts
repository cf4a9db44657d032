import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { OneAccount } from '../../../tests/support/one-account.ts';
import { type Account, newAccount } from './account.model.ts';
import type { AccountBook } from './account-book.ts';
import { type Command, decideOn } from './decide.ts';
import { toEntry } from './entry.model.ts';
import { limits } from './limits.ts';

const NOW = at('2026-01-31T08:00:00+08:00');
const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function earning(more: Partial<Command> = {}): Command {
  return {
    ctx: NOW,
    key: 'earn:1',
    decide: (book) => {
      book.earn({ points: 1, expiresOn: '2027-02-01' });
      return { n: 1 };
    },
    ...more,
  };
}

/** An account with one entry, of the key `earn:1`. */
function written(): Account {
  const decision = decideOn(newAccount('mem_1'), earning(), new Map());
  if (decision.kind !== 'written') throw new Error(decision.kind);
  return { ...decision.account, version: 1 };
}

describe('a repeat', () => {
  it('is told the entry that waits in the outbox', () => {
    const account = written();
    expect(decideOn(account, earning(), new Map())).toEqual({
      kind: 'repeated',
      seq: 1,
      entry: account.outbox[0],
    });
  });

  it('is told the number of an entry that was relayed not long ago', () => {
    const [entry] = written().outbox;
    const recentKeys = [
      { key: 'other:1', seq: 4, postedAt: NOW.now },
      { key: 'earn:1', seq: 5, postedAt: NOW.now },
    ];
    const account = { ...written(), outbox: [{ ...entry, key: 'other:2' }], recentKeys };
    expect(decideOn(account as Account, earning(), new Map())).toEqual({
      kind: 'repeated',
      seq: 5,
    });
  });

  it('is told the entry that was found by its key', () => {
    const account = written();
    const [body] = account.outbox;
    if (!body) throw new Error('the entry is lost');
    const entry = toEntry('mem_1', body);
    const forgetful = { ...account, outbox: [] };
    expect(decideOn(forgetful, earning(), new Map([['earn:1', entry]]))).toEqual({
      kind: 'repeated',
      seq: 1,
      entry,
    });
    expect(decideOn(forgetful, earning(), new Map([['earn:1', null]])).kind).toBe('written');
  });

  it('is not guessed: a key that nobody remembers must have been looked up', () => {
    const forgetful = { ...written(), outbox: [] };
    const look = () => decideOn(forgetful, earning({ key: 'earn:2' }), new Map());
    expect(look).toThrow('a key that nobody remembers was looked up');
    const young = earning({ key: 'checkin:2026-01-31' });
    expect(decideOn(forgetful, young, new Map()).kind).toBe('written');
  });
});

describe('a decision', () => {
  it('happens now, or at the time of the newest entry when that is later', () => {
    const account = written();
    const earlier = at('2026-01-31T07:59:00+08:00');
    const later = at('2026-01-31T08:01:00+08:00');
    const postedAt = (ctx: typeof NOW) => {
      const decision = decideOn(account, earning({ ctx, key: 'k' }), new Map([['k', null]]));
      return decision.kind === 'written' ? decision.entry.postedAt : decision.kind;
    };
    expect(postedAt(earlier)).toEqual(NOW.now);
    expect(postedAt(later)).toEqual(later.now);
  });

  it('comes after what time has decided', () => {
    const one = new OneAccount('2026-01-31');
    one.post((book) => book.earn({ points: 5, expiresOn: '2026-02-01' }));
    one.time = '2026-02-01';
    const entry = one.post((book) => book.earn({ points: 1, expiresOn: '2027-02-01' }));
    expect(entry).toMatchObject({ seq: 3, balanceAfter: 1 });
    expect(one.account.outbox.map(({ key }) => key)).toEqual([
      'test:1',
      'expiry:2026-02-01:2',
      'test:2',
    ]);
  });

  it('that changes nothing writes nothing, and tells its outcome', () => {
    const idle = earning({ decide: () => ({ n: 2 }) });
    expect(decideOn(newAccount('mem_1'), idle, new Map())).toEqual({
      kind: 'unchanged',
      outcome: { n: 2 },
    });
  });

  it('that refuses is on record: the outcome alone, whatever was drafted', () => {
    const refusing = earning({
      answers: '',
      decide: (book) => {
        book.earn({ points: 1, expiresOn: '2027-02-01' });
        return book.refuse('NO', { left: 0 });
      },
    });
    const decision = decideOn(newAccount('mem_1'), refusing, new Map());
    expect(decision).toMatchObject({
      kind: 'written',
      entry: { moves: [], outcome: { outcome: 'refused', code: 'NO', facts: { left: 0 } } },
      account: { lots: [], seq: 1 },
    });
  });

  it('tells a plain outcome', () => {
    const odd = earning({
      decide: (book) => {
        book.earn({ points: 1, expiresOn: '2027-02-01' });
        return { at: NOW.now } as never;
      },
    });
    expect(decideOn(newAccount('mem_1'), odd, new Map())).toMatchObject({
      kind: 'thrown',
      error: { message: 'the outcome of earn:1 holds more than plain JSON' },
    });
  });

  it('that throws is told as it is', () => {
    const error = new Error('not today');
    const failing = earning({
      decide: () => {
        throw error;
      },
    });
    expect(decideOn(newAccount('mem_1'), failing, new Map())).toEqual({ kind: 'thrown', error });
  });

  it.each<[string, (book: AccountBook, n: number) => object]>([
    ['outcome', (_book, n) => ({ n })],
    ['move', (book, n) => book.earn({ points: n, expiresOn: '2027-02-01' }) && {}],
    ['facet', (book, n) => book.setFacet({ name: 'a.x', initial: {} }, { n }) ?? {}],
    ['delivery', (book, n) => book.deliver({ type: 'o', to: `${n}`, payload: {} }) && {}],
  ])('that depends on more than its book is found in tests, by its %s', (_, decide) => {
    let n = 0;
    const impure = earning({ decide: (book) => decide(book, ++n) as never });
    limits.checkPurity = true;
    expect(decideOn(newAccount('mem_1'), impure, new Map())).toMatchObject({
      kind: 'thrown',
      error: { message: 'the decision of earn:1 is not pure' },
    });
    limits.checkPurity = false;
    expect(decideOn(newAccount('mem_1'), impure, new Map()).kind).not.toBe('thrown');
  });

  it('that is pure is taken, an answer as well', () => {
    limits.checkPurity = true;
    expect(decideOn(newAccount('mem_1'), earning(), new Map()).kind).toBe('written');
  });
});

describe('an answer to a delivery', () => {
  function asked(): OneAccount {
    const one = new OneAccount('2026-01-31');
    one.post((book) => {
      book.deliver({ type: 'order', to: 'a', payload: {} });
      book.deliver({ type: 'order', to: 'b', payload: {} });
    });
    return one;
  }

  it('closes it, though nothing else changes', () => {
    const one = asked();
    const entry = one.post(() => ({}), { answers: 'mem_1.000000001#0' });
    expect(entry).toMatchObject({ answered: 'mem_1.000000001#0', moves: [] });
    expect(one.account.deliveries.map(({ to }) => to)).toEqual(['b']);
  });

  it('closes it also when the decision refuses', () => {
    const one = asked();
    const entry = one.post((book) => book.refuse('NO'), { answers: 'mem_1.000000001#1' });
    expect(entry).toMatchObject({ answered: 'mem_1.000000001#1' });
    expect(one.account.deliveries.map(({ to }) => to)).toEqual(['a']);
  });

  it('that is answered already does nothing', () => {
    const one = asked();
    one.post(() => ({}), { answers: 'mem_1.000000001#0' });
    const again = one.decide((book) => book.earn({ points: 1, expiresOn: '2027-02-01' }), {
      answers: 'mem_1.000000001#0',
    });
    expect(again).toEqual({ kind: 'unchanged', outcome: {} });
  });
});

describe('a key', () => {
  it('that is none is refused before anything else', () => {
    expect(decideOn(newAccount('mem_1'), earning({ key: 'two words' }), new Map())).toMatchObject({
      kind: 'thrown',
      error: { code: 'KEY_INVALID' },
    });
  });

  it('may be ten minutes ahead of this clock, and not a millisecond more', () => {
    const post = (time: string) =>
      decideOn(
        newAccount('mem_1'),
        earning({ ctx: at(`2026-01-31T${time}+08:00`), key: 'checkin:2026-02-01' }),
        new Map(),
      );
    expect(post('23:50:00.000').kind).toBe('written');
    expect(post('23:49:59.999')).toMatchObject({ error: { code: 'FACT_FROM_THE_FUTURE' } });
  });
});
