/** 群发: one message to many members, batch by batch. */
export type { Broadcast, BroadcastId, BroadcastStatus, Counts, Pause } from './broadcast.model.ts';
export {
  pauseBroadcast,
  resumeBroadcast,
  startBroadcast,
  stopBroadcast,
} from './change-state.ts';
export { checkBroadcast, type DryRun } from './check-broadcast.ts';
export { createBroadcast } from './create-broadcast.ts';
export { failuresOf } from './failures-of.ts';
export { getBroadcast, listBroadcasts } from './find-broadcast.ts';
export type { Plan } from './plan.ts';
export { type Progress, progressOf, type Reported } from './progress-of.ts';
export { type ReportedMass, recordMassResult } from './record-mass-result.ts';
export { type BroadcastSender, sendBroadcasts } from './send-broadcasts.ts';
export { takeContactLine } from './take-contact-line.ts';
