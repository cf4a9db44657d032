import type { Context } from '../../kernel/context.ts';
import * as risk from '../risk/index.ts';
import { type Case, type CaseId, CaseModel } from './case.model.ts';
import { caseAlreadyClosed, caseNotFound } from './errors.ts';

/** How somebody ends a case. */
export interface Closing {
  readonly caseId: CaseId;
  /** What came out: one line of at most 200 characters. */
  readonly note: string;
  /** Who looked into it: at most 40 characters. */
  readonly by: string;
}

/**
 * Ends a case with what came out. The account stays as it is. Safe to repeat by the same person with the
 * same words.
 * @throws CASE_NOT_FOUND, CASE_STATUS_CONFLICT when it was closed with other words, NAME_INVALID,
 * REASON_INVALID
 */
export async function closeCase(ctx: Context, { caseId, ...closing }: Closing): Promise<Case> {
  const [closedBy, note] = [risk.checkedName(closing.by), risk.checkedReason(closing.note)];
  await CaseModel.updateOne(
    { _id: caseId, status: 'open' },
    { $set: { status: 'closed', closedBy, closedAt: ctx.now, note } },
  );
  const found = await CaseModel.findById(caseId).lean<Case>();
  if (!found) throw caseNotFound(caseId);
  const isOurs = found.note === note && risk.isSamePerson(found.closedBy ?? '', closedBy);
  if (!isOurs) throw caseAlreadyClosed(caseId);
  return found;
}
