import type { Context } from '../../kernel/context.ts';
import { sanctionRefused } from './errors.ts';
import { impose, type SanctionInput } from './impose.ts';
import type { Sanction } from './sanction.model.ts';

/**
 * Opens a frozen account again, whoever froze it: a person or the nightly audit.
 * @throws ACCOUNT_NOT_FROZEN, ACCOUNT_CLOSED, ACCOUNT_NOT_FOUND, NAME_INVALID, REASON_INVALID,
 * SANCTION_BUSY
 */
export function unfreeze(ctx: Context, input: SanctionInput): Promise<Sanction> {
  return impose(ctx, {
    ...input,
    verb: 'unfreeze',
    async mayBe(status) {
      if (status === 'closed') throw sanctionRefused('ACCOUNT_CLOSED', input.accountId);
      if (status === 'active') throw sanctionRefused('ACCOUNT_NOT_FROZEN', input.accountId);
      return null;
    },
  });
}
