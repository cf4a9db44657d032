import type { Context } from '../../kernel/context.ts';
import type { AccountId } from '../ledger/index.ts';
import { type Sanction, type SanctionId, SanctionModel, SEEN } from './sanction.model.ts';

const PAGE_MAX = 100;

/** Which part of what was decided about an account. */
export interface SanctionPage {
  /** From 1 to 100. */
  readonly limit: number;
  /** The last one of the page before. */
  readonly before?: SanctionId;
}

/** What people decided about an account, newest first, refused ones too. */
export function listSanctions(
  _ctx: Context,
  accountId: AccountId,
  { limit, before }: SanctionPage,
): Promise<readonly Sanction[]> {
  return SanctionModel.find({ accountId, ...(before && { _id: { $lt: before } }) })
    .select(SEEN)
    .sort({ _id: -1 })
    .limit(Math.min(Math.max(limit, 1), PAGE_MAX))
    .lean<Sanction[]>()
    .exec();
}
