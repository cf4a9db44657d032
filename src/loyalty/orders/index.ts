/** 兑换订单: a redemption from placing to fulfilment. */
export { addressOf } from './address-of.ts';
export { completeOrder } from './complete-order.ts';
export { findOrder, getOrder } from './get-order.ts';
export { joins } from './joins.ts';
export { listOrders, type OrderPage, recentOrderOf } from './list-orders.ts';
export type { Order, Shipment } from './order.model.ts';
export { orderCourier } from './order-courier.ts';
export type { OrderNumber } from './order-number.ts';
export type { OrderStatus } from './order-status.ts';
export { type PlaceOrderInput, type PlaceOrderResult, placeOrder } from './place-order.ts';
export { relayOutbox } from './relay-outbox.ts';
export { type ShipOrderInput, shipOrder } from './ship-order.ts';
