import type { Fact, Part } from './fact.ts';
import type { Ruleset } from './ruleset.model.ts';

type Purchase = Extract<Fact, { readonly kind: 'purchase' }>;

const ONCE = 10_000;

/**
 * The parts of a purchase: what was paid, what its categories add, and the extra of a large order.
 * Rounded down once per order: the categories are weighed before, not line by line.
 */
export function purchaseParts(
  { fenPerPoint, largeOrder, categories }: Ruleset['purchase'],
  { amountFen, lines = [] }: Purchase,
): readonly Part[] {
  const base = Math.floor(amountFen / fenPerPoint);
  const rates = new Map(categories.map(({ category, basisPoints }) => [category, basisPoints]));
  let extra = 0n;
  for (const line of lines) {
    extra += BigInt(line.amountFen) * BigInt((rates.get(line.category) ?? ONCE) - ONCE);
  }
  // The product passes 2^53 from about a hundred million yuan on.
  const weighed = BigInt(amountFen) * BigInt(ONCE) + extra;
  const total = Number(weighed / (BigInt(ONCE) * BigInt(fenPerPoint)));
  const large = largeOrder && amountFen >= largeOrder.fromFen ? largeOrder.points : 0;
  return [
    { source: 'purchase.base', points: base },
    { source: 'purchase.category', points: total - base },
    { source: 'purchase.large-order', points: large },
  ];
}
