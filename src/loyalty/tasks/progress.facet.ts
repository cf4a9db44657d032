import type { BusinessDay } from '../../kernel/business-day.ts';
import { defineFacet } from '../ledger/index.ts';
import type { Task } from './task.model.ts';

const ONCE_MAX = 16;
const TODAY_MAX = 8;
/** The end of an id is its random part: enough to tell a shop's tasks apart, and it keeps this small. */
const MARK_CHARS = 8;

/**
 * Which tasks a member has done, to show it. That a task is done once is decided by the key of its
 * entry, so what is forgotten beyond the bounds is only no longer marked.
 */
export interface Progress {
  /** Marks of tasks that are done for ever, oldest first; at most 16. */
  readonly once: readonly string[];
  /** The day of `today`. */
  readonly day: BusinessDay | null;
  /** Marks of daily tasks that are done on `day`; at most 8. */
  readonly today: readonly string[];
}

export const progressFacet = defineFacet<Progress>({
  name: 'tasks.progress',
  initial: { once: [], day: null, today: [] },
});

/** The progress once a task is done. */
export function withDone(progress: Progress, task: Task, day: BusinessDay): Progress {
  const mark = markOf(task);
  if (task.period === 'once') {
    return { ...progress, once: [...progress.once, mark].slice(-ONCE_MAX) };
  }
  const today = progress.day === day ? progress.today : [];
  return { ...progress, day, today: [...today, mark].slice(-TODAY_MAX) };
}

export function isDone(progress: Progress, task: Task, day: BusinessDay): boolean {
  const mark = markOf(task);
  if (task.period === 'once') return progress.once.includes(mark);
  return progress.day === day && progress.today.includes(mark);
}

function markOf({ _id }: Task): string {
  return _id.slice(-MARK_CHARS);
}
