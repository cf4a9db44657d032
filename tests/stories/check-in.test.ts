import { describe, expect, test } from 'vitest';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-01-02 23:59' });

/** Checks in once at noon of each day, and tells what was said on the last one. */
async function checksInOn(follower: Persona, days: readonly string[]): Promise<string> {
  let said = '';
  for (const day of days) {
    programme.turnTo(`${day} 12:00`);
    said = await follower.says('签到');
    expect(said).toMatch(/^(签到成功|连续签到)/);
  }
  return said;
}

test('a follower earns points once a business day, and keeps the streak by coming back', async () => {
  const ann = programme.follower('ann');

  expect(await ann.says('签到')).toContain('签到成功，+10 分，余额 10 分 🎉');
  expect(await ann.says('打卡')).toBe('今天 23:59 已经签过了，余额 10 分。\n明天 0 点后再来。');

  await programme.waitUntil('2026-01-03 00:00');
  expect(await ann.says('签到')).toBe(
    '签到成功，+10 分，余额 20 分。\n连续 2 天，第 7 天另得 50 分，明天再来。 ■■□□□□□',
  );
});

test('a message of 23:59:58 that comes again after midnight is one check-in of the first day', async () => {
  const bea = programme.follower('bea');
  programme.turnTo('2026-01-31 23:59:58');
  const { msgId, reply } = await bea.sends('签到');
  expect(reply).toContain('签到成功，+10 分，余额 10 分');

  programme.turnTo('2026-02-01 00:00:09');
  expect(await bea.says('签到', { msgId })).toBe(reply);
  expect(await bea.balance()).toBe(10);

  expect(await bea.says('签到')).toContain('连续 2 天');
  expect((await bea.entries()).map(({ key }) => key)).toEqual([
    'checkin:2026-02-01',
    'checkin:2026-01-31',
  ]);
});

test('a message sent before midnight that arrives only after it counts for the day it was sent', async () => {
  const cai = programme.follower('cai');
  programme.turnTo('2026-03-31 23:59:58');
  await programme.stop();
  // Nobody answers: the platform gives up for now, and tries once more when the service is back.
  const lost = cai.openId;
  programme.turnTo('2026-04-01 00:00:05');
  await programme.start();
  const sentAt = new Date('2026-03-31T23:59:58+08:00');
  expect(await programme.push({ openId: lost, sentAt, text: '签到' })).toContain('签到成功');
  expect((await cai.entries()).map(({ key }) => key)).toEqual(['checkin:2026-03-31']);
});

describe('a streak goes on', () => {
  const days = (text: string) => text.split(' ');

  test.each([
    ['over the end of a month', days('2026-04-29 2026-04-30 2026-05-01 2026-05-02')],
    ['over 28 February', days('2027-02-27 2027-02-28 2027-03-01 2027-03-02')],
    ['over 29 February 2028', days('2028-02-27 2028-02-28 2028-02-29 2028-03-01')],
    ['over the new year', days('2026-12-30 2026-12-31 2027-01-01 2027-01-02')],
  ])('%s', async (name, dates) => {
    const follower = programme.follower(name.replaceAll(' ', '_'));
    expect(await checksInOn(follower, dates)).toBe(
      '签到成功，+10 分，余额 40 分。\n连续 4 天，第 7 天另得 50 分，明天再来。 ■■■■□□□',
    );
  });
});

test('every seventh day in a row gives fifty more, also over the 29 February', async () => {
  const dan = programme.follower('dan');
  const week = ['02-24', '02-25', '02-26', '02-27', '02-28', '02-29', '03-01'];
  expect(
    await checksInOn(
      dan,
      week.map((day) => `2028-${day}`),
    ),
  ).toBe(
    '连续签到 7 天，+10 分，另得奖励 50 分，余额 120 分 🎉\n' +
      '新的一轮从明天开始，已签到的天数不会清零。\n回复「兑换」看看能换什么。',
  );
  expect(await dan.says('明细')).toContain('3/1 连续 7 天奖励 +50');
  expect(await checksInOn(dan, ['2028-03-02'])).toContain('连续 8 天，第 14 天另得 50 分');
});

test('who missed 29 February begins again', async () => {
  const eve = programme.follower('eve');
  expect(await checksInOn(eve, ['2028-02-27', '2028-02-28', '2028-03-01'])).toBe(
    '签到成功，+10 分，余额 30 分。欢迎回来，新的一轮第 1 天。',
  );
});

test('what sounds the same, is written in traditional characters or full width checks in too', async () => {
  programme.turnTo('2026-05-05 09:00');
  for (const [name, text] of Object.entries({
    f1: '前到',
    f2: '簽到',
    f3: 'ＱＤ',
    f4: ' 签到啦！ ',
  })) {
    expect(await programme.follower(name).says(text)).toContain('签到成功');
  }
});

test('ten messages at once are one check-in', async () => {
  programme.turnTo('2026-05-06 09:00');
  const gao = programme.follower('gao');
  const said = await Promise.all(Array.from({ length: 10 }, () => gao.says('签到')));
  expect(said.filter((text) => text.startsWith('签到成功'))).toHaveLength(1);
  expect(said.filter((text) => text.includes('已经签过了，余额 10 分'))).toHaveLength(9);
  expect(await gao.entries()).toHaveLength(1);
});
