import type { Context } from '../../kernel/context.ts';
import { sanctionRefused } from './errors.ts';
import { impose, type SanctionInput } from './impose.ts';
import type { Sanction } from './sanction.model.ts';

/**
 * Stops everything that takes points of an account; earning and look-ups go on. A repeat of the same
 * words while the first is under way gets its answer.
 * @throws ACCOUNT_NOT_ACTIVE when it is frozen already, ACCOUNT_CLOSED, ACCOUNT_NOT_FOUND,
 * NAME_INVALID, REASON_INVALID, SANCTION_BUSY
 */
export function freeze(ctx: Context, input: SanctionInput): Promise<Sanction> {
  return impose(ctx, {
    ...input,
    verb: 'freeze',
    async mayBe(status) {
      if (status === 'closed') throw sanctionRefused('ACCOUNT_CLOSED', input.accountId);
      if (status === 'frozen') throw sanctionRefused('ACCOUNT_NOT_ACTIVE', input.accountId);
      return null;
    },
  });
}
