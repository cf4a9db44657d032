import * as orders from '../../loyalty/orders/index.ts';
import { orderDetail } from '../dialogs/order-words.ts';
import { showOrders } from '../dialogs/orders.dialog.ts';
import type { Feature } from '../feature.ts';

/** Who asks with these wants to know where a parcel is. */
const PARCEL_WORDS = ['物流', '快递', '快递到哪了', '发货了吗'];
const SEARCHED = 10;

export const ordersFeature: Feature = {
  intent: 'orders',

  async reply(turn) {
    const { ctx, member, understood } = turn;
    if (!PARCEL_WORDS.includes(understood.word)) return showOrders(turn);
    const newest = await orders.listOrders(ctx, member._id, { limit: SEARCHED });
    const [parcel, ...others] = newest.filter(
      ({ fulfilment, status }) =>
        fulfilment === 'shipment' && (status === 'placed' || status === 'shipped'),
    );
    return parcel && others.length === 0 ? orderDetail(turn, parcel) : showOrders(turn);
  },
};
