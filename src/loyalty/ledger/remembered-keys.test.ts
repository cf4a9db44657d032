import { describe, expect, it } from 'vitest';
import { type Account, newAccount } from './account.model.ts';
import type { EntryBody } from './entry.model.ts';
import { dropRelayed, isCertainlyNew, isKey, keyTimeMs, needsLookUp } from './keys.ts';
import { limits } from './limits.ts';

const DAY_ID = 'ord_01kggtsv35cma5rr5p34es6kfm';

function entry(seq: number): EntryBody {
  return {
    seq,
    key: `k${seq}`,
    reason: 'k',
    postedAt: new Date(seq * 1000),
    actor: { type: 'system', id: 'test' },
    cause: 'test',
    moves: [],
    outcome: {},
    balanceAfter: 0,
    hash: '',
  };
}

function account(seqs: readonly number[]): Account {
  return { ...newAccount('mem_1'), version: 1, seq: 99, outbox: seqs.map(entry) };
}

describe('the form of a key', () => {
  it.each([' a', 'a ', 'a\tb', `a${'\u007f'}`])('is not %j', (key) => {
    expect(isKey(key)).toBe(false);
  });
});

describe('the time of a key', () => {
  it('is the newest of its parts, in whatever order they stand', () => {
    const day = keyTimeMs('x:2026-01-31');
    const earlier = keyTimeMs('x:2026-01-30');
    expect(Number(day) - Number(earlier)).toBe(86_400_000);
    expect(keyTimeMs('x:2026-01-30:2026-01-31:y')).toBe(day);
    expect(keyTimeMs('x:2026-01-31:2026-01-30')).toBe(day);
    expect(keyTimeMs('1970-01-02')).toBe(86_400_000 - 8 * 3_600_000);
  });

  it.each([
    'x:12026-01-31',
    'x:2026-01-311',
    'x:2026-13-01',
    'x:2026-1-31',
    'x-2026-01-31',
    `x:${DAY_ID}1`,
  ])('is not told by %s', (key) => {
    expect(keyTimeMs(key)).toBeUndefined();
  });

  it('is told by a day beside a text that only looks like one', () => {
    expect(keyTimeMs('x:2026-13-01:2026-01-31')).toBe(keyTimeMs('x:2026-01-31'));
    expect(keyTimeMs('x:2026-01-31:2026-13-01')).toBe(keyTimeMs('x:2026-01-31'));
  });
});

describe('a look-up', () => {
  it('is needed for a key that is old enough and remembered nowhere', () => {
    const known = {
      ...account([7]),
      recentKeys: [{ key: 'k6', seq: 6, postedAt: new Date(6000) }],
      keysCompleteSince: new Date('2026-01-31T00:00:00+08:00'),
    };
    expect(needsLookUp(known, 'k5')).toBe(true);
    expect(needsLookUp(known, 'k6')).toBe(false);
    expect(needsLookUp(known, 'k7')).toBe(false);
    expect(needsLookUp(known, 'two words')).toBe(false);
    expect(needsLookUp(known, 'x:2026-01-31')).toBe(true);
    expect(needsLookUp(known, 'x:2026-02-01')).toBe(false);
    expect(needsLookUp(newAccount('mem_1'), 'k5')).toBe(false);
  });

  it('is needed as long as clocks may differ', () => {
    const start = new Date('2026-02-01T00:00:00+08:00').getTime();
    const since = (ms: number): Account => ({
      ...account([]),
      keysCompleteSince: new Date(start - limits.clockToleranceMs + ms),
    });
    expect(isCertainlyNew(since(-1), 'x:2026-02-01')).toBe(true);
    expect(isCertainlyNew(since(0), 'x:2026-02-01')).toBe(false);
  });
});

describe('what was relayed is forgotten', () => {
  it('and the same account comes back when there is nothing to forget', () => {
    const waiting = account([5, 6]);
    expect(dropRelayed(waiting, 4)).toBe(waiting);
    const empty = account([]);
    expect(dropRelayed(empty, 9)).toBe(empty);
  });

  it('up to the entry that is known to lie in entries, itself included', () => {
    const dropped = dropRelayed(account([5, 6, 7]), 6);
    expect(dropped.outbox).toEqual([entry(7)]);
    expect(dropped.recentKeys).toEqual([
      { key: 'k5', seq: 5, postedAt: new Date(5000) },
      { key: 'k6', seq: 6, postedAt: new Date(6000) },
    ]);
    expect(dropped.keysCompleteSince).toEqual(new Date(0));
  });

  it('while exactly sixteen keys fit, all of them are remembered', () => {
    const seqs = Array.from({ length: 17 }, (_, i) => i + 1);
    const full = dropRelayed(account(seqs), 16);
    expect(full.recentKeys).toHaveLength(16);
    expect(full.keysCompleteSince).toEqual(new Date(0));
    const more = dropRelayed(full, 17);
    expect(more.recentKeys.map(({ seq }) => seq)).toEqual(seqs.slice(1));
    expect(more.keysCompleteSince).toEqual(new Date(1000));
  });

  it('and the memory never says that it is complete since an earlier time', () => {
    const since = new Date(50_000);
    const seqs = Array.from({ length: 17 }, (_, i) => i + 1);
    const dropped = dropRelayed({ ...account(seqs), keysCompleteSince: since }, 17);
    expect(dropped.keysCompleteSince).toEqual(since);
  });
});
