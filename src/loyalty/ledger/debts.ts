import { assert } from '../../kernel/assert.ts';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Loan } from './book.ts';
import { checkPoints, type Draft } from './draft.ts';
import type { Move, Repayment } from './entry.model.ts';
import { debtOpen } from './errors.ts';
import { spendableOf, takeLots } from './lots.ts';
import type { Debt, Lot } from './points.ts';

export function borrow(draft: Draft, { points, expiresOn, dueOn }: Loan): Move {
  checkPoints(points);
  draft.mustBeActive();
  if (draft.account.debts.length > 0) throw debtOpen();
  const debt: Debt = { debtId: draft.entryId, type: 'loan', points, dueOn };
  draft.owe(debt);
  const lot: Lot = { kind: 'loan', expiresOn, points };
  return draft.give('borrow', [lot], { against: { debt: -points }, owed: [debt] });
}

/** Half of an earning goes to a loan that is not due yet, all of it to anything else that is owed. */
export function repayFrom(draft: Draft, points: number): readonly Repayment[] {
  const { debts } = draft.account;
  if (debts.length === 0) return [];
  const repaid: Repayment[] = [];
  const open: Debt[] = [];
  let left = points;
  for (const debt of debts) {
    const part = Math.min(debt.points, isDue(debt, draft.today) ? left : Math.floor(left / 2));
    left -= part;
    if (part > 0) repaid.push({ debtId: debt.debtId, points: part });
    if (part < debt.points) open.push({ ...debt, points: debt.points - part });
  }
  draft.set({ debts: open });
  return repaid;
}

/** A loan whose day has come takes what general points there are; the rest stays owed. */
export function collectLoan(draft: Draft, debt: Debt): Move {
  const { lots, debts } = draft.account;
  const points = Math.min(debt.points, spendableOf(lots, draft.today, ['general']));
  const may = (lot: Lot) => lot.kind === 'general' && lot.expiresOn > draft.today;
  const split = takeLots(lots, points, may);
  assert(split, 'no more is taken than was counted');
  const { dueOn: _, ...overdue } = { ...debt, points: debt.points - points };
  const open = debts.map((item) => (item === debt ? overdue : item));
  draft.set({ lots: split.rest, debts: open.filter((item) => item.points > 0) });
  const repaid = points > 0 ? [{ debtId: debt.debtId, points }] : [];
  return draft.move('repay', { spendable: -points, debt: points }, { taken: split.taken, repaid });
}

function isDue({ dueOn }: Debt, today: BusinessDay): boolean {
  return dueOn === undefined || dueOn <= today;
}
