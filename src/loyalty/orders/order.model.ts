import { Schema } from 'mongoose';
import type { BusinessDay } from '../../kernel/business-day.ts';
import type { MemberId, OrderId, RewardId } from '../../kernel/ids.ts';
import { defineModel } from '../../platform/mongo.ts';
import { type Aggregate, outboxField } from '../../platform/outbox.ts';
import type * as events from '../events/index.ts';
import type * as mall from '../mall/index.ts';
import type { OrderNumber } from './order-number.ts';
import { ORDER_STATUSES, type OrderStatus } from './order-status.ts';

/** One redemption: a member gives points and is owed a reward. */
export interface Order {
  readonly _id: OrderId;
  /** What people read and type: R and five characters. */
  readonly number: OrderNumber;
  readonly memberId: MemberId;
  readonly rewardId: RewardId;
  /** The name at the time of placing; the reward may be renamed later. */
  readonly rewardName: string;
  /** The word one piece is counted with. */
  readonly unit: string;
  readonly pricePoints: number;
  /** How it is kept: an issued code completes the order at once. */
  readonly fulfilment: mall.Fulfilment;
  readonly status: OrderStatus;
  readonly shipment?: Shipment;
  /** The first business day on which the code can no longer be used; null without a code or an end. */
  readonly codeExpiresOn: BusinessDay | null;
  /** When the points were given. */
  readonly placedAt: Date;
  readonly completedAt: Date | null;
}

/** How a parcel travels. */
export interface Shipment {
  readonly carrier: string;
  readonly trackingNumber: string;
  readonly shippedAt: Date;
}

/** An order as it is kept: with what must follow, and where it goes. */
export interface StoredOrder extends Order, Aggregate<events.Event> {
  readonly _id: OrderId;
  /** Encrypted, as it was when the order was placed; null for what is not sent by parcel. */
  readonly address: string | null;
}

const points = { type: Number, min: 1, validate: Number.isSafeInteger };

const order = new Schema<StoredOrder>({
  _id: { type: String, required: true },
  number: { type: String, required: true },
  memberId: { type: String, required: true },
  rewardId: { type: String, required: true },
  rewardName: { type: String, required: true },
  unit: { type: String, required: true },
  pricePoints: { ...points, required: true },
  fulfilment: { type: String, required: true, enum: ['code', 'shipment'] },
  status: { type: String, required: true, enum: ORDER_STATUSES },
  shipment: { type: { carrier: String, trackingNumber: String, shippedAt: Date }, _id: false },
  codeExpiresOn: { type: String, default: null },
  placedAt: { type: Date, required: true },
  completedAt: { type: Date, default: null },
  address: { type: String, default: null },
  outbox: outboxField,
});

order.index({ number: 1 }, { unique: true }); // which order does this number mean?
order.index({ status: 1, placedAt: 1 }); // the support queue, oldest first
order.index({ memberId: 1, placedAt: -1, _id: -1 }); // a member's own orders, newest first
order.index({ rewardId: 1, _id: 1 }); // the audit: which orders took a piece of this reward?
order.index({ 'outbox.dueAt': 1 }); // the relay: what must follow, soonest first

export const OrderModel = defineModel('orders', order);

/** What others see of an order: neither the address nor the outbox. */
export const SEEN = { address: 0, outbox: 0 } as const;
