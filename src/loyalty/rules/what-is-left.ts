import type { Fact, PurchaseLine } from './fact.ts';
import type { Ruleset } from './ruleset.model.ts';

type Sale = Extract<Fact, { readonly kind: 'purchase' }>;

/** What came back of a sale; without lines nobody said of which category. */
export interface Returned {
  readonly amountFen: number;
  readonly lines?: readonly PurchaseLine[] | null | undefined;
}

/**
 * A sale without what came back of it, to be quoted as any sale. What came back without lines counts
 * for the categories that earn least, as long as lines leave room there: what is left earns the most
 * that it can have earned. Pure. No more may come back than was sold, in all and of each category.
 */
export function whatIsLeft(ruleset: Ruleset, sale: Sale, returned: readonly Returned[]): Sale {
  const amountFen = returned.reduce((left, part) => left - part.amountFen, sale.amountFen);
  if (!sale.lines) return { ...sale, amountFen };
  const unsaid = returned.filter(({ lines }) => !lines);
  let gone = unsaid.reduce((sum, part) => sum + part.amountFen, 0);
  const lines = leastEarningFirst(ruleset, leftByCategory(sale.lines, returned)).map((line) => {
    const here = Math.min(gone, line.amountFen);
    gone -= here;
    return { ...line, amountFen: line.amountFen - here };
  });
  return { ...sale, amountFen, lines };
}

function leftByCategory(
  sold: readonly PurchaseLine[],
  returned: readonly Returned[],
): readonly PurchaseLine[] {
  const left = new Map<string, number>();
  const add = (category: string, fen: number) => {
    left.set(category, (left.get(category) ?? 0) + fen);
  };
  for (const { category, amountFen } of sold) add(category, amountFen);
  for (const { category, amountFen } of returned.flatMap(({ lines }) => lines ?? [])) {
    add(category, -amountFen);
  }
  return [...left].map(([category, amountFen]) => ({ category, amountFen }));
}

function leastEarningFirst(
  { purchase }: Ruleset,
  lines: readonly PurchaseLine[],
): readonly PurchaseLine[] {
  const rates = new Map(purchase.categories.map((rate) => [rate.category, rate.basisPoints]));
  // A category that is not listed earns as much as it costs, and none earns less.
  const rateOf = ({ category }: PurchaseLine) => rates.get(category) ?? 0;
  return lines.toSorted((a, b) => rateOf(a) - rateOf(b));
}
