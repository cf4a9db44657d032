import { DomainError } from '../../kernel/errors.ts';
import type { TaskId } from '../../kernel/ids.ts';
import type { Task } from './task.model.ts';

export function taskNotFound(taskId: TaskId): DomainError {
  return new DomainError({
    kind: 'not-found',
    code: 'TASK_NOT_FOUND',
    message: 'there is no such task, or it is switched off',
    details: { taskId },
  });
}

export function taskNotReady({ _id }: Task, missing: 'address' | 'purchase'): DomainError {
  return new DomainError({
    kind: 'conflict',
    code: 'TASK_NOT_READY',
    message: `the task still needs: ${missing}`,
    details: { taskId: _id, missing },
  });
}
