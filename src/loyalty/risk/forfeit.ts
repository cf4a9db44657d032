import type { Context } from '../../kernel/context.ts';
import { isId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { notAMembersAccount, sanctionRefused } from './errors.ts';
import { impose, type SanctionInput } from './impose.ts';
import type { Sanction } from './sanction.model.ts';

/**
 * Takes everything that a frozen member has: what can be spent, what is held and what is pending at
 * the moment it is booked. `points` says how much that was. `restore` gives it back.
 * @throws ACCOUNT_NOT_FROZEN, NOTHING_TO_FORFEIT, ACCOUNT_CLOSED, ACCOUNT_NOT_OF_MEMBER,
 * NAME_INVALID, REASON_INVALID, SANCTION_BUSY
 */
export function forfeit(ctx: Context, input: SanctionInput): Promise<Sanction> {
  return impose(ctx, {
    ...input,
    verb: 'forfeit',
    async mayBe(status) {
      const { accountId } = input;
      if (!isId('mem', accountId)) throw notAMembersAccount(accountId);
      if (status === 'closed') throw sanctionRefused('ACCOUNT_CLOSED', accountId);
      if (status === 'active') throw sanctionRefused('ACCOUNT_NOT_FROZEN', accountId);
      const { available, held, pending } = await ledger.balanceOf(ctx, accountId);
      if (available + held + pending > 0) return null;
      throw sanctionRefused('NOTHING_TO_FORFEIT', accountId);
    },
  });
}
