import { assert } from '../../kernel/assert.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { orderNotVisible } from './errors.ts';
import { OrderModel, type StoredOrder } from './order.model.ts';
import { newOrderNumber } from './order-number.ts';

const TRIES = 8;

/**
 * Keeps an order under a number of its own; one that is kept already stays as it has become.
 * @throws ORDER_NOT_VISIBLE (unavailable: it may be repeated)
 */
export async function insertOrder(
  order: Omit<StoredOrder, 'number'>,
  makeNumber = newOrderNumber,
): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const added = await inserted({ ...order, number: makeNumber() });
    // "Duplicate" may mean the number, or an order that is not committed: only what is read back is proof.
    if (added || (await isKept(order))) return;
  }
  throw orderNotVisible(order._id);
}

async function inserted(order: StoredOrder): Promise<boolean> {
  try {
    await OrderModel.create(order);
    return true;
  } catch (error) {
    if (isDuplicateKey(error)) return false;
    throw error;
  }
}

async function isKept({ _id, memberId, rewardId }: Omit<StoredOrder, 'number'>): Promise<boolean> {
  const kept = await OrderModel.findById(_id)
    .select({ memberId: 1, rewardId: 1 })
    .lean<Pick<StoredOrder, 'memberId' | 'rewardId'>>();
  const ours = kept === null || (kept.memberId === memberId && kept.rewardId === rewardId);
  assert(ours, 'an order id names one order');
  return kept !== null;
}
