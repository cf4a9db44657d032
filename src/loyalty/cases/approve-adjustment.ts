import type { Context } from '../../kernel/context.ts';
import { outboxItem } from '../../platform/outbox.ts';
import * as risk from '../risk/index.ts';
import * as rules from '../rules/index.ts';
import { type Adjustment, type AdjustmentId, AdjustmentModel } from './adjustment.model.ts';
import { alreadyDecided, refusedByBooks, samePerson } from './errors.ts';
import { getAdjustment } from './get-adjustment.ts';
import { mustBeTakeable } from './must-be-takeable.ts';
import { settleAdjustment } from './settle-adjustment.ts';

/** Who decides about which request. */
export interface Decider {
  readonly requestId: AdjustmentId;
  /** At most 40 characters. */
  readonly by: string;
}

/**
 * The second pair of eyes: books a correction. Points that are added are valid as long as an earning
 * of today is. Safe to repeat by the same person, and finishes what a crash left undone. A request
 * that cannot be booked now stays as it is.
 * @throws ADJUSTMENT_NOT_FOUND, APPROVER_IS_REQUESTER, ADJUSTMENT_STATUS_CONFLICT,
 * POINTS_INSUFFICIENT, ACCOUNT_CLOSED, NAME_INVALID
 */
export async function approveAdjustment(
  ctx: Context,
  { requestId, by }: Decider,
): Promise<Adjustment> {
  const approver = risk.checkedName(by);
  const request = await getAdjustment(ctx, requestId);
  if (risk.isSamePerson(request.requestedBy, approver)) throw samePerson(requestId);
  if (request.status === 'requested' && (await isTakeable(ctx, request))) {
    await approve(ctx, request, approver);
  }
  const settled = await settleAdjustment(ctx, { requestId });
  return mustBeBookedBy(settled, approver);
}

/** False when somebody decided meanwhile: what seems to be missing may have been taken by this request. */
async function isTakeable(ctx: Context, request: Adjustment): Promise<boolean> {
  try {
    await mustBeTakeable(ctx, request);
    return true;
  } catch (error) {
    const { status } = await getAdjustment(ctx, request._id);
    if (status === 'requested') throw error;
    return false;
  }
}

/** Changes nothing when somebody else decided meanwhile. */
async function approve(ctx: Context, request: Adjustment, approver: string): Promise<void> {
  const { _id, points, caseRef } = request;
  const quoted = points > 0 ? await expiryOf(ctx, points) : {};
  await AdjustmentModel.updateOne(
    { _id, status: 'requested' },
    {
      $set: { status: 'approved', decidedBy: approver, decidedAt: ctx.now, ...quoted },
      // The same words may be asked for again now; a case was made good once and for all.
      ...(caseRef === null && { $unset: { uniqueAs: 1 } }),
      $push: { outbox: outboxItem(ctx, { type: 'adjustment.approved', requestId: _id }) },
    },
  );
}

/** Every earning of one day expires on the same day, whatever it was for. */
async function expiryOf(
  ctx: Context,
  points: number,
): Promise<Pick<Adjustment, 'expiresOn' | 'ruleVersion'>> {
  const ruleset = await rules.current(ctx);
  const like = rules.quote(ruleset, { kind: 'task', taskPoints: points, today: ctx.today });
  return { expiresOn: like.expiresOn, ruleVersion: ruleset._id };
}

function mustBeBookedBy(request: Adjustment, approver: string): Adjustment {
  const { _id, status, decidedBy, refusal } = request;
  if (decidedBy === null || !risk.isSamePerson(decidedBy, approver)) {
    throw alreadyDecided(_id, status);
  }
  if (refusal !== null) throw refusedByBooks(_id, refusal);
  if (status !== 'booked') throw alreadyDecided(_id, status);
  return request;
}
