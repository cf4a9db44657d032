import type { Draft } from './draft.ts';
import type { Move } from './entry.model.ts';
import { accountBusy, accountNotActive, accountNotFrozen } from './errors.ts';
import { sumOf } from './lots.ts';

export function freeze(draft: Draft): void {
  if (draft.account.status !== 'active') throw accountNotActive(draft.account._id);
  draft.setStatus('frozen');
}

export function unfreeze(draft: Draft): void {
  if (draft.account.status !== 'frozen') throw accountNotFrozen(draft.account._id);
  draft.setStatus('active');
}

export function forfeit(draft: Draft): Move {
  draft.mustBeOpen();
  const { lots, holds } = draft.account;
  const spendable = sumOf(lots);
  const held = sumOf(holds);
  draft.set({ lots: [], holds: [] });
  const legs = { spendable: -spendable, held: -held, forfeited: spendable + held };
  return draft.move('forfeit', legs, { taken: lots, unheld: holds });
}

export function close(draft: Draft): Move {
  draft.mustBeOpen();
  const { lots, debts, holds, deliveries } = draft.account;
  if (holds.length > 0 || deliveries.length > 0) {
    throw accountBusy({ holds: holds.length, deliveries: deliveries.length });
  }
  const points = sumOf(lots);
  const debt = sumOf(debts);
  draft.set({ lots: [], debts: [] });
  draft.setStatus('closed');
  const repaid = debts.map(({ debtId, points: part }) => ({ debtId, points: part }));
  const legs = { spendable: -points, debt, dissolved: points - debt };
  return draft.move('close', legs, { taken: lots, repaid });
}
