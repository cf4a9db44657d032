import { showTasks } from '../dialogs/tasks.dialog.ts';
import type { Feature } from '../feature.ts';

export const tasksFeature: Feature = { intent: 'tasks', reply: showTasks };
