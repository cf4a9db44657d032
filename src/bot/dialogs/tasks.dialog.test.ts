import { beforeEach, describe, expect, test } from 'vitest';
import { Chat, emptyDatabase } from '../../../tests/support/chat.ts';
import { expectCleanBooks, useShop } from '../../../tests/support/shop.ts';
import { newId } from '../../kernel/ids.ts';
import * as members from '../../loyalty/members/index.ts';
import * as tasks from '../../loyalty/tasks/index.ts';

useShop({ couriers: [] });

const ADDRESS = {
  name: '王小满',
  phone: '13800002046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号',
};
const QUESTIONS = [
  { text: '手冲咖啡的水温大约是？', choices: ['70℃', '92℃', '100℃'], answer: 2 },
  { text: '咖啡豆放在哪里最好？', choices: ['冰箱', '阴凉处', '窗台'], answer: 2 },
  { text: '一份浓缩大约多少毫升？', choices: ['30', '120', '250'], answer: 1 },
];
const FIRST = [
  '第 1 题（共 3 题）：手冲咖啡的水温大约是？',
  '1. 70℃　2. 92℃　3. 100℃　（回复「取消」退出，进度会保留）',
].join('\n');

let chat: Chat;
let xiaoman: ReturnType<Chat['follower']>;

beforeEach(async () => {
  await emptyDatabase();
  chat = new Chat();
  xiaoman = chat.follower();
  await offer({ kind: 'quiz', title: '答 3 道咖啡小问题', points: 15, questions: QUESTIONS });
  await offer({ kind: 'profile', title: '完善收货信息', points: 20, period: 'once' });
  await offer({ kind: 'register', title: '登记会员', points: 5, period: 'once' });
  await offer({ kind: 'purchase', title: '到店消费报会员号', points: 0 });
});

let order = 0;

async function offer(task: Partial<tasks.Task> & Pick<tasks.Task, 'kind' | 'title' | 'points'>) {
  const ctx = chat.ctx();
  const _id = newId('tsk', ctx.now);
  await tasks.ensureTask(ctx, { _id, period: 'day', status: 'on', order: order++, ...task });
  return _id;
}

test('the list says what can be done, for how much, and what is done', async () => {
  expect(await xiaoman.says('任务')).toBe(
    [
      '今天可以做：',
      '1. 答 3 道咖啡小问题　+15 分',
      '2. 完善收货信息　+20 分（一次）',
      '3. 登记会员　+5 分（一次）',
      '4. 到店消费报会员号　每 1 元 +1 分',
      '回复序号开始。',
    ].join('\n'),
  );
  await xiaoman.says('签到');
  expect(await xiaoman.says('任务')).toContain('已完成：签到。\n回复序号开始。');
  expect(await xiaoman.says('5')).toBe('只有 1 到 4 可选。回复「取消」离开。');
  expect(await xiaoman.says('取消')).toBe('好的，已离开，没有扣分。');
});

test('an empty list says so', async () => {
  await emptyDatabase();
  expect(await xiaoman.says('任务')).toBe('今天的任务都做完了，明天再来。');
});

describe('the quiz', () => {
  test('takes three turns and pays once a day', async () => {
    await xiaoman.says('任务');
    expect(await xiaoman.says('1')).toBe(FIRST);
    expect(await xiaoman.says('2')).toBe(
      '对了。第 2 题（共 3 题）：咖啡豆放在哪里最好？\n1. 冰箱　2. 阴凉处　3. 窗台',
    );
    expect(await xiaoman.says('阴凉处')).toContain('对了。第 3 题（共 3 题）');
    const done = await xiaoman.says('1', { msgId: 'last' });
    expect(done).toBe('3 题完成，+15 分，余额 15 分。明天有新题。');

    await expectCleanBooks(chat.ctx());
    chat.forgetAll();
    await xiaoman.says('任务');
    expect(await xiaoman.says('答 3 道咖啡小问题')).not.toContain('第 1 题');
    expect(await xiaoman.says('任务')).toContain('已完成：答 3 道咖啡小问题。');
    chat.wait(24 * 60);
    await xiaoman.says('任务');
    expect(await xiaoman.says('1')).toBe(FIRST);
  });

  test('tells the right answer to a wrong one and goes on', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    expect(await xiaoman.says('1')).toBe(
      '正确答案是「92℃」。第 2 题（共 3 题）：咖啡豆放在哪里最好？\n1. 冰箱　2. 阴凉处　3. 窗台',
    );
    expect(await xiaoman.says('9')).toBe('只有 1 到 3 可选。回复「取消」离开。');
    await xiaoman.says('2');
    expect(await xiaoman.says('3')).toBe(
      '正确答案是「30」。3 题完成，+15 分，余额 15 分。明天有新题。',
    );
  });

  test('takes a choice that is a figure by its place, or else by itself', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    expect(await xiaoman.says('92')).toContain('对了。第 2 题');
    await xiaoman.says('2');
    expect(await xiaoman.says('30')).toContain('3 题完成，+15 分');
  });

  test('keeps its progress over 取消, and starts again on the next day', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    await xiaoman.says('2');
    expect(await xiaoman.says('取消')).toBe('已退出答题，进度保留着。回复「任务」接着来。');
    expect(await xiaoman.says('2')).not.toContain('第 3 题');
    await xiaoman.says('任务');
    expect(await xiaoman.says('1')).toContain('第 2 题（共 3 题）：咖啡豆放在哪里最好？');
    chat.wait(24 * 60);
    await xiaoman.says('任务');
    expect(await xiaoman.says('1')).toBe(FIRST);
  });

  test('waits while another command answers', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    expect(await xiaoman.says('规则')).toContain('刚才的答题还没完成，回复「继续」接着来。');
    expect(await xiaoman.says('继续')).toBe(FIRST);
    expect(await xiaoman.says('返回')).toContain('已退出答题');
    await xiaoman.says('任务');
    await xiaoman.says('1');
    chat.wait(10);
    expect(await xiaoman.says('继续')).toBe('没有做到一半的操作。回复「帮助」看看能做什么。');
  });

  test('that can be done once promises no new questions', async () => {
    await offer({
      kind: 'quiz',
      title: '认识我们',
      points: 10,
      period: 'once',
      questions: QUESTIONS.slice(0, 1),
    });
    await xiaoman.says('任务');
    await xiaoman.says('认识我们');
    expect(await xiaoman.says('2')).toBe('「认识我们」完成，+10 分，余额 10 分。');
    const ben = chat.follower();
    await ben.says('任务');
    await ben.says('认识我们');
    expect(await ben.says('1')).toBe('正确答案是「92℃」。「认识我们」完成，+10 分，余额 10 分。');
  });

  test('is not answered twice by a retried message', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    const second = await xiaoman.says('2', { msgId: 'm2' });
    expect(await xiaoman.says('2', { msgId: 'm2' })).toBe(second);
    // As after a crash between the step and the stored reply.
    await chat.keyValue.delete('reply:gh_test:m2');
    expect(await xiaoman.says('2', { msgId: 'm2' })).toBe(second);
    expect(await xiaoman.says('2', { msgId: 'm3' })).toContain('第 3 题');
  });
});

describe('a retried message', () => {
  test('means what it meant at first, and does not turn the talk back', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('1');
    await xiaoman.says('2');
    await xiaoman.says('2');
    const sentAt = chat.now;
    const done = await xiaoman.says('1', { msgId: 'm4' });
    expect(done).toContain('3 题完成，+15 分');
    chat.wait(0.1);
    expect(await xiaoman.says('任务')).toContain('1. 完善收货信息');
    // As after a crash between the step and the stored reply.
    await chat.keyValue.delete('reply:gh_test:m4');
    const { now } = chat;
    chat.now = sentAt;
    expect(await xiaoman.says('1', { msgId: 'm4' })).toBe(done);
    chat.now = now;
    expect(await xiaoman.says('1')).toContain('在页面里填好收货信息');
  });
});

describe('other tasks', () => {
  test('the profile is done when an address is there, and paid once', async () => {
    await xiaoman.says('任务');
    expect(await xiaoman.says('2')).toBe(
      [
        '在页面里填好收货信息（约 1 分钟），+20 分：' +
          `https://shop.test/h5/address?t=${(await xiaoman.member())._id}`,
        '填好后回到这里回复「好了」。',
      ].join('\n'),
    );
    expect(await xiaoman.says('好了')).toContain('在页面里填好收货信息');
    const { _id } = await xiaoman.member();
    await members.setAddress(chat.ctx(), _id, ADDRESS);
    expect(await xiaoman.says('好了')).toBe('「完善收货信息」完成，+20 分，余额 20 分。');
    expect(await xiaoman.says('任务')).toContain('已完成：完善收货信息。');
  });

  test('the profile that the page has paid already is confirmed', async () => {
    await xiaoman.says('任务');
    await xiaoman.says('2');
    const { _id } = await xiaoman.member();
    await members.setAddress(chat.ctx(), _id, ADDRESS);
    await tasks.completeKind(chat.ctx(), _id, 'profile');
    expect(await xiaoman.says('好了')).toBe('「完善收货信息」完成，+20 分，余额 20 分。');
  });

  test('registering takes one word', async () => {
    const { memberNo } = await (async () => {
      await xiaoman.says('任务');
      return xiaoman.member();
    })();
    expect(await xiaoman.says('3')).toBe(
      `你的会员号是 ${memberNo}，结账时报它就能攒分。回复「确认」完成登记，+5 分。`,
    );
    expect(await xiaoman.says('确认')).toBe('「登记会员」完成，+5 分，余额 5 分。');
  });

  test('buying tells the number to say at the till', async () => {
    await xiaoman.says('任务');
    expect(await xiaoman.says('4')).toBe(
      `结账时报会员号 ${(await xiaoman.member()).memberNo}，每 1 元 +1 分，自动到账。`,
    );
  });

  test('one that was done in between says so', async () => {
    await xiaoman.says('任务');
    await tasks.completeKind(chat.ctx(), (await xiaoman.member())._id, 'register');
    expect(await xiaoman.says('3')).toBe('这个任务已完成，每人一次。回复「任务」看看还有哪些。');
  });
});
