import { afterEach, describe, expect, it } from 'vitest';
import { type Account, newAccount } from './account.model.ts';
import { dueAtOf } from './due-at.ts';
import { limits } from './limits.ts';

const usual = { ...limits };
afterEach(() => {
  Object.assign(limits, usual);
});

function due(more: Partial<Account>): string | null {
  return dueAtOf({ ...newAccount('mem_1'), ...more })?.toISOString() ?? null;
}

const instant = (time: string) => new Date(`2026-02-${time}Z`);
const delivery = (time: string) => ({ nextAttemptAt: instant(time) }) as never;
const hold = (time: string) => ({ until: instant(time) }) as never;
const loan = (dueOn: '2026-03-01' | '2026-02-11') =>
  ({ debtId: 'l', type: 'loan', points: 1, dueOn }) as const;

describe('an account is due', () => {
  it('at the soonest of all its times, wherever that stands', () => {
    limits.jitterMs = 0;
    const lots = [{ kind: 'general', expiresOn: '2026-02-21', points: 1 }] as const;
    const outbox = [{ postedAt: instant('20T00:00:00') }] as never;
    const all = {
      outbox,
      lots,
      deliveries: [delivery('19T00:00:00'), delivery('18T00:00:00')],
      holds: [hold('17T00:00:00'), hold('16T00:00:00')],
      debts: [loan('2026-03-01'), loan('2026-02-11')],
    };
    expect(due(all)).toBe('2026-02-10T16:00:00.000Z');
    expect(due({ ...all, debts: [loan('2026-03-01')] })).toBe('2026-02-16T00:00:00.000Z');
    expect(due({ ...all, debts: [], holds: [hold('17T00:00:00')] })).toBe(
      '2026-02-17T00:00:00.000Z',
    );
    expect(due({ ...all, debts: [], holds: [] })).toBe('2026-02-18T00:00:00.000Z');
    expect(due({ outbox, lots })).toBe('2026-02-20T00:10:00.000Z');
    expect(due({ lots })).toBe('2026-02-20T16:00:00.000Z');
    expect(due({})).toBeNull();
  });

  it('for its expiry within the day, at a moment of its own', () => {
    limits.jitterMs = 86_400_000;
    const lots = [{ kind: 'general', expiresOn: '2026-02-21', points: 1 }] as const;
    const start = Date.parse('2026-02-20T16:00:00Z');
    const after = (accountId: Account['_id']) =>
      Number(dueAtOf({ ...newAccount(accountId), lots })) - start;
    // 'a' is 97; 'ab' is 97 * 31 + 98.
    expect(after('a' as Account['_id'])).toBe(97);
    expect(after('ab' as Account['_id'])).toBe(97 * 31 + 98);
    const far = after('mem_01kggtsv35cma5rr5p34es6kfm');
    expect(far).toBeGreaterThanOrEqual(0);
    expect(far).toBeLessThan(86_400_000);
    limits.jitterMs = 10;
    expect(after('a' as Account['_id'])).toBe(7);
  });
});
