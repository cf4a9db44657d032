import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import { offeredTasks } from './offered-tasks.ts';
import { isDone, progressFacet } from './progress.facet.ts';
import type { Task } from './task.model.ts';

/** A task as one member sees it today. */
export interface TaskState {
  readonly task: Task;
  readonly done: boolean;
}

/** The tasks that can be done, in the order of the list, done ones among them. */
export async function listTasks(ctx: Context, memberId: MemberId): Promise<readonly TaskState[]> {
  const [tasks, progress] = await Promise.all([
    offeredTasks(ctx),
    ledger.facetOf(ctx, memberId, progressFacet),
  ]);
  return tasks.map((task) => ({ task, done: isDone(progress, task, ctx.today) }));
}
