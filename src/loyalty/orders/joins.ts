import type * as ledger from '../ledger/index.ts';
import { paymentJoin } from './payment-join.ts';
import { stockJoin } from './stock-join.ts';

/** What the auditor compares accounts with on behalf of orders: pieces (L13) and payments (L8). */
export const joins: readonly ledger.Join[] = [stockJoin, paymentJoin];
