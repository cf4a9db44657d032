/** 工单: corrections of points that two people agree on. */
export type {
  Adjustment,
  AdjustmentApproved,
  AdjustmentCategory,
  AdjustmentId,
  AdjustmentStatus,
} from './adjustment.model.ts';
export { ADJUSTMENT_CATEGORIES, ADJUSTMENT_STATUSES } from './adjustment.model.ts';
export { approveAdjustment, type Decider } from './approve-adjustment.ts';
export { getAdjustment } from './get-adjustment.ts';
export { type AdjustmentPage, listAdjustments } from './list-adjustments.ts';
export { rejectAdjustment } from './reject-adjustment.ts';
export { relayOutbox } from './relay-outbox.ts';
export { type AdjustmentInput, requestAdjustment } from './request-adjustment.ts';
export { settleAdjustment } from './settle-adjustment.ts';
