import type * as ledger from '../../../src/loyalty/ledger/index.ts';
import { database } from '../../../src/platform/mongo.ts';
import type { Witness } from './witness.ts';

/** Every payment of a redemption is an order, or its points came back; none is both or neither. */
export async function judgeRedemptions(witness: Witness): Promise<void> {
  const entries = database().collection<ledger.Entry>('entries');
  const orders = database().collection<{ _id: string }>('orders');
  const unpaid = new Set((await orders.find().toArray()).map(({ _id }) => _id));
  for await (const { accountId, deliveries } of entries.find({ 'deliveries.type': 'order' })) {
    for (const { deliveryId, to } of deliveries ?? []) {
      const isThere = unpaid.delete(to);
      const answer = await entries.findOne({ accountId, answered: deliveryId });
      const cameBack = answer?.outcome.outcome === 'refused';
      if (isThere === cameBack) {
        witness.find(`${accountId} paid for ${to}: order ${isThere}, points back ${cameBack}`);
      }
    }
  }
  for (const orderId of unpaid) witness.find(`order ${orderId} was paid by nobody`);
}
