import { expect, test } from 'vitest';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-05-11 10:00' });

/** The choice that is right is not told in advance: any answer leads on. */
const ANY = '2';

test('a quiz takes three turns and pays at once, once a day', async () => {
  const ann = programme.follower('ann');
  expect(await ann.says('任务')).toContain('1. 答 3 道咖啡小问题　+15 分');
  expect(await ann.says('1')).toMatch(/^第 1 题（共 3 题）：/);
  expect(await ann.says(ANY)).toContain('第 2 题（共 3 题）：');
  expect(await ann.says('9')).toBe('只有 1 到 3 可选。回复「取消」离开。');
  expect(await ann.says(ANY)).toContain('第 3 题（共 3 题）：');
  expect(await ann.says(ANY)).toContain('3 题完成，+15 分，余额 15 分。明天有新题。');
  expect(await ann.says('任务')).toContain('已完成：答 3 道咖啡小问题。');

  programme.turnTo('2026-05-12 10:00');
  expect(await ann.says('任务')).toContain('答 3 道咖啡小问题　+15 分');
  expect(await ann.balance()).toBe(15);
});

test('a quiz that is interrupted goes on where it was', async () => {
  programme.turnTo('2026-05-13 10:00');
  const bea = programme.follower('bea');
  await bea.says('任务');
  await bea.says('1');
  const second = await bea.says(ANY);
  expect(await bea.says('余额')).toContain('刚才的答题还没完成，回复「继续」接着来。');
  const again = await bea.says('继续');
  expect(again).toMatch(/^第 2 题（共 3 题）：/);
  const [question = ''] = /第 2 题.*/.exec(second) ?? [];
  expect(again).toContain(question);

  expect(await bea.says('取消')).toBe('已退出答题，进度保留着。回复「任务」接着来。');
  await bea.says('任务');
  expect(await bea.says('1')).toMatch(/^第 2 题（共 3 题）：/);
  await bea.says(ANY);
  expect(await bea.says(ANY)).toContain('3 题完成，+15 分');
  expect(await bea.entries()).toHaveLength(1);
});

test('a quiz waits ten minutes for an answer, and keeps what was answered', async () => {
  programme.turnTo('2026-05-14 10:00');
  const cai = programme.follower('cai');
  await cai.says('任务');
  await cai.says('1');
  await cai.says(ANY);
  programme.pass(11 * 60);
  expect(await cai.says('继续')).toBe('没有做到一半的操作。回复「帮助」看看能做什么。');
  await cai.says('任务');
  expect(await cai.says('1')).toMatch(/^第 2 题（共 3 题）：/);
});

test('registering pays once, also when 确认 is said twice at once', async () => {
  programme.turnTo('2026-05-15 10:00');
  const dan = programme.follower('dan');
  await dan.says('任务');
  const { memberNo } = await dan.member();
  expect(await dan.says('登记成为会员')).toContain(`你的会员号是 ${memberNo}`);
  const said = await Promise.all([dan.says('确认'), dan.says('确认')]);
  expect(said.some((text) => text.includes('「登记成为会员」完成，+20 分，余额 20 分。'))).toBe(
    true,
  );
  expect(await dan.balance()).toBe(20);
  expect(await dan.says('任务')).toContain('已完成：登记成为会员');
});

test('the profile is completed on the page, and the chat says so', async () => {
  programme.turnTo('2026-05-16 10:00');
  const eve = programme.follower('eve');
  await eve.says('任务');
  expect(await eve.says('完善收货信息')).toContain('在页面里填好收货信息');
  expect(await eve.says('好了')).toContain('在页面里填好收货信息');
  expect(await eve.fillsInAddress({ phone: '12' })).toBe(422);
  expect(await eve.balance()).toBe(0);
  expect(await eve.fillsInAddress()).toBe(303);
  expect(await eve.says('好了')).toContain('「完善收货信息」完成，+20 分，余额 20 分。');
  expect(await eve.fillsInAddress()).toBe(303);
  expect(await eve.balance()).toBe(20);
  expect(await eve.says('地址')).toContain('王** 138****2046 杭州市滨江区');
});

test('a link to the form is over after thirty minutes', async () => {
  programme.turnTo('2026-05-17 10:00');
  const fei = programme.follower('fei');
  await fei.says('地址');
  programme.pass(31 * 60);
  expect(await fei.fillsInAddress()).toBe(403);
  expect(await fei.says('地址')).toContain('还没有收货地址');
});

test('the till says how buying earns', async () => {
  programme.turnTo('2026-05-18 10:00');
  const gao = programme.follower('gao');
  await gao.says('任务');
  const { memberNo } = await gao.member();
  expect(await gao.says('到店消费报会员号')).toBe(
    `结账时报会员号 ${memberNo}，每 1 元 +1 分，自动到账。`,
  );
});
