import { type BusinessDay, daysBetween } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { TaskId } from '../../kernel/ids.ts';
import { taskNotFound } from './errors.ts';
import { type Task, TaskModel } from './task.model.ts';

const QUESTIONS_A_DAY = 3;

/**
 * A task that can be done, with the questions of today.
 * @throws TASK_NOT_FOUND, also when it is switched off
 */
export async function getTask(ctx: Context, taskId: TaskId): Promise<Task> {
  const task = await TaskModel.findOne({ _id: taskId, status: 'on' }).lean<Task>();
  if (!task) throw taskNotFound(taskId);
  return ofToday(task, ctx.today);
}

/** A quiz asks three of its questions a day, each day the next three, round and round. */
export function ofToday(task: Task, today: BusinessDay): Task {
  const all = task.questions;
  if (!all || all.length <= QUESTIONS_A_DAY) return task;
  const first = (daysBetween('2026-01-01', today) * QUESTIONS_A_DAY) % all.length;
  const inTurn = [...all.slice(first), ...all.slice(0, first)];
  return { ...task, questions: inTurn.slice(0, QUESTIONS_A_DAY) };
}
