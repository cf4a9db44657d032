export { consumers, couriers } from './follow-ups.ts';
export { migrations } from './migrations.ts';
export { runJob } from './run-job.ts';
export { type Job, schedule } from './schedule.ts';
