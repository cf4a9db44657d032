import type { Context } from '../../kernel/context.ts';
import type * as ledger from '../ledger/index.ts';
import { type Case, type CaseId, CaseModel, type CaseStatus } from './case.model.ts';

const PAGE_MAX = 100;

/** Which cases, and which part of them. */
export interface CasePage {
  readonly status?: CaseStatus;
  readonly accountId?: ledger.AccountId;
  /** From 1 to 100. */
  readonly limit: number;
  /** The last one of the page before. */
  readonly before?: CaseId;
}

/** Cases, newest first. */
export function listCases(
  _ctx: Context,
  { limit, before, ...where }: CasePage,
): Promise<readonly Case[]> {
  return CaseModel.find({ ...where, ...(before && { _id: { $lt: before } }) })
    .sort({ _id: -1 })
    .limit(Math.min(Math.max(limit, 1), PAGE_MAX))
    .lean<Case[]>()
    .exec();
}
