import { businessDayOf } from '../../kernel/business-day.ts';
import type { Actor } from '../../kernel/context.ts';
import type { Account } from './account.model.ts';
import { collectLoan } from './debts.ts';
import { Draft } from './draft.ts';
import { matureHold } from './earning.ts';
import { addMonth, sumOf } from './lots.ts';
import { sealEntry } from './seal-entry.ts';
import { release } from './spending.ts';

const TIME: Actor = { type: 'system', id: 'time' };

/**
 * Books what time has already decided, one entry per kind of event: lots expired, holds timed out or
 * matured, loans due. The same object comes back when there is nothing to book.
 */
export function settleOverdue(base: Account, now: Date): Account {
  const today = businessDayOf(now);
  let account = base;
  const book = (what: string, change: (draft: Draft) => void): void => {
    const draft = new Draft(account, now);
    change(draft);
    const key = `${what}:${account.seq + 1}`;
    account = sealEntry(draft, { key, actor: TIME, cause: 'time', outcome: {} });
  };
  const soonest = account.lots[0];
  if (soonest && soonest.expiresOn <= today) book(`expiry:${today}`, expireLots);
  for (const { holdId, pending, until } of base.holds) {
    if (until > now) continue;
    book(`${pending ? 'matured' : 'hold-timeout'}:${holdId}`, (draft) => {
      if (pending) matureHold(draft, draft.takeFromHold(holdId));
      else release(draft, { holdId, because: 'timeout' });
      // What lay in the hold may have expired there; held points do not expire.
      expireLots(draft);
    });
  }
  for (const debt of account.debts) {
    if (debt.dueOn === undefined || debt.dueOn > today) continue;
    book(`loan-due:${debt.debtId}`, (draft) => collectLoan(draft, debt));
  }
  return account;
}

function expireLots(draft: Draft): void {
  const { account, today } = draft;
  const gone = account.lots.filter((lot) => lot.expiresOn <= today);
  if (gone.length === 0) return;
  const points = sumOf(gone);
  draft.set({
    lots: account.lots.filter((lot) => lot.expiresOn > today),
    expiredByMonth: addMonth(account.expiredByMonth, today.slice(0, 7), points),
  });
  draft.move('expire', { spendable: -points, expired: points }, { taken: gone });
}
