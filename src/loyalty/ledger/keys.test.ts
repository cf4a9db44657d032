import { afterEach, describe, expect, it } from 'vitest';
import { useTimeZone } from '../../kernel/business-day.ts';
import { newId } from '../../kernel/ids.ts';
import { type Account, newAccount } from './account.model.ts';
import type { EntryBody } from './entry.model.ts';
import { dropRelayed, isCertainlyNew, isKey, keyTimeMs, needsLookUp } from './keys.ts';

afterEach(() => useTimeZone('Asia/Shanghai'));

const made = new Date('2026-02-03T04:05:06.789Z');
const orderId = newId('ord', made);

describe('the time that a key tells', () => {
  it.each([
    ['checkin:2026-01-31', '2026-01-30T16:00:00.000Z'],
    [`order:${orderId}`, made.toISOString()],
    [`answered:2026-01-31:mem_x.000000001#0`, '2026-01-30T16:00:00.000Z'],
    [`task:${orderId}:2026-01-31`, made.toISOString()],
    ['purchase:shop7:20260131-0042', undefined],
    ['purchase:2026-13-45', undefined],
    ['birthday:2026', undefined],
    [`order:${orderId.toUpperCase()}`, undefined],
  ])('%s', (key, expected) => {
    const ms = keyTimeMs(key);
    expect(ms === undefined ? undefined : new Date(ms).toISOString()).toBe(expected);
  });

  it("follows the programme's zone", () => {
    useTimeZone('America/New_York');
    expect(keyTimeMs('checkin:2026-01-31')).toBe(Date.parse('2026-01-31T05:00:00Z'));
  });
});

it.each([
  ['checkin:2026-01-31', true],
  ['!~', true],
  ['', false],
  ['a b', false],
  ['a\n', false],
  ['é', false],
])('%j is a key: %s', (key, expected) => {
  expect(isKey(key)).toBe(expected);
});

function entry(seq: number, postedAt: string): EntryBody {
  return {
    seq,
    key: `k${seq}`,
    reason: 'k',
    postedAt: new Date(postedAt),
    actor: { type: 'system', id: 'test' },
    cause: 'test',
    moves: [],
    outcome: {},
    balanceAfter: 0,
    hash: '',
  };
}

describe('memory', () => {
  const since = (instant: string): Account => ({
    ...newAccount('mem_1'),
    version: 1,
    keysCompleteSince: new Date(instant),
  });

  it.each([
    ['a key younger than the memory and its tolerance is new', '2026-01-30T15:49:59Z', true],
    ['a key at the edge of the tolerance is not', '2026-01-30T15:50:00Z', false],
  ])('%s', (_, instant, expected) => {
    expect(isCertainlyNew(since(instant), 'checkin:2026-01-31')).toBe(expected);
  });

  it('cannot tell a key without a time, but everything is new to a new account', () => {
    expect(isCertainlyNew(since('1970-01-01T00:00:00Z'), 'birthday:2026')).toBe(false);
    expect(isCertainlyNew(newAccount('mem_1'), 'birthday:2026')).toBe(true);
  });

  it('needs no look-up for what it remembers', () => {
    const account = {
      ...since('2026-01-01T00:00:00Z'),
      outbox: [entry(1, '2026-01-01T00:00:00Z')],
    };
    expect(needsLookUp(account, 'k1')).toBe(false);
    expect(needsLookUp(account, 'k2')).toBe(true);
    expect(needsLookUp(dropRelayed(account, 1), 'k1')).toBe(false);
  });

  it('keeps the sixteen newest keys, and says since when it is complete', () => {
    const instant = (n: number): string => `2026-01-01T00:00:${String(n).padStart(2, '0')}Z`;
    const outbox = Array.from({ length: 20 }, (_, i) => entry(i + 1, instant(i + 1)));
    const account: Account = { ...newAccount('mem_1'), version: 1, seq: 20, outbox };
    const dropped = dropRelayed(account, 18);
    expect(dropped.outbox.map(({ seq }) => seq)).toEqual([19, 20]);
    expect(dropped.recentKeys.map(({ seq }) => seq)).toEqual(
      Array.from({ length: 16 }, (_, i) => i + 3),
    );
    expect(dropped.keysCompleteSince).toEqual(new Date(instant(2)));
    expect(dropRelayed(dropped, 18)).toBe(dropped);
    expect(dropRelayed(dropped, 20).keysCompleteSince).toEqual(new Date(instant(4)));
  });
});
