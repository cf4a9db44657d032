import type { BusinessDay } from '../../kernel/business-day.ts';
import type { Context } from '../../kernel/context.ts';
import type { MemberId } from '../../kernel/ids.ts';
import * as ledger from '../ledger/index.ts';
import type { Task } from './task.model.ts';

/**
 * Which of some hundred members have done a task: ever, or today where it is done daily. One that is
 * done at the till leaves no trace of its own, and nobody is said to have done it.
 */
export async function doneAmong(
  ctx: Context,
  task: Task,
  memberIds: readonly MemberId[],
): Promise<ReadonlySet<MemberId>> {
  const done = await ledger.havePosted(ctx, memberIds, taskKeyOf(task, ctx.today));
  return new Set(memberIds.filter((memberId) => done.has(memberId)));
}

/** Names the fact that somebody did a task, within their account. */
export function taskKeyOf({ _id, period }: Task, today: BusinessDay): string {
  return `task:${_id}:${period === 'once' ? 'once' : today}`;
}
