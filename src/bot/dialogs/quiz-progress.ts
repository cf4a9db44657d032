import type { Context } from '../../kernel/context.ts';
import type { TaskId } from '../../kernel/ids.ts';
import type { Turn } from '../turn.ts';

const KEPT_MS = 24 * 3_600_000;

/** How many questions of today's quiz a member has answered already; 0 when none, or when it is lost. */
export async function answeredBefore(
  { ctx, member, store }: Pick<Turn, 'ctx' | 'member' | 'store'>,
  taskId: TaskId,
): Promise<number> {
  const found = await store.get(keyOf(ctx, member._id, taskId));
  return Number(found ?? 0);
}

/** Keeps it over a cancellation, until the questions of the next day. */
export async function keepAnswered(
  { ctx, member, store }: Pick<Turn, 'ctx' | 'member' | 'store'>,
  { taskId, answered }: { readonly taskId: TaskId; readonly answered: number },
): Promise<void> {
  await store.set(keyOf(ctx, member._id, taskId), String(answered), { ttlMs: KEPT_MS });
}

function keyOf({ today }: Context, memberId: string, taskId: TaskId): string {
  return `quiz:${memberId}:${taskId}:${today}`;
}
