export { payPurchase } from './pay-purchase.ts';
export type { PostedPurchase } from './post-purchase.ts';
export type { PostedRefund } from './post-refund.ts';
export type { RecordPurchaseInput } from './quote-purchase.ts';
export type { RecordRefundInput } from './quote-refund.ts';
export { recordPurchase } from './record-purchase.ts';
export { recordRefund } from './record-refund.ts';
export { relayOutbox } from './relay-outbox.ts';
export { takeBack } from './take-back.ts';
