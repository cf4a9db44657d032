import { describe, expect, it, vi } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { memoryStore } from '../../../tests/support/memory-store.ts';
import type { Context } from '../../kernel/context.ts';
import type { Finding, Law } from './audit-fold.ts';
import type { AuditRound } from './audit-round.model.ts';
import type { Book } from './book.ts';
import { judge } from './judge.ts';
import { type Ledger, openLedger } from './open-ledger.ts';
import type { AccountId } from './points.ts';

const DAY = at('2026-01-31T10:00:00+08:00');
const NIGHT = '2026-02-01T02:00:00+08:00';

function round(more: Partial<AuditRound> = {}): AuditRound {
  return { findings: 0, unfrozen: 0, suspects: [], ...more } as unknown as AuditRound;
}

function finding(accountId: AccountId, code: Law, message = 'broken'): Finding {
  return { accountId, code, entryId: `${accountId}.000000001`, message };
}

/** A night of a ledger with two accounts, and what its log said. */
async function night() {
  const store = memoryStore();
  const ledger = openLedger({ store });
  for (const accountId of ['mem_1', 'mem_2'] as const) await change(ledger, accountId, earn);
  const error = vi.fn();
  const ctx = at(NIGHT, { log: { ...DAY.log, error } });
  return { store, ledger, error, ctx };
}

function earn(book: Book): void {
  book.earn({ points: 1, expiresOn: '2027-02-01' });
}

function change(ledger: Ledger, accountId: AccountId, step: (book: Book) => void) {
  const decide = (book: Book) => {
    step(book);
    return {};
  };
  return ledger.post(DAY, { accountId, key: `test:${step.name}`, decide });
}

type Night = Awaited<ReturnType<typeof night>>;

function verdict({ ctx, ledger }: Night, findings: readonly Finding[], before = round()) {
  return judge(ctx, ledger, { round: before, findings });
}

describe('an account with findings', () => {
  it('is counted, told by each of them, remembered, and frozen once for its laws', async () => {
    const one = await night();
    const found = [
      finding('mem_1', 'L5', 'first'),
      finding('mem_2', 'L3'),
      finding('mem_1', 'L7', 'second'),
      finding('mem_1', 'L5', 'third'),
    ];
    expect(await verdict(one, found)).toEqual({
      findings: 4,
      unfrozen: 0,
      suspects: ['mem_1', 'mem_2'],
    });
    const entryId = 'mem_1.000000001';
    expect(one.error.mock.calls.slice(0, 3)).toEqual([
      [{ law: 'L5', accountId: 'mem_1', entryId, finding: 'first' }, 'law broken'],
      [{ law: 'L7', accountId: 'mem_1', entryId, finding: 'second' }, 'law broken'],
      [{ law: 'L5', accountId: 'mem_1', entryId, finding: 'third' }, 'law broken'],
    ]);
    expect(one.error).toHaveBeenCalledTimes(4);
    expect(one.store.accounts.get('mem_1')).toMatchObject({ status: 'frozen', seq: 2 });
    const entry = await one.ledger.entryOf('mem_1', 'audit:2026-02-01');
    expect(entry).toMatchObject({ status: 'frozen', outcome: { laws: 'L5 L7' } });
  });

  it('adds to what the round knows; one that is known is not told again', async () => {
    const one = await night();
    const before = round({ findings: 3, unfrozen: 1, suspects: ['mem_1'] });
    expect(await verdict(one, [finding('mem_1', 'L5'), finding('mem_2', 'L5')], before)).toEqual({
      findings: 4,
      unfrozen: 1,
      suspects: ['mem_1', 'mem_2'],
    });
    expect(one.error).toHaveBeenCalledTimes(1);
    expect(one.store.accounts.get('mem_1')?.status).toBe('active');
  });

  it('is told by ten of them at most', async () => {
    const one = await night();
    const many = Array.from({ length: 12 }, () => finding('mem_1', 'L5'));
    expect((await verdict(one, many)).findings).toBe(12);
    expect(one.error).toHaveBeenCalledTimes(10);
  });

  it('is remembered as one of a thousand at most', async () => {
    const one = await night();
    const suspects = Array.from({ length: 999 }, (_, n): AccountId => `mem_x${n}`);
    const found = [finding('mem_1', 'L9'), finding('mem_2', 'L9')];
    expect((await verdict(one, found, round({ suspects }))).suspects).toHaveLength(1000);
  });

  it('that are late only is remembered, and not frozen', async () => {
    const one = await night();
    expect(await verdict(one, [finding('mem_1', 'L9'), finding('mem_1', 'L10')])).toEqual({
      findings: 2,
      unfrozen: 0,
      suspects: ['mem_1'],
    });
    expect(one.store.accounts.get('mem_1')?.status).toBe('active');
  });

  it('that a consumer has not seen is asked anew each night', async () => {
    const one = await night();
    expect(await verdict(one, [finding('mem_1', 'L10')])).toEqual({
      findings: 1,
      unfrozen: 0,
      suspects: [],
    });
  });

  it('that are late and wrong is frozen', async () => {
    const one = await night();
    await verdict(one, [finding('mem_1', 'L9'), finding('mem_1', 'L4')]);
    expect(one.store.accounts.get('mem_1')?.status).toBe('frozen');
  });

  it('that is frozen or closed already stays as it is, without an entry', async () => {
    const one = await night();
    await change(one.ledger, 'mem_1', (book) => book.freeze());
    await change(one.ledger, 'mem_2', (book) => void book.close());
    const found = [finding('mem_1', 'L5'), finding('mem_2', 'L5')];
    expect(await verdict(one, found)).toMatchObject({ unfrozen: 0 });
    expect(one.store.accounts.get('mem_1')).toMatchObject({ status: 'frozen', seq: 2 });
    expect(one.store.accounts.get('mem_2')).toMatchObject({ status: 'closed', seq: 2 });
  });

  it('that is gone or does not balance cannot be frozen, and somebody has to see it', async () => {
    const one = await night();
    const account = one.store.accounts.get('mem_1');
    if (!account) throw new Error('the account is lost');
    one.store.accounts.set('mem_1', { ...account, version: 9, totals: {} });
    const found = [finding('mem_1', 'L7'), finding('mem_9', 'L4')];
    expect(await verdict(one, found, round({ unfrozen: 1 }))).toMatchObject({ unfrozen: 3 });
    const told = one.error.mock.calls.filter(([, phrase]) => phrase === 'account cannot be frozen');
    expect(told.map(([{ accountId, err }]) => [accountId, err.message])).toEqual([
      ['mem_1', 'the books of mem_1 do not balance: 1'],
      ['mem_9', 'account mem_9 is not there'],
    ]);
    expect(one.store.accounts.has('mem_9')).toBe(false);
  });

  it('is judged again when the store failed', async () => {
    const one = await night();
    const error = new Error('down');
    const broken = { post: () => Promise.reject(error) };
    const judging = judge(one.ctx as Context, broken, {
      round: round(),
      findings: [finding('mem_1', 'L5')],
    });
    await expect(judging).rejects.toBe(error);
  });
});
