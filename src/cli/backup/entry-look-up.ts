import { businessDayOf } from '../../kernel/business-day.ts';
import type * as ledger from '../../loyalty/ledger/index.ts';
import { database } from '../../platform/mongo.ts';

export type Entry = ledger.Entry;

export function entries() {
  return database().collection<Entry>('entries');
}

/** Those of these orders that some account has paid for, and has not got its points back. */
export async function paidAmong(orderIds: readonly string[]): Promise<ReadonlySet<string>> {
  const sending = entries().find({ 'deliveries.to': { $in: [...orderIds] } });
  const senders = await sending.toArray();
  const payments = senders
    .flatMap(({ deliveries = [] }) => deliveries)
    .filter(({ type, to }) => type === 'order' && orderIds.includes(to));
  const answers = entries().find({
    accountId: { $in: senders.map(({ accountId }) => accountId) },
    key: { $in: payments.map(answerKey) },
  });
  const refused = new Set((await answers.toArray()).map(({ answered }) => answered));
  const paid = payments.filter(({ deliveryId }) => !refused.has(deliveryId));
  return new Set(paid.map(({ to }) => to));
}

/** Where the answer to a delivery is posted; ledger 5.8. */
function answerKey({ deliveryId, sentAt }: ledger.Delivery): string {
  return `answered:${businessDayOf(sentAt)}:${deliveryId}`;
}
