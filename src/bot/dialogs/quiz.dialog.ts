import type { TaskId } from '../../kernel/ids.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import type { Reply } from '../../wechat/index.ts';
import { chosenName, chosenNumber } from '../choice.ts';
import type { Dialog, Taken } from '../dialog.ts';
import type { DialogForm, Standing, Turn } from '../turn.ts';
import { normalise } from '../understand/index.ts';
import { answeredBefore, keepAnswered } from './quiz-progress.ts';

const QUIZ: DialogForm = { name: 'quiz', version: 1 };

interface QuizState {
  readonly taskId: TaskId;
  /** How many questions were answered. */
  readonly answered: number;
}

/** A quiz of some questions, one turn each. A wrong answer is told the right one and goes on. */
export const quizDialog: Dialog<QuizState> = {
  ...QUIZ,
  resumeLine: (turn) => turn.words('resume.quiz'),
  ask: async (turn, { state }) =>
    question(turn, await tasks.getTask(turn.ctx, state.taskId), state),
  take,
  back: async () => null,
  dropped: ({ say }) => say('cancel.quiz'),
};

/** Asks the first question that is still open today. @throws TASK_NOT_FOUND */
export async function beginQuiz(turn: Turn, task: tasks.Task): Promise<Reply> {
  const total = task.questions?.length ?? 0;
  const answered = Math.min(await answeredBefore(turn, task._id), total);
  const state = { taskId: task._id, answered };
  // All answered, and the points were not given: whatever stopped it then.
  if (answered === total) return complete(turn, task, { total, wrong: null });
  turn.dialogs.goTo(QUIZ, { step: 'question', state });
  return question(turn, task, state);
}

async function take(turn: Turn, { state }: Standing<QuizState>): Promise<Taken> {
  const task = await tasks.getTask(turn.ctx, state.taskId);
  const asked = task.questions?.[state.answered];
  if (!asked) return null;
  const chosen = choiceOf(turn, asked);
  if (chosen === null) return null;
  const { choices, answer } = asked;
  if (chosen < 1 || chosen > choices.length) return turn.say('choice.range', { n: choices.length });
  const next = { ...state, answered: state.answered + 1 };
  await keepAnswered(turn, next);
  const wrong = chosen === answer ? null : (choices[answer - 1] ?? null);
  const total = task.questions?.length ?? 0;
  if (next.answered >= total) return complete(turn, task, { total, wrong });
  turn.dialogs.goTo(QUIZ, { step: 'question', state: next });
  const facts = questionFacts(turn, task, next);
  return wrong === null
    ? turn.say('task.quiz.right', facts)
    : turn.say('task.quiz.wrong', { ...facts, answer: wrong });
}

function choiceOf({ text }: Turn, { choices }: tasks.Question): number | null {
  // Among choices that are figures themselves, a figure that is no place in the list is the choice.
  const name = chosenName(text, choices.map(normalise));
  const number = chosenNumber(text);
  if (number !== null && number >= 1 && number <= choices.length) return number;
  return name === null ? number : name + 1;
}

interface Finished {
  /** How many questions were answered. */
  readonly total: number;
  /** The right answer to the last question, when it was answered wrongly. */
  readonly wrong: string | null;
}

async function complete(turn: Turn, task: tasks.Task, finished: Finished): Promise<Reply> {
  const { ctx, member, dialogs } = turn;
  const result = await tasks.completeTask(ctx, member._id, task._id);
  if (dialogs.current?.name === QUIZ.name) dialogs.end();
  return task.period === 'once'
    ? doneOnce(turn, { ...finished, ...result, title: task.title })
    : doneToday(turn, { ...finished, ...result });
}

type Done = Finished & tasks.TaskCompletion;

function doneToday({ say }: Turn, { outcome, total, wrong, points, balance }: Done): Reply {
  if (outcome === 'already') return say('task.already.today');
  return wrong === null
    ? say('task.done', { total, points, balance })
    : say('task.done.wrong', { answer: wrong, total, points, balance });
}

function doneOnce(
  { say }: Turn,
  { outcome, title, wrong, points, balance }: Done & { readonly title: string },
): Reply {
  if (outcome === 'already') return say('task.already');
  return wrong === null
    ? say('task.done.once', { title, points, balance })
    : say('task.done.once.wrong', { answer: wrong, title, points, balance });
}

function question(turn: Turn, task: tasks.Task, state: QuizState): Reply {
  return turn.say('task.quiz', questionFacts(turn, task, state));
}

function questionFacts({ words }: Turn, { questions = [] }: tasks.Task, { answered }: QuizState) {
  const { text = '', choices = [] } = questions[answered] ?? {};
  const rows = choices.map((choice, index) => words('task.quiz.choice', { n: index + 1, choice }));
  return { n: answered + 1, total: questions.length, question: text, choices: rows.join('　') };
}
