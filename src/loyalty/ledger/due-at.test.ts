import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Account, newAccount } from './account.model.ts';
import { dueAtOf } from './due-at.ts';
import type { Delivery, EntryBody } from './entry.model.ts';
import { limits } from './limits.ts';

const usual = limits.jitterMs;
beforeEach(() => {
  limits.jitterMs = 0;
});
afterEach(() => {
  limits.jitterMs = usual;
});

const lot = { kind: 'general', expiresOn: '2026-05-01', points: 1 } as const;
const until = new Date('2026-04-01T03:00:00Z');

it.each<[string, Partial<Account>, string | undefined]>([
  ['nothing is due', {}, undefined],
  [
    'the oldest entry, ten minutes after it was posted',
    { outbox: [{ postedAt: new Date('2026-01-01T00:00:00Z') } as EntryBody] },
    '2026-01-01T00:10:00.000Z',
  ],
  [
    'a delivery, when it is tried next',
    { lots: [lot], deliveries: [{ nextAttemptAt: until } as Delivery] },
    until.toISOString(),
  ],
  [
    'a hold, at its end',
    { lots: [lot], holds: [{ holdId: 'h', points: 1, lots: [lot], until }] },
    until.toISOString(),
  ],
  [
    'a loan, when its day begins',
    { lots: [lot], debts: [{ debtId: 'd', type: 'loan', points: 1, dueOn: '2026-03-01' }] },
    '2026-02-28T16:00:00.000Z',
  ],
  [
    'no day for a clawback',
    { debts: [{ debtId: 'clawback', type: 'clawback', points: 1 }] },
    undefined,
  ],
  ['the first lot, when its day begins', { lots: [lot] }, '2026-04-30T16:00:00.000Z'],
  ['nothing for what never expires', { lots: [{ ...lot, expiresOn: '9999-12-31' }] }, undefined],
])('%s', (_, state, expected) => {
  expect(dueAtOf({ ...newAccount('mem_1'), ...state })?.toISOString()).toBe(expected);
});

it('expiry is spread over its day by the account, always the same way', () => {
  limits.jitterMs = usual;
  const start = Date.parse('2026-04-30T16:00:00.000Z');
  const due = Array.from({ length: 200 }, (_, n) =>
    Number(dueAtOf({ ...newAccount(`mem_${n * n * 7919}`), lots: [lot] })),
  );
  expect(new Set(due).size).toBeGreaterThan(150);
  expect(Math.min(...due)).toBeGreaterThanOrEqual(start);
  expect(Math.max(...due)).toBeLessThan(start + 86_400_000);
  expect(dueAtOf({ ...newAccount('mem_1'), lots: [lot] })).toEqual(
    dueAtOf({ ...newAccount('mem_1'), lots: [lot] }),
  );
});
