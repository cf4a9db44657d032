import type { Entry } from '../../../src/loyalty/ledger/entry.model.ts';
import { sumOf } from '../../../src/loyalty/ledger/lots.ts';
import { stockOf } from '../../../src/loyalty/mall/stock.ts';
import { ORDERS, type Order } from '../play/order-store.ts';
import { PIECES, REWARD, type Scene } from '../play/scene.ts';
import { type Book, broken } from './books.ts';

/** L13: every payment has its order or came back, every order its piece, and no piece is lost. */
export function auditOrders({ world }: Scene, books: readonly Book[]): void {
  const shelf = books.find(({ account }) => account._id === stockOf(REWARD));
  const members = books.filter((book) => book !== shelf);
  const orders = world.committedUnder<Order>(ORDERS);
  const cancelled = orders.filter(({ status }) => status === 'cancelled');
  const pieces = countBy(shelf?.entries ?? [], ({ outcome }) => String(outcome.outcome));
  const claimed = pieces.get('reserved') ?? 0;
  const returned = pieces.get('returned') ?? 0;
  if (claimed !== orders.length) broken(`L13: ${claimed} pieces, ${orders.length} orders`);
  if (returned !== cancelled.length) broken(`L13: ${returned} of ${cancelled.length} came back`);
  const left = sumOf(shelf?.account.lots ?? []);
  if (left !== PIECES - claimed + returned) broken(`L13: ${left} pieces are left`);
  for (const member of members) auditMember(member, orders);
  world.count('orders', orders.length);
  world.count('cancelled', cancelled.length);
}

function auditMember({ account, entries }: Book, orders: readonly Order[]): void {
  const own = orders.filter(({ memberId }) => memberId === account._id);
  const paid = entries.filter(({ reason }) => reason === 'order');
  const refused = entries.filter(
    ({ outcome, moves }) =>
      outcome.outcome === 'refused' &&
      moves.some((it) => it.type === 'return' && it.postings.redeemed),
  );
  if (paid.length - refused.length !== own.length) {
    broken(
      `L13: ${account._id} paid ${paid.length} times, got ${own.length} orders, ${refused.length} back`,
    );
  }
  const refunded = entries.filter(({ outcome }) => outcome.outcome === 'refunded').length;
  for (const { _id, status, pricePoints } of own) {
    const payment = paid.find(({ key }) => key === `order:${_id}`);
    if (payment?.outcome.pricePoints !== pricePoints) broken(`L13: nobody paid for ${_id}`);
    const isSettled = entries.some(({ key }) => key === `order-refund:${_id}`);
    if (isSettled !== (status === 'cancelled')) broken(`L13: ${_id} is ${status}, not refunded`);
  }
  const counted = (account.facets.mall?.redeemed as Record<string, number> | undefined)?.[REWARD];
  const right = paid.length - refused.length - refunded;
  if ((counted ?? 0) !== right)
    broken(`L12: ${account._id} counts ${counted} redemptions of ${right}`);
}

function countBy(entries: readonly Entry[], nameOf: (entry: Entry) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(nameOf(entry), (counts.get(nameOf(entry)) ?? 0) + 1);
  return counts;
}
