import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import * as members from '../members/index.ts';
import * as risk from '../risk/index.ts';
import {
  type Adjustment,
  type AdjustmentCategory,
  AdjustmentModel,
  SEEN,
  type StoredAdjustment,
} from './adjustment.model.ts';
import { caseInvalid, caseReused, pointsInvalid } from './errors.ts';
import { mustBeTakeable } from './must-be-takeable.ts';

/** A correction as somebody asks for it. */
export interface AdjustmentInput {
  readonly memberId: MemberId;
  /** Negative takes from the member. */
  readonly points: number;
  readonly category: AdjustmentCategory;
  /** One line of at most 200 characters. */
  readonly reason: string;
  /** The complaint that is made good: at most 64 characters, once for each member. */
  readonly caseRef?: string | undefined;
  /** Who asks: at most 40 characters. */
  readonly by: string;
}

type Asked = Pick<
  Adjustment,
  'memberId' | 'points' | 'category' | 'reason' | 'caseRef' | 'requestedBy'
>;

const POINTS_MAX = 1_000_000_000;
const CASE_CHARS_MAX = 64;

/**
 * Asks for a correction; nothing is booked before another person approves it. Safe to repeat: the
 * same words while nobody decided, and the same case at any time, are the same request.
 * @throws MEMBER_NOT_FOUND, POINTS_INVALID, POINTS_INSUFFICIENT, ACCOUNT_CLOSED, NAME_INVALID,
 * REASON_INVALID, CASE_INVALID; KEY_REUSED for a case that has a request of other content
 */
export async function requestAdjustment(ctx: Context, input: AdjustmentInput): Promise<Adjustment> {
  const asked = checked(input);
  await members.getMember(ctx, input.memberId);
  const uniqueAs = uniqueAsOf(asked);
  const known = await requestOf(uniqueAs);
  if (!known) await mustBeTakeable(ctx, asked);
  const request = known ?? (await kept(ctx, { ...asked, uniqueAs }));
  if (!isSame(request, asked)) throw caseReused(request._id);
  return request;
}

function checked({ memberId, points, category, by, ...input }: AdjustmentInput): Asked {
  const fits = Number.isSafeInteger(points) && points !== 0 && Math.abs(points) <= POINTS_MAX;
  if (!fits) throw pointsInvalid();
  return {
    memberId,
    points,
    category,
    reason: risk.checkedReason(input.reason),
    caseRef: input.caseRef === undefined ? null : checkedCase(input.caseRef),
    requestedBy: risk.checkedName(by),
  };
}

function checkedCase(text: string): string {
  const caseRef = text.normalize('NFKC').trim();
  const isReadable = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(caseRef);
  if (isReadable && [...caseRef].length <= CASE_CHARS_MAX) return caseRef;
  throw caseInvalid(CASE_CHARS_MAX);
}

/** A case is one request for ever, whoever writes it down in which letters; other words are while they wait. */
function uniqueAsOf({ requestedBy, ...asked }: Asked): string {
  const { memberId, caseRef, points, category, reason } = asked;
  if (caseRef !== null) return JSON.stringify(['case', memberId, caseRef.toUpperCase()]);
  return JSON.stringify(['same', memberId, points, category, reason, requestedBy]);
}

async function kept(
  ctx: Context,
  { uniqueAs, ...asked }: Asked & { readonly uniqueAs: string },
): Promise<Adjustment> {
  const request: StoredAdjustment = {
    _id: newId('adj', ctx.now),
    ...asked,
    requestedAt: ctx.now,
    status: 'requested',
    decidedBy: null,
    decidedAt: null,
    expiresOn: null,
    ruleVersion: null,
    refusal: null,
    uniqueAs,
    outbox: [],
  };
  try {
    await AdjustmentModel.create(request);
    const { outbox: _, uniqueAs: _as, ...seen } = request;
    return seen;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const first = await requestOf(uniqueAs);
    if (!first) throw error;
    return first;
  }
}

function requestOf(uniqueAs: string): Promise<Adjustment | null> {
  return AdjustmentModel.findOne({ uniqueAs }).select(SEEN).lean<Adjustment>().exec();
}

function isSame(request: Adjustment, { points, category }: Asked): boolean {
  return request.points === points && request.category === category;
}
