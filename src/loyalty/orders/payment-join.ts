import type { OrderId } from '../../kernel/ids.ts';
import type * as ledger from '../ledger/index.ts';
import { OrderModel, type StoredOrder } from './order.model.ts';

const PAGE = 500;

type Paid = Pick<StoredOrder, '_id' | 'memberId' | 'pricePoints'>;

/** What one entry sent for an order. */
interface Sent {
  readonly deliveryId: string;
  readonly entryId: string;
  readonly orderId: OrderId;
  readonly pricePoints: unknown;
}

/**
 * Law L8 for payments: each became one order of this member at its price, or came back, unless it is
 * still on its way. Ledger 8.
 */
export const paymentJoin: ledger.Join = {
  accounts: 'mem_',
  begin(_ctx, { accountId, open }) {
    const underWay = new Set(open.map(({ deliveryId }) => deliveryId));
    const sent: Sent[] = [];
    const cameBack = new Set<string>();
    return {
      async take(stretch) {
        const payments = stretch.flatMap(paymentsIn);
        sent.push(...payments.filter(({ deliveryId }) => !underWay.has(deliveryId)));
        for (const { answered, outcome } of stretch) {
          if (answered && outcome.outcome === 'refused') cameBack.add(answered);
        }
        return [];
      },
      finish: () => compare(accountId, sent, cameBack),
    };
  },
};

function paymentsIn({ _id: entryId, deliveries = [] }: ledger.Entry): Sent[] {
  const payments = deliveries.filter(({ type }) => type === 'order');
  return payments.map(({ deliveryId, to, payload: { pricePoints } }) => ({
    deliveryId,
    entryId,
    orderId: to as OrderId,
    pricePoints,
  }));
}

async function compare(
  memberId: string,
  sent: readonly Sent[],
  cameBack: ReadonlySet<string>,
): Promise<readonly ledger.Mismatch[]> {
  const wrong: ledger.Mismatch[] = [];
  for (let n = 0; n < sent.length; n += PAGE) {
    const page = sent.slice(n, n + PAGE);
    const orders = await ordersOf(page.map(({ orderId }) => orderId));
    for (const payment of page) {
      const order = orders.get(payment.orderId);
      const isBack = cameBack.has(payment.deliveryId);
      const message = problemOf(payment, { order, isBack, memberId });
      if (message) wrong.push({ code: 'L8', entryId: payment.entryId, message });
    }
  }
  return wrong;
}

interface Became {
  readonly order: Paid | undefined;
  readonly isBack: boolean;
  readonly memberId: string;
}

function problemOf(
  { orderId, pricePoints }: Sent,
  { order, isBack, memberId }: Became,
): string | null {
  if (!order) return isBack ? null : `paid for ${orderId}, which is not there`;
  if (isBack) return `the payment of ${orderId} came back, and the order is there`;
  const isRight = order.memberId === memberId && order.pricePoints === pricePoints;
  return isRight ? null : `${orderId} is not what was paid for`;
}

async function ordersOf(ids: readonly OrderId[]): Promise<ReadonlyMap<string, Paid>> {
  const found = await OrderModel.find({ _id: { $in: ids } })
    .select({ memberId: 1, pricePoints: 1 })
    .lean<Paid[]>();
  return new Map(found.map((order) => [order._id, order]));
}
