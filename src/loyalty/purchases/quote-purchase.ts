import { businessDayOf } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as rules from '../rules/index.ts';
import { amountInvalid, paidAtInvalid, purchaseIdInvalid } from './errors.ts';
import { isAmount, mustAddUp } from './must-add-up.ts';
import type { Purchase } from './purchase.model.ts';

/** A sale as a shop or a partner reports it. */
export interface RecordPurchaseInput {
  /** What the partner calls the sale: 1 to 100 letters, digits and `-_./#+=@`. */
  readonly purchaseId: string;
  /** An existing member. */
  readonly memberId: MemberId;
  /** What was actually paid; may be 0. */
  readonly amountFen: number;
  readonly paidAt: Date;
  /** Who reports it: the id of the partner's key. Purchase ids are unique within it. */
  readonly source: string;
  /** The sale by category; the lines add up to `amountFen`. */
  readonly lines?: readonly rules.PurchaseLine[] | undefined;
}

/** No colon, which parts the ledger's keys; not a bare day, which a key would take for its own day. */
const PURCHASE_ID = /^(?!\d{4}-\d\d-\d\d$)[\w\-./#+=@]{1,100}$/;
/** The most that one move of the ledger holds. */
const POINTS_MAX = 1_000_000_000;
const CLOCK_TOLERANCE_MS = 600_000;

/**
 * Checks a reported sale and says what it earns by the rules in force, on the day it was paid.
 * @throws AMOUNT_INVALID, PURCHASE_ID_INVALID, PAID_AT_INVALID
 */
export async function quotePurchase(
  ctx: Context,
  { purchaseId, amountFen, lines, paidAt }: RecordPurchaseInput,
): Promise<Purchase['earning']> {
  if (!PURCHASE_ID.test(purchaseId)) throw purchaseIdInvalid();
  if (!isAmount(amountFen)) throw amountInvalid('an amount is a whole number of fen, not negative');
  if (lines) mustAddUp(amountFen, lines);
  // Also false for a date that is none.
  if (!(paidAt.getTime() - ctx.now.getTime() <= CLOCK_TOLERANCE_MS)) throw paidAtInvalid();
  const ruleset = await rules.current(ctx);
  const today = businessDayOf(paidAt);
  const quoted = rules.quote(ruleset, { kind: 'purchase', amountFen, lines, today });
  const { points, expiresOn, sources = [], ruleVersion = ruleset._id } = quoted;
  if (points > POINTS_MAX) throw amountInvalid('no single purchase is this large');
  if (expiresOn <= ctx.today) throw paidAtInvalid();
  return { points, expiresOn, sources, ruleVersion };
}
