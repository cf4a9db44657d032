import type { Context } from '../../kernel/context.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import { cutUnpaidClaims, dropHalfOrders, followedAmong, freeCodes } from './cut-orders.ts';
import { rebookDecisions } from './rebook-decisions.ts';

export interface CutTo {
  /** Runs everything that is due. */
  readonly settle: () => Promise<void>;
  readonly say: (line: string) => void;
}

/**
 * Accounts were read one after another, while they exchanged points and orders. Cuts all of them to the
 * largest prefix that is consistent: nothing arrives that was never sent, nothing that was sent stays
 * away. Then lets everything that was under way go on, and what people decided hold. Ledger 14.1.
 * Runs inside `ledger.withLookUps`.
 */
export async function cutToPrefix(ctx: Context, { settle, say }: CutTo): Promise<void> {
  tell(
    say,
    await ledger.completeEntries(),
    'entries that are younger than their accounts, dropped',
  );
  tell(say, await ledger.cutUnsent(), 'entries behind points that nobody had sent, dropped');
  tell(say, await cutUnpaidClaims(), 'entries behind pieces that nobody had paid for, dropped');
  for (const number of await dropHalfOrders())
    say(`order ${number} dropped: it is to be made anew`);
  tell(say, await freeCodes(), 'codes without an order, freed');
  for (let left = 1; left > 0; ) {
    const opened = await ledger.reopen(ctx.now, followedAmong);
    tell(say, opened.reopened, 'deliveries that nobody had followed, opened again');
    await settle();
    // What did not fit needs the room of what was carried just now.
    left = opened.reopened > 0 ? opened.left : 0;
  }
  // An order that was carried again may have found its stock empty.
  tell(say, await freeCodes(), 'codes of refused orders, freed');
  for (const line of await rebookDecisions(ctx)) say(line);
  await settle();
}

function tell(say: CutTo['say'], count: number, what: string): void {
  if (count > 0) say(`${what}: ${count}`);
}
