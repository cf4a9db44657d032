export { consumers, couriers } from './follow-ups.ts';
export { runJob } from './run-job.ts';
export { type Job, schedule } from './schedule.ts';
