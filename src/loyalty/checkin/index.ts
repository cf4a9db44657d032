export { type CheckInResult, checkIn } from './check-in.ts';
export { streakOf } from './streak-of.ts';
