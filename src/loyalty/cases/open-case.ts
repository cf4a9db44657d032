import type { Context } from '../../kernel/context.ts';
import { newId } from '../../kernel/ids.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import type * as ledger from '../ledger/index.ts';
import { type Case, CaseModel } from './case.model.ts';

/** The key under which the nightly audit freezes an account: `audit:<day>`. Ledger 8. */
const OF_AUDIT = /^audit:\d{4}-\d\d-\d\d$/;

/**
 * Is shown every entry at least once, and opens a case for each account that the nightly audit froze.
 * Shown again it changes nothing, also when the case was closed meanwhile. Whether the account may be used
 * again is decided by `risk.unfreeze`, and not by closing the case.
 */
export async function seeEntries(_ctx: Context, entries: readonly ledger.Entry[]): Promise<void> {
  for (const entry of entries) {
    if (entry.status === 'frozen' && OF_AUDIT.test(entry.key)) await openCase(entry);
  }
}

/** It is as old as its finding, whenever that is shown. */
async function openCase(entry: ledger.Entry): Promise<void> {
  const { accountId, _id: entryId, outcome, postedAt } = entry;
  const opened: Omit<Case, 'entryId'> = {
    _id: newId('cas', postedAt),
    kind: 'audit-finding',
    accountId,
    laws: String(outcome.laws),
    openedAt: postedAt,
    status: 'open',
    closedBy: null,
    closedAt: null,
    note: null,
  };
  try {
    await CaseModel.updateOne({ entryId }, { $setOnInsert: opened }, { upsert: true });
  } catch (error) {
    // Another process was shown it at the same instant.
    if (!isDuplicateKey(error)) throw error;
  }
}
