import type { Context } from '../../kernel/context.ts';
import type { AccountId } from '../ledger/index.ts';
import { nothingToRestore, sanctionRefused } from './errors.ts';
import { impose, type SanctionInput } from './impose.ts';
import { type Sanction, type SanctionId, SanctionModel } from './sanction.model.ts';

/**
 * Gives the newest forfeiture of an account back, wholly, to the lots it came from and valid for 7
 * days at least; within 365 days of it. The account stays frozen if it is.
 * @throws NOTHING_TO_RESTORE, REFUND_WINDOW_CLOSED, ACCOUNT_CLOSED, NAME_INVALID, REASON_INVALID,
 * SANCTION_BUSY
 */
export function restore(ctx: Context, input: SanctionInput): Promise<Sanction> {
  const { accountId } = input;
  return impose(ctx, {
    ...input,
    verb: 'restore',
    async mayBe(status) {
      if (status === 'closed') throw sanctionRefused('ACCOUNT_CLOSED', accountId);
      const newest = await newestForfeiture(accountId);
      if (!newest) throw nothingToRestore(accountId);
      return newest;
    },
  });
}

/** The last one that was not given back. */
async function newestForfeiture(accountId: AccountId): Promise<SanctionId | null> {
  const done = { accountId, status: 'done' } as const;
  const restored = await SanctionModel.distinct('of', { ...done, verb: 'restore' });
  const found = await SanctionModel.findOne({ ...done, verb: 'forfeit', _id: { $nin: restored } })
    .sort({ _id: -1 })
    .select({ _id: 1 })
    .lean<Pick<Sanction, '_id'>>();
  return found?._id ?? null;
}
