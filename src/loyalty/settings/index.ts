export type { Settings } from './areas.ts';
export { change } from './change.ts';
export { read } from './read.ts';
