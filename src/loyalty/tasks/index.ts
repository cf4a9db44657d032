export { completeKind } from './complete-kind.ts';
export { completeTask, type TaskCompletion } from './complete-task.ts';
export { doneAmong } from './done-among.ts';
export { ensureTask } from './ensure-task.ts';
export { getTask } from './get-task.ts';
export { listTasks, type TaskState } from './list-tasks.ts';
export { offeredTasks } from './offered-tasks.ts';
export type { Question, Task } from './task.model.ts';
