import { NEVER } from '../../kernel/business-day.ts';
import type { RewardId } from '../../kernel/ids.ts';
import type * as ledger from '../ledger/index.ts';
import { batchIdInvalid } from './errors.ts';

/** Printable; a returned piece is booked under its order's id, so that no batch may be called like one. */
const BATCH_ID = /^(?!ord_)[\x21-\x7e]{1,100}$/;

/** The account that counts the pieces of a reward. */
export function stockOf(rewardId: RewardId): ledger.AccountId {
  return `stock:${rewardId}`;
}

/** So many pieces, which never expire. */
export function piecesOf(pieces: number): ledger.Earning {
  return { points: pieces, kind: 'unit', expiresOn: NEVER };
}

/** The fact that a batch came in; it happens once. @throws BATCH_ID_INVALID */
export function restockKey(batchId: string): string {
  if (!BATCH_ID.test(batchId)) throw batchIdInvalid();
  return `restock:${batchId}`;
}
