import type { Context } from '../../kernel/context.ts';
import { ofToday } from './get-task.ts';
import { type Task, TaskModel } from './task.model.ts';

const LIST_MAX = 50;

/** The tasks that can be done today, in the order of the list, whoever asks. */
export async function offeredTasks(ctx: Context): Promise<readonly Task[]> {
  const tasks = await TaskModel.find({ status: 'on' })
    .sort({ order: 1 })
    .limit(LIST_MAX)
    .lean<Task[]>();
  return tasks.map((task) => ofToday(task, ctx.today));
}
