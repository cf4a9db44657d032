import type { PurchaseLine } from '../rules/index.ts';
import { amountInvalid } from './errors.ts';

/** @throws AMOUNT_INVALID for lines that are not the parts of this amount */
export function mustAddUp(amountFen: number, lines: readonly PurchaseLine[]): void {
  const sum = lines.reduce((total, line) => total + line.amountFen, 0);
  if (sum === amountFen && lines.every((line) => isAmount(line.amountFen))) return;
  throw amountInvalid('the lines do not add up to the amount');
}

export function isAmount(fen: number): boolean {
  return Number.isSafeInteger(fen) && fen >= 0;
}
