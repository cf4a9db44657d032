import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { crowd, memberIdOf, openIdOf } from '../../../tests/support/crowd.ts';
import { type CrowdPlatform, openCrowdPlatform } from '../../../tests/support/crowd-platform.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import { MemberModel } from '../../loyalty/members/member.model.ts';
import * as tasks from '../../loyalty/tasks/index.ts';
import { database } from '../../platform/mongo.ts';
import {
  checkBroadcast,
  createBroadcast,
  getBroadcast,
  sendBroadcasts,
  startBroadcast,
} from './index.ts';

const { connection } = useDatabase();

const noon = at('2026-11-24T12:00:00+08:00');
const LONG_AGO = at('2026-09-01T12:00:00+08:00');
const MEMBERS = 8;
const QUIZ: tasks.Task = {
  _id: `tsk_${'0'.repeat(25)}1`,
  kind: 'quiz',
  title: '到店问答',
  points: 20,
  period: 'day',
  status: 'on',
  order: 1,
};
const SURVEY: tasks.Task = {
  ...QUIZ,
  _id: `tsk_${'0'.repeat(25)}2`,
  period: 'once',
  title: '问卷',
};
const SHOPPING: tasks.Task = {
  ...QUIZ,
  _id: `tsk_${'0'.repeat(25)}3`,
  kind: 'purchase',
  title: '消费',
};

let platform: CrowdPlatform;
beforeAll(async () => {
  platform = await openCrowdPlatform();
  for (const task of [QUIZ, SURVEY, SHOPPING]) await tasks.ensureTask(noon, task);
});
afterAll(() => platform.close());
beforeEach(() => {
  const { standalone } = connection();
  ledger.open({ couriers: [], consumers: [], standalone, clock: () => noon.now, log: noon.log });
  platform.shown.clear();
});
afterEach(async () => {
  // It remembers accounts, and these are about to be gone.
  await ledger.close();
  for (const name of [
    'members',
    'subscriptions',
    'accounts',
    'entries',
    'broadcasts',
    'broadcast_batches',
    'push_counts',
  ]) {
    await database().collection(name).deleteMany({});
  }
});

/** Points that a member was given for a reason. */
function earn(ctx: Context, n: number, key: string, points = 10) {
  return ledger.post(ctx, memberIdOf(n), key, (book) => {
    book.earn({ points, expiresOn: '2027-12-01' });
    return {};
  });
}

const planOf = (audience: string) =>
  `name: x\nchannel: subscription\naudience: { members: all, ${audience} }\n` +
  'content: { templateId: S1, data: { thing1: 咖啡豆, date2: 2026年11月24日 } }';

/** Who is sent it, by number, and who is left out why; the dry run says the same. */
async function reached(audience: string) {
  const { _id } = await createBroadcast(noon, planOf(audience));
  const dry = await checkBroadcast(noon, _id, platform);
  await startBroadcast(noon, _id);
  await sendBroadcasts(noon, { api: platform.api, runMs: 600_000, batchSize: 3 });
  const { status, counts } = await getBroadcast(noon, _id);
  expect(status).toBe('done');
  expect(dry).toMatchObject({ total: MEMBERS, sendable: counts.sent });
  const out = dry.waterfall.filter(({ skipped }) => skipped > 0);
  expect(Object.fromEntries(out.map(({ cause, skipped }) => [cause, skipped]))).toEqual(
    counts.skipped,
  );
  const numbers = Array.from({ length: MEMBERS }, (_, n) => n);
  return {
    to: numbers.filter((n) => platform.shown.has(openIdOf(n))),
    out: out.map(({ cause, left }) => `${cause} ${left}`),
  };
}

describe('an audience', () => {
  beforeEach(async () => {
    await crowd(MEMBERS, (n) => ({ notices: n === 7 ? 'off' : 'on' }));
  });

  test('of those who did nothing for thirty days', async () => {
    await earn(LONG_AGO, 0, 'checkin:2026-09-01');
    await earn(noon, 1, 'checkin:2026-11-24');
    await earn(noon, 2, 'purchase:pos:77');
    // What is given or runs out is nobody's doing.
    await earn(noon, 3, 'adjustment:x');
    const back = { $set: { followedAt: new Date('2026-11-20T00:00:00+08:00') } };
    await MemberModel.updateOne({ _id: memberIdOf(4) }, back);
    expect(await reached('inactiveDays: 30')).toEqual({
      to: [0, 3, 5, 6],
      out: ['opted-out 7', 'active 4'],
    });
  });

  test('of those who can afford something, and not everything', async () => {
    for (const [n, points] of [380, 379, 1200, 1201].entries()) {
      await earn(noon, n, 'gift:1', points);
    }
    expect(await reached('balanceAtLeast: 380, balanceAtMost: 1200')).toEqual({
      to: [0, 2],
      out: ['opted-out 7', 'balance 2'],
    });
  });

  test('of those who have few points counts who never had any', async () => {
    await earn(noon, 0, 'gift:1', 5);
    await earn(noon, 1, 'gift:1', 6);
    expect((await reached('balanceAtMost: 5')).to).toEqual([0, 2, 3, 4, 5, 6]);
  });

  test('of those who have not done a task yet, by its title', async () => {
    await tasks.completeTask({ ...LONG_AGO, cause: 'a' }, memberIdOf(0), SURVEY._id);
    await tasks.completeTask({ ...noon, cause: 'b' }, memberIdOf(1), SURVEY._id);
    await tasks.completeTask({ ...noon, cause: 'c' }, memberIdOf(2), QUIZ._id);
    expect(await reached('taskNotDone: 问卷')).toEqual({
      to: [2, 3, 4, 5, 6],
      out: ['opted-out 7', 'task-done 5'],
    });
  });

  test('of those who have not done a daily task today', async () => {
    await tasks.completeTask({ ...LONG_AGO, cause: 'd' }, memberIdOf(0), QUIZ._id);
    await tasks.completeTask({ ...noon, cause: 'e' }, memberIdOf(1), QUIZ._id);
    expect((await reached(`taskNotDone: ${QUIZ._id}`)).to).toEqual([0, 2, 3, 4, 5, 6]);
  });

  test('of all conditions together says which one leaves out whom first', async () => {
    await earn(noon, 0, 'checkin:2026-11-24', 500);
    await earn(LONG_AGO, 1, 'checkin:2026-09-01', 500);
    await tasks.completeTask({ ...LONG_AGO, cause: 'f' }, memberIdOf(1), SURVEY._id);
    await earn(LONG_AGO, 2, 'checkin:2026-09-01', 500);
    expect(await reached('inactiveDays: 30, balanceAtLeast: 100, taskNotDone: 问卷')).toEqual({
      to: [2],
      out: ['opted-out 7', 'active 6', 'balance 2', 'task-done 1'],
    });
  });

  test('of a task that is switched off in between is nobody', async () => {
    const { _id } = await createBroadcast(noon, planOf('taskNotDone: 问卷'));
    await startBroadcast(noon, _id);
    await database()
      .collection('tasks')
      .updateOne({ title: '问卷' }, { $set: { status: 'off' } });
    await sendBroadcasts(noon, { api: platform.api, runMs: 600_000 });
    await database()
      .collection('tasks')
      .updateOne({ title: '问卷' }, { $set: { status: 'on' } });
    expect(platform.shown.size).toBe(0);
  });
});

test('what a dead process may have sent is sent again to who is active since', async () => {
  await crowd(MEMBERS);
  const { _id } = await createBroadcast(noon, planOf('inactiveDays: 30'));
  await startBroadcast(noon, _id);
  const late = at('2026-11-24T12:02:00+08:00');
  // Written down, sent, and nothing of it noted: the platform still knows the ids.
  const all = Array.from({ length: MEMBERS }, (_, n) => memberIdOf(n));
  const open = { status: 'open', run: 'dead', claimedAt: noon.now, settledAt: null } as const;
  await database()
    .collection('broadcast_batches')
    .insertOne({
      ...open,
      _id: `${_id}.0000001` as never,
      broadcastId: _id,
      number: 1,
      until: all.at(-1),
      considered: MEMBERS,
      recipients: all,
      pending: null,
      exceptions: [],
      skipped: {},
      massMsgId: null,
    });
  const places = all.map((id) => ({ _id: id as never, pushes: [{ id: _id, day: noon.today }] }));
  await database().collection('push_counts').insertMany(places);
  await earn(late, 0, 'checkin:2026-11-24');
  await sendBroadcasts(late, { api: platform.api, runMs: 600_000 });
  expect(await getBroadcast(noon, _id)).toMatchObject({
    status: 'done',
    counts: { sent: MEMBERS, unknown: 0 },
  });
});

test.each([
  [
    'a task that is not there',
    'taskNotDone: 跑步',
    /there is no such task, only 「到店问答」 「问卷」/,
  ],
  ['a task that is done at the till', 'taskNotDone: 消费', /there is no such task/],
  ['no day', 'inactiveDays: 0', /^audience[.:] ?inactiveDays: /],
  ['half a point', 'balanceAtLeast: 0.5', /^audience[.:] ?balanceAtLeast: /],
  [
    'more than at most',
    'balanceAtLeast: 5, balanceAtMost: 4',
    /balanceAtMost: it is less .* nobody is left/,
  ],
])('a plan with %s is refused', async (_, audience, problem) => {
  const error = await createBroadcast(noon, planOf(audience)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'BROADCAST_INVALID',
    details: { problems: expect.stringMatching(problem) },
  });
});

test('rows of a template have no conditions: they are about what each of them did', async () => {
  const yaml =
    'name: x\nchannel: template\naudience: { rows: [], inactiveDays: 30 }\n' +
    'content: { templateId: T1, data: { thing1: 咖啡豆 } }';
  await expect(createBroadcast(noon, yaml)).rejects.toMatchObject({ code: 'BROADCAST_INVALID' });
});
