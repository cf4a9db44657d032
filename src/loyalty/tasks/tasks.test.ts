import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import type { TaskId } from '../../kernel/ids.ts';
import { useDataKey } from '../../platform/data-key.ts';
import * as ledger from '../ledger/index.ts';
import * as members from '../members/index.ts';
import { completeKind, completeTask, ensureTask, getTask, listTasks, type Task } from './index.ts';
import { isDone, progressFacet, withDone } from './progress.facet.ts';
import { TaskModel } from './task.model.ts';

const QUESTIONS = Array.from({ length: 7 }, (_, n) => ({
  text: `第 ${n} 个问题？`,
  choices: ['70℃', '92℃', '100℃'],
  answer: 2,
}));
const QUIZ = task('quiz', { period: 'day', points: 15, order: 1, questions: QUESTIONS });
const PROFILE = task('profile', { points: 20, order: 2 });
const PURCHASE = task('purchase', { period: 'day', points: 0, order: 3 });
const REGISTER = task('register', { points: 5, order: 0 });
const RETIRED = task('quiz', { _id: 'tsk_retired', status: 'off' });

function task(kind: Task['kind'], more: Partial<Task> = {}): Task {
  const _id: TaskId = `tsk_${kind.padStart(26, '0')}`;
  return { _id, kind, title: kind, points: 10, period: 'once', status: 'on', order: 9, ...more };
}

const { connection } = useDatabase();
let clock = new Date('2026-01-01T00:00:00+08:00');
beforeAll(async () => {
  useDataKey(Buffer.alloc(32, 7));
  const ctx = at('2026-01-01T00:00:00+08:00');
  const { standalone } = connection();
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => clock, log: ctx.log });
  for (const each of [QUIZ, PROFILE, PURCHASE, REGISTER, RETIRED]) await ensureTask(ctx, each);
});
afterAll(() => ledger.close());

let count = 0;

function message(instant: string, cause = `msg:${++count}`): Context {
  const ctx = at(instant, { cause });
  clock = ctx.now;
  return ctx;
}

async function member() {
  const ctx = message('2026-01-01T00:00:00+08:00');
  const { member: enrolled } = await members.enrol(ctx, {
    openId: `o_${++count}`,
    at: ctx.now,
    by: 'message',
  });
  return enrolled._id;
}

const HOME = {
  name: '王小满',
  phone: '13812342046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 100 号',
};

describe('the list of tasks', () => {
  test('shows in order what can be done, and marks what is done', async () => {
    const memberId = await member();
    const ctx = message('2026-02-01T09:00:00+08:00');
    const kinds = async () =>
      (await listTasks(ctx, memberId)).map(({ task: { kind }, done }) => `${kind} ${done}`);
    expect(await kinds()).toEqual([
      'register false',
      'quiz false',
      'profile false',
      'purchase false',
    ]);
    await completeTask(ctx, memberId, QUIZ._id);
    await completeTask(ctx, memberId, REGISTER._id);
    expect(await kinds()).toEqual([
      'register true',
      'quiz true',
      'profile false',
      'purchase false',
    ]);
  });

  test('offers a daily task again the next day, and a one-off task never', async () => {
    const memberId = await member();
    await completeTask(message('2026-02-01T09:00:00+08:00'), memberId, QUIZ._id);
    await completeTask(message('2026-02-01T09:01:00+08:00'), memberId, REGISTER._id);
    const list = await listTasks(message('2026-02-02T00:00:00+08:00'), memberId);
    expect(list.filter(({ done }) => done).map(({ task: { kind } }) => kind)).toEqual(['register']);
  });
});

describe('a completed task', () => {
  test('is credited at once, with its source and the rules that said so', async () => {
    const memberId = await member();
    const ctx = message('2026-02-03T09:00:00+08:00');
    expect(await completeTask(ctx, memberId, QUIZ._id)).toEqual({
      outcome: 'done',
      points: 15,
      balance: 15,
      repeated: false,
    });
    const entry = await ledger.entryOf(ctx, memberId, `task:${QUIZ._id}:2026-02-03`);
    expect(entry?.moves).toMatchObject([
      {
        given: [{ points: 15, expiresOn: '2027-03-01' }],
        sources: [{ source: 'task.base', points: 15 }],
        ruleVersion: 'standard@1',
      },
    ]);
  });

  test('is done again by its redelivery, and already done for any other message', async () => {
    const memberId = await member();
    const again = () =>
      completeTask(message('2026-02-04T09:00:00+08:00', `msg:${memberId}`), memberId, QUIZ._id);
    expect(await again()).toMatchObject({ outcome: 'done', repeated: false });
    expect(await again()).toMatchObject({ outcome: 'done', repeated: true, balance: 15 });
    const other = message('2026-02-04T21:00:00+08:00');
    expect(await completeTask(other, memberId, QUIZ._id)).toEqual({
      outcome: 'already',
      points: 15,
      balance: 15,
      repeated: true,
    });
  });

  test('counts once when it is completed ten times at the same moment', async () => {
    const memberId = await member();
    const all = await Promise.all(
      Array.from({ length: 10 }, () =>
        completeTask(message('2026-02-05T09:00:00+08:00'), memberId, REGISTER._id),
      ),
    );
    expect(all.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    for (const { balance } of all) expect(balance).toBe(5);
  });

  test('counts once a day when it is daily', async () => {
    const memberId = await member();
    for (const day of ['2026-02-28', '2026-03-01', '2026-03-02']) {
      const done = await completeTask(message(`${day}T23:59:59+08:00`), memberId, QUIZ._id);
      expect(done.outcome).toBe('done');
    }
    const ctx = message('2026-03-03T00:00:00+08:00');
    expect((await ledger.balanceOf(ctx, memberId)).available).toBe(45);
  });
});

describe('a task that is not ready', () => {
  test('is the profile without an address, until one is kept', async () => {
    const memberId = await member();
    const ctx = message('2026-02-06T09:00:00+08:00');
    await expect(completeTask(ctx, memberId, PROFILE._id)).rejects.toMatchObject({
      code: 'TASK_NOT_READY',
      details: { missing: 'address' },
    });
    await members.setAddress(ctx, memberId, HOME);
    expect(await completeKind(ctx, memberId, 'profile')).toMatchObject([{ points: 20 }]);
    const later = message('2026-02-06T10:00:00+08:00');
    expect(await completeKind(later, memberId, 'profile')).toEqual([]);
    expect((await ledger.balanceOf(later, memberId)).available).toBe(20);
  });

  test('is a purchase, which only the till can report', async () => {
    const ctx = message('2026-02-06T09:00:00+08:00');
    await expect(completeTask(ctx, await member(), PURCHASE._id)).rejects.toMatchObject({
      code: 'TASK_NOT_READY',
      details: { missing: 'purchase' },
    });
  });

  test('is one that is switched off or was never there', async () => {
    const ctx = message('2026-02-06T09:00:00+08:00');
    const refusal = { code: 'TASK_NOT_FOUND', kind: 'not-found' };
    await expect(completeTask(ctx, await member(), RETIRED._id)).rejects.toMatchObject(refusal);
    await expect(getTask(ctx, 'tsk_unknown')).rejects.toMatchObject(refusal);
  });
});

describe('a quiz', () => {
  test('asks three questions a day, each day the next three, round and round', async () => {
    const asked = async (day: string) => {
      const { questions = [] } = await getTask(message(`${day}T08:00:00+08:00`), QUIZ._id);
      return questions.map(({ text }) => Number(text.at(2)));
    };
    expect(await asked('2026-01-01')).toEqual([0, 1, 2]);
    expect(await asked('2026-01-02')).toEqual([3, 4, 5]);
    expect(await asked('2026-01-03')).toEqual([6, 0, 1]);
    expect(await asked('2026-01-08')).toEqual([0, 1, 2]);
  });

  test('has its answer among its choices', async () => {
    const wrong = {
      ...QUIZ,
      _id: 'tsk_wrong' as const,
      questions: [{ text: '?', choices: ['a'], answer: 2 }],
    };
    await expect(ensureTask(at('2026-01-01T00:00:00+08:00'), wrong)).rejects.toThrow('choices');
    expect(await TaskModel.exists({ _id: wrong._id })).toBeNull();
  });
});

test('a task that is there already stays as operators made it', async () => {
  const ctx = message('2026-02-07T09:00:00+08:00');
  await ensureTask(ctx, { ...QUIZ, points: 99, title: '新题' });
  expect(await getTask(ctx, QUIZ._id)).toMatchObject({ points: 15, title: 'quiz' });
});

test('however many tasks are done, what the account keeps of them stays small', () => {
  let progress = progressFacet.initial;
  for (let n = 0; n < 100; n++) {
    const _id: TaskId = `tsk_${String(n).padStart(26, '0')}`;
    progress = withDone(progress, task('quiz', { _id }), '2026-01-31');
    progress = withDone(progress, task('quiz', { _id, period: 'day' }), '2026-01-31');
    expect(isDone(progress, task('quiz', { _id }), '2026-01-31')).toBe(true);
  }
  expect(progress.once).toHaveLength(16);
  expect(progress.today).toHaveLength(8);
  expect(Buffer.byteLength(JSON.stringify(progress))).toBeLessThan(400);
});
