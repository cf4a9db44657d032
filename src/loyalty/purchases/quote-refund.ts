import { businessDayOf } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import * as rules from '../rules/index.ts';
import {
  amountInvalid,
  refundExceedsSale,
  refundedAtInvalid,
  refundIdInvalid,
  refundsTooMany,
} from './errors.ts';
import { isAmount, mustAddUp } from './must-add-up.ts';
import type { Purchase, Refund } from './purchase.model.ts';

/** A refund as a shop or a partner reports it. */
export interface RecordRefundInput {
  /** Who reports it: the id of the partner's key that reported the sale. */
  readonly source: string;
  /** What the partner calls the sale. */
  readonly purchaseId: string;
  /** What it calls the refund: 1 to 50 letters, digits and `-_./#+=@`, unique within the sale. */
  readonly refundId: string;
  /** What was paid back; more than 0. */
  readonly amountFen: number;
  readonly refundedAt: Date;
  /** What came back by category; the lines add up to `amountFen`. */
  readonly lines?: readonly rules.PurchaseLine[] | undefined;
}

/** With the longest key id and purchase id a key of the ledger is still within its 200 bytes. */
const REFUND_ID = /^(?!\d{4}-\d\d-\d\d$)[\w\-./#+=@]{1,50}$/;
const REFUNDS_MAX = 100;
const CLOCK_TOLERANCE_MS = 600_000;

/**
 * Checks what can be checked of a refund without its sale.
 * @throws REFUND_ID_INVALID, AMOUNT_INVALID, REFUNDED_AT_INVALID
 */
export function mustBeRefund(ctx: Context, input: RecordRefundInput): void {
  const { refundId, amountFen, lines, refundedAt } = input;
  if (!REFUND_ID.test(refundId)) throw refundIdInvalid();
  if (!isAmount(amountFen) || amountFen === 0) {
    throw amountInvalid('what is paid back is a whole number of fen, and more than none');
  }
  if (lines) mustAddUp(amountFen, lines);
  // Also false for a date that is none.
  if (refundedAt.getTime() - ctx.now.getTime() <= CLOCK_TOLERANCE_MS) return;
  throw refundedAtInvalid();
}

/**
 * Checks a refund against its sale and says what it takes: what the sale earned, less what its rest
 * earns by the same rules, less what was taken before. So nothing is lost to rounding: refunds of all
 * of it take all of it.
 * @throws REFUNDED_AT_INVALID, REFUND_EXCEEDS_SALE, REFUNDS_TOO_MANY
 */
export async function quoteRefund(
  ctx: Context,
  purchase: Purchase,
  input: RecordRefundInput,
): Promise<Refund> {
  const { refundId, amountFen, lines = null, refundedAt } = input;
  const { earning, refunds = [] } = purchase;
  if (refundedAt < purchase.paidAt) throw refundedAtInvalid();
  const returned = [...refunds, { amountFen, lines }];
  mustNotExceed(purchase, returned);
  if (refunds.length >= REFUNDS_MAX) throw refundsTooMany(REFUNDS_MAX);
  const before = refunds.reduce((sum, { points }) => sum + points, 0);
  const points = earning.points - before - (await pointsLeft(ctx, purchase, returned));
  return { refundId, amountFen, lines, refundedAt, recordedAt: ctx.now, points };
}

async function pointsLeft(
  ctx: Context,
  { earning, amountFen, lines, paidAt }: Purchase,
  returned: readonly rules.Returned[],
): Promise<number> {
  const ruleset = await rules.getRuleset(ctx, earning.ruleVersion as rules.RuleVersion);
  const today = businessDayOf(paidAt);
  const sale = { kind: 'purchase', amountFen, lines: lines ?? undefined, today } as const;
  return rules.quote(ruleset, rules.whatIsLeft(ruleset, sale, returned)).points;
}

function mustNotExceed(
  { amountFen: paidFen, lines }: Purchase,
  returned: readonly rules.Returned[],
): void {
  const refundedFen = sumOf(returned);
  if (refundedFen > paidFen) throw refundExceedsSale({ paidFen, refundedFen });
  const came = returned.flatMap((part) => part.lines ?? []);
  for (const category of new Set(came.map((line) => line.category))) {
    const isOfIt = (line: rules.PurchaseLine) => line.category === category;
    const sold = sumOf((lines ?? []).filter(isOfIt));
    const back = sumOf(came.filter(isOfIt));
    if (back > sold) throw refundExceedsSale({ paidFen: sold, refundedFen: back, category });
  }
}

function sumOf(parts: readonly { readonly amountFen: number }[]): number {
  return parts.reduce((sum, { amountFen }) => sum + amountFen, 0);
}
