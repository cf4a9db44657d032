import type { TaskId } from '../../kernel/ids.ts';
import * as checkin from '../../loyalty/checkin/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as rules from '../../loyalty/rules/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import type { Reply } from '../../wechat/index.ts';
import { chosenName, chosenNumber } from '../choice.ts';
import { says } from '../conversation-words.ts';
import type { Dialog, Taken } from '../dialog.ts';
import type { DialogForm, Standing, Turn } from '../turn.ts';
import { normalise } from '../understand/index.ts';
import { beginQuiz } from './quiz.dialog.ts';

const TASKS: DialogForm = { name: 'tasks', version: 1 };
const FEN_PER_YUAN = 100;

interface TasksState {
  readonly shown: readonly TaskId[];
  /** The task that waits for 确认 or 好了. */
  readonly chosen: TaskId | null;
}

/** 任务: the list, and the tasks that take one more word. */
export const tasksDialog: Dialog<TasksState> = {
  ...TASKS,
  resumeLine: null,
  ask: (turn) => showTasks(turn),
  take: (turn, at) =>
    at.state.chosen ? takeReady(turn, at.state.chosen, at) : takeChoice(turn, at),
  back: async (turn, { state }) => (state.chosen ? showTasks(turn) : null),
  dropped: ({ say }) => say('cancel.left'),
};

/** Lists what can be done today and what is done, and waits for a choice. */
export async function showTasks(turn: Turn): Promise<Reply> {
  const { ctx, member, words, say, dialogs } = turn;
  const [listed, streak, ruleset] = await Promise.all([
    tasks.listTasks(ctx, member._id),
    checkin.streakOf(ctx, member._id),
    rules.current(ctx),
  ]);
  const open = listed.filter(({ done }) => !done).map(({ task }) => task);
  if (open.length === 0) return say('tasks.none');
  const rows = open.map((task, index) => rowOf(turn, { task, n: index + 1, ruleset }));
  const done = listed.filter((state) => state.done).map(({ task }) => task.title);
  if (streak.checkedInToday) done.unshift(words('tasks.title.checkin'));
  const finished = done.length > 0 ? words('tasks.finished', { titles: done.join('、') }) : '';
  const state: TasksState = { shown: open.map(({ _id }) => _id), chosen: null };
  dialogs.goTo(TASKS, { step: 'list', state });
  return say('tasks.list', { rows: rows.join('\n'), finished });
}

interface Row {
  readonly task: tasks.Task;
  readonly n: number;
  readonly ruleset: rules.Ruleset;
}

function rowOf({ words }: Turn, { task, n, ruleset }: Row): string {
  const { kind, title, points, period } = task;
  if (kind === 'purchase') {
    return words('tasks.row.purchase', { n, title, ...purchaseFacts(ruleset) });
  }
  return words(period === 'once' ? 'tasks.row.once' : 'tasks.row', { n, title, points });
}

/** So many yuan for so many points, in whole numbers. */
function purchaseFacts(ruleset: rules.Ruleset): { readonly yuan: number; readonly points: number } {
  const { fenPerPoint } = rules.ladderOf(ruleset);
  if (fenPerPoint >= FEN_PER_YUAN) return { yuan: fenPerPoint / FEN_PER_YUAN, points: 1 };
  return { yuan: 1, points: Math.floor(FEN_PER_YUAN / fenPerPoint) };
}

async function takeChoice(turn: Turn, { state }: Standing<TasksState>): Promise<Taken> {
  const { shown } = state;
  const number = chosenNumber(turn.text);
  if (number === null) return takeTitle(turn, shown);
  const taskId = shown[number - 1];
  if (!taskId) return turn.say('choice.range', { n: shown.length });
  return begin(turn, taskId, shown);
}

async function takeTitle(turn: Turn, shown: readonly TaskId[]): Promise<Taken> {
  if (turn.understood.confidence === 1) return null;
  const listed = await tasks.listTasks(turn.ctx, turn.member._id);
  const titled = listed.filter(({ task }) => shown.includes(task._id));
  const index = chosenName(
    turn.text,
    titled.map(({ task }) => normalise(task.title)),
  );
  const taskId = index === null ? undefined : titled[index]?.task._id;
  return taskId ? begin(turn, taskId, shown) : null;
}

async function begin(turn: Turn, taskId: TaskId, shown: readonly TaskId[]): Promise<Reply> {
  const { ctx, member, say, links, dialogs } = turn;
  const listed = await tasks.listTasks(ctx, member._id);
  const task = await tasks.getTask(ctx, taskId);
  if (listed.some((state) => state.done && state.task._id === taskId)) return again(turn, task);
  const waitForWord = () =>
    dialogs.goTo(TASKS, { step: 'ready', state: { shown, chosen: taskId } });
  const { memberNo } = member;
  switch (task.kind) {
    case 'quiz':
      dialogs.end();
      return beginQuiz(turn, task);
    case 'purchase':
      return say('task.how.purchase', { memberNo, ...purchaseFacts(await rules.current(ctx)) });
    case 'register':
      waitForWord();
      return say('task.how.register', { memberNo, points: task.points });
    case 'profile': {
      // The address may be there since long before this task.
      if ((await members.addressOf(ctx, member._id)) !== null) return complete(turn, task);
      waitForWord();
      return say('task.how.profile', {
        points: task.points,
        url: links.address(member._id, ctx.now),
      });
    }
  }
}

/** Chosen though it is done: a repeat of the very message that did it hears the first words again. */
async function again(turn: Turn, task: tasks.Task): Promise<Reply> {
  const { ctx, member, dialogs } = turn;
  const isDoneByChoosing =
    task.kind === 'quiz' ||
    (task.kind === 'profile' && (await members.addressOf(ctx, member._id)) !== null);
  if (!isDoneByChoosing) return already(turn, task);
  const { outcome } = await tasks.completeTask(ctx, member._id, task._id);
  if (outcome === 'already') return already(turn, task);
  if (task.kind !== 'quiz') return complete(turn, task);
  dialogs.end();
  return beginQuiz(turn, task);
}

async function takeReady(turn: Turn, taskId: TaskId, at: Standing<TasksState>): Promise<Taken> {
  if (!says('ready', turn.text)) return takeChoice(turn, at);
  const { ctx, member, say, links } = turn;
  const task = await tasks.getTask(ctx, taskId);
  if (task.kind === 'profile' && (await members.addressOf(ctx, member._id)) === null) {
    const url = links.address(member._id, ctx.now);
    return say('task.how.profile', { points: task.points, url });
  }
  return complete(turn, task);
}

async function complete(turn: Turn, task: tasks.Task): Promise<Reply> {
  const { ctx, member, say, dialogs } = turn;
  const result = await tasks.completeTask(ctx, member._id, task._id);
  dialogs.end();
  // The page that keeps an address completes this one by itself, and leaves the words to the chat.
  if (result.outcome === 'already' && task.kind !== 'profile') return already(turn, task);
  const { points, balance } = result;
  return say('task.done.once', { title: task.title, points, balance });
}

function already({ say }: Turn, { period }: tasks.Task): Reply {
  return say(period === 'once' ? 'task.already' : 'task.already.today');
}
