import type { Context } from '../kernel/context.ts';
import * as cases from '../loyalty/cases/index.ts';
import type { Event } from '../loyalty/events/index.ts';
import type * as ledger from '../loyalty/ledger/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import * as purchases from '../loyalty/purchases/index.ts';
import * as risk from '../loyalty/risk/index.ts';
import * as notify from '../notify/index.ts';
import type { Receive } from '../platform/outbox.ts';

type Receiver<Type> = Receive<Extract<Event, { type: Type }>>;
type Receivers = { readonly [Type in Event['type']]: readonly Receiver<Type>[] };

/** What follows a delivery of an account. */
export const couriers: readonly ledger.Courier[] = [orders.orderCourier];

/** Who is shown every entry. `app.ts` hands both to `ledger.open` before anything is posted. */
export const consumers: readonly ledger.Consumer[] = [
  { name: 'notify', see: notify.seeEntries },
  { name: 'cases', see: cases.seeEntries },
];

/** What follows an event of another aggregate. A receiver called again changes nothing. */
export function followUps(): Receive<Event> {
  const receivers: Receivers = {
    'order.shipped': [notify.tellShipped],
    'order.completed': [notify.tellCode],
    'purchase.recorded': [purchases.payPurchase],
    'purchase.refunded': [purchases.takeBack],
    'sanction.decided': [risk.settleSanction],
    'adjustment.approved': [cases.settleAdjustment],
  };
  /** Hands one event to all who follow it, one after another. */
  return async function receive(ctx: Context, event: Event): Promise<void> {
    for (const receiver of receivers[event.type]) await receiver(ctx, event as never);
  };
}
