import { assert } from '../../kernel/assert.ts';
import type { Context } from '../../kernel/context.ts';
import { isDuplicateKey } from '../../platform/mongo.ts';
import { type Task, TaskModel } from './task.model.ts';

/** Stores a task unless there is one of this id; what operators made of that one stays. */
export async function ensureTask(_ctx: Context, task: Task): Promise<void> {
  for (const { text, choices, answer } of task.questions ?? []) {
    assert(
      answer >= 1 && answer <= choices.length,
      `the answer of "${text}" is one of its choices`,
    );
  }
  const { _id, ...rest } = task;
  await TaskModel.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true, runValidators: true })
    // Somebody else stored it at the same moment.
    .catch((error: unknown) => {
      if (!isDuplicateKey(error)) throw error;
    });
}
