/** 工单: corrections of points that two people agree on, and what somebody has to look into. */
export type {
  Adjustment,
  AdjustmentApproved,
  AdjustmentCategory,
  AdjustmentId,
  AdjustmentStatus,
} from './adjustment.model.ts';
export { ADJUSTMENT_CATEGORIES, ADJUSTMENT_STATUSES } from './adjustment.model.ts';
export { approveAdjustment, type Decider } from './approve-adjustment.ts';
export { CASE_STATUSES, type Case, type CaseId, type CaseStatus } from './case.model.ts';
export { type Closing, closeCase } from './close-case.ts';
export { getAdjustment } from './get-adjustment.ts';
export { type AdjustmentPage, listAdjustments } from './list-adjustments.ts';
export { type CasePage, listCases } from './list-cases.ts';
export { seeEntries } from './open-case.ts';
export { rejectAdjustment } from './reject-adjustment.ts';
export { relayOutbox } from './relay-outbox.ts';
export { type AdjustmentInput, requestAdjustment } from './request-adjustment.ts';
export { bookAdjustment, settleAdjustment } from './settle-adjustment.ts';
export { unbookedAdjustments } from './unbooked-adjustments.ts';
