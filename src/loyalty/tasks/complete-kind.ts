import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import { completeTask, type TaskCompletion } from './complete-task.ts';
import { listTasks } from './list-tasks.ts';

/**
 * Completes what an act outside the chat has made ready: the profile tasks once an address is kept,
 * the register tasks once a member takes part. Tells only what was completed this time.
 * @throws TASK_NOT_READY, MEMBER_NOT_FOUND
 */
export async function completeKind(
  ctx: Context,
  memberId: MemberId,
  kind: 'profile' | 'register',
): Promise<readonly TaskCompletion[]> {
  const completed: TaskCompletion[] = [];
  for (const { task, done } of await listTasks(ctx, memberId)) {
    if (task.kind !== kind || done) continue;
    const completion = await completeTask(ctx, memberId, task._id);
    if (completion.outcome === 'done') completed.push(completion);
  }
  return completed;
}
