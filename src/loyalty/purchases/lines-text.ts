import type { PurchaseLine } from '../rules/index.ts';

/** Lines as a text, to compare what was reported with what is stored. */
export function linesText(lines: readonly PurchaseLine[] | null): string {
  return JSON.stringify(lines?.map(({ category, amountFen }) => [category, amountFen]) ?? null);
}
