import type { Context } from '../../kernel/context.ts';
import type { MemberId, TaskId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import * as members from '../members/index.ts';
import * as rules from '../rules/index.ts';
import { taskKeyOf } from './done-among.ts';
import { taskNotReady } from './errors.ts';
import { getTask } from './get-task.ts';
import { progressFacet, withDone } from './progress.facet.ts';
import type { Task } from './task.model.ts';

/** What completing a task did. */
export interface TaskCompletion {
  /** `already`: another message had completed it, in this period. */
  readonly outcome: 'done' | 'already';
  /** What it gave, now or then. */
  readonly points: number;
  readonly balance: number;
  /** True when nothing was changed this time. */
  readonly repeated: boolean;
}

/**
 * Completes a task and credits its points at once: once for ever, or once a business day, as the task
 * says. Whoever asks a quiz has seen its answers; what a profile needs is checked here.
 * Safe to repeat: the same cause hears `done` again, any other one `already`.
 * @throws TASK_NOT_FOUND, TASK_NOT_READY, MEMBER_NOT_FOUND
 */
export async function completeTask(
  ctx: Context,
  memberId: MemberId,
  taskId: TaskId,
): Promise<TaskCompletion> {
  const task = await getTask(ctx, taskId);
  await mustBeReady(ctx, memberId, task);
  const ruleset = await rules.current(ctx);
  const { today } = ctx;
  const fact = { kind: 'task', taskPoints: task.points, today } as const;
  const key = taskKeyOf(task, today);
  const { outcome, entry, balance, repeated } = await ledger.post(ctx, memberId, key, (book) => {
    const earning = rules.quote(ruleset, fact);
    if (earning.points > 0) book.earn(earning);
    book.setFacet(progressFacet, withDone(book.facet(progressFacet), task, today));
    return { points: earning.points };
  });
  const already = repeated && entry?.cause !== ctx.cause;
  return { outcome: already ? 'already' : 'done', points: outcome.points, balance, repeated };
}

async function mustBeReady(ctx: Context, memberId: MemberId, task: Task): Promise<void> {
  if (task.kind === 'purchase') throw taskNotReady(task, 'purchase');
  if (task.kind === 'quiz') return;
  const member = await members.getMember(ctx, memberId);
  if (task.kind === 'profile' && member.address === null) throw taskNotReady(task, 'address');
}
