import { describe, expect, test } from 'vitest';
import * as members from '../../src/loyalty/members/index.ts';
import * as tasks from '../../src/loyalty/tasks/index.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-09-01 10:00' });

test('a restart in the middle of a redemption: 确认 goes on where the follower was', async () => {
  const ann = programme.follower('ann');
  await ann.isGiven(1260);
  await ann.says('兑换');
  await ann.says('1');
  await programme.restart();
  expect(await ann.says('余额')).toContain('刚才的兑换还没完成，回复「继续」接着来。');
  expect(await ann.says('确认')).toContain('兑换成功，余额 880 分');
});

test('a restart between two deliveries of one message: the second hears the same', async () => {
  const bea = programme.follower('bea');
  await bea.isGiven(1260);
  const { msgId, reply } = await bea.sends('签到');
  await bea.says('兑换燕麦拿铁券');
  const confirmed = await bea.sends('确认');
  await programme.restart();
  expect(await bea.says('签到', { msgId })).toBe(reply);
  expect(await bea.says('确认', { msgId: confirmed.msgId })).toBe(confirmed.reply);
  expect(await bea.balance()).toBe(890);
});

test('a restart in the middle of a quiz keeps what was answered', async () => {
  const cai = programme.follower('cai');
  await cai.says('任务');
  await cai.says('1');
  await cai.says('2');
  await programme.restart();
  expect(await cai.says('2')).toContain('第 3 题（共 3 题）');
  expect(await cai.says('2')).toContain('3 题完成，+15 分');
});

describe('who repeats a message whose answer died hears its first words', () => {
  /** What leads up to the message that changes points, and that message. */
  const acts: Readonly<Record<string, readonly string[]>> = {
    'of a check-in': ['帮助', '签到'],
    'of the last question of a quiz': ['任务', '1', '2', '2', '2'],
    'of a registration': ['任务', '登记成为会员', '确认'],
    'of a redemption': ['兑换', '1', '确认'],
    'of a redemption by name': ['兑换燕麦拿铁券', '确认'],
  };

  test.each(Object.entries(acts))('%s', async (name, texts) => {
    const dan = programme.follower(`dan_${name.replaceAll(' ', '_')}`);
    await dan.isGiven(1260);
    for (const text of texts.slice(0, -1)) await dan.says(text);
    const last = texts.at(-1) ?? '';
    const { msgId, reply } = await programme.diesAfter(() => dan.sends(last));
    const entries = await dan.entries();
    expect(entries).toHaveLength(2);
    expect(await dan.says(last, { msgId })).toBe(reply);
    expect(await dan.entries()).toEqual(entries);
  });

  test('of a quiz that is chosen with all of it answered', async () => {
    const eve = programme.follower('eve');
    for (const text of ['任务', '1', '2', '2']) await eve.says(text);
    // The points of the last answer could not be given, and that it was given is kept.
    await programme.app.core.keyValue.set(await quizOf(eve), '3', { ttlMs: 86_400_000 });
    await eve.says('取消');
    await eve.says('任务');
    const { msgId, reply } = await programme.diesAfter(() => eve.sends('1'));
    expect(reply).toContain('3 题完成，+15 分，余额 15 分');
    expect(await eve.says('1', { msgId })).toBe(reply);
    expect(await eve.says('任务')).toContain('已完成：答 3 道咖啡小问题');
  });

  test('of a task that an address kept before it completes', async () => {
    const fei = programme.follower('fei');
    await fei.says('地址');
    const memberId = await fei.memberId();
    await members.setAddress(programme.ctx(), memberId, ADDRESS);
    await fei.says('任务');
    const { msgId, reply } = await programme.diesAfter(() => fei.sends('完善收货信息'));
    expect(reply).toContain('「完善收货信息」完成，+20 分，余额 20 分');
    expect(await fei.says('完善收货信息', { msgId })).toBe(reply);
    expect(await fei.balance()).toBe(20);
  });
});

test('without anything that was remembered a repeat of 签到 hears its first words too', async () => {
  const gao = programme.follower('gao');
  await gao.follows();
  const { msgId, reply } = await gao.sends('签到');
  await programme.forgetReplies();
  expect(await gao.says('签到', { msgId })).toBe(reply);
  expect(await gao.says('签到')).toContain('已经签过了');
});

/** Under which name it is kept how far somebody is with today's quiz. */
async function quizOf(follower: Persona): Promise<string> {
  const { today } = programme.ctx();
  const memberId = await follower.memberId();
  const listed = await tasks.listTasks(programme.ctx(), memberId);
  const quiz = listed.find(({ task }) => task.title === '答 3 道咖啡小问题');
  return `quiz:${memberId}:${quiz?.task._id}:${today}`;
}

const ADDRESS = {
  name: '王小满',
  phone: '13800002046',
  province: '浙江省',
  city: '杭州市',
  district: '滨江区',
  detail: '江南大道 1 号',
};
