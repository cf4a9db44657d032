export { payPurchase } from './pay-purchase.ts';
export type { PostedPurchase } from './post-purchase.ts';
export type { RecordPurchaseInput } from './quote-purchase.ts';
export { recordPurchase } from './record-purchase.ts';
export { relayOutbox } from './relay-outbox.ts';
