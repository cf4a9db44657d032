import type { Context } from '../../kernel/context.ts';
import * as cases from '../../loyalty/cases/index.ts';
import * as risk from '../../loyalty/risk/index.ts';

interface Decision {
  /** In milliseconds. */
  readonly decidedAt: number;
  readonly about: string;
  /** Gives the code of a refusal, null when it is in the books. */
  readonly book: () => Promise<string | null>;
}

/**
 * Carries out again, in the order in which people took them, decisions whose entries were cut: who was
 * frozen is frozen, and what two people corrected is corrected. Gives a line about each. An account that
 * does not allow it any more says so, and the decision is kept as refused.
 */
export async function rebookDecisions(ctx: Context): Promise<readonly string[]> {
  const decisions = [...(await sanctions(ctx)), ...(await adjustments(ctx))];
  const lines: string[] = [];
  for (const { about, book } of decisions.toSorted((a, b) => a.decidedAt - b.decidedAt)) {
    const refusal = await book();
    lines.push(refusal === null ? `${about}: carried out again` : `${about}: refused, ${refusal}`);
  }
  return lines;
}

async function sanctions(ctx: Context): Promise<readonly Decision[]> {
  const unbooked = await risk.unbookedSanctions(ctx);
  return unbooked.map((sanction) => ({
    decidedAt: sanction.decidedAt.getTime(),
    about: `${sanction.verb} ${sanction._id} of ${sanction.accountId}`,
    book: async () => (await risk.bookSanction(ctx, sanction)).refusal,
  }));
}

async function adjustments(ctx: Context): Promise<readonly Decision[]> {
  const unbooked = await cases.unbookedAdjustments(ctx);
  return unbooked.map((request) => ({
    decidedAt: request.decidedAt?.getTime() ?? 0,
    about: `correction ${request._id} of ${request.memberId}`,
    book: async () => (await cases.bookAdjustment(ctx, request)).refusal,
  }));
}
