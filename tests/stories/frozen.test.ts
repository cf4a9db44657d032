import { expect, test } from 'vitest';
import type { MemberId } from '../../src/kernel/ids.ts';
import { database } from '../../src/platform/mongo.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });

test('the night finds points that somebody gave themselves a longer life: they buy nothing any more', async () => {
  const eve = programme.follower('eve');
  await eve.follows();
  await eve.isGiven(1000, '2026-12-01');
  const memberId = await eve.memberId();
  await programme.runDueJobs();
  await programme.restart();
  await livesUntil(memberId, '2036-12-01');

  await programme.waitUntil('2026-11-22 02:00');
  expect(programme.complaints.splice(0)).toEqual([
    expect.stringContaining(`law broken: {"law":"L5","accountId":"${memberId}"`),
  ]);
  await eve.says('兑换 燕麦拿铁券');
  expect(await eve.says('确认')).toMatch(/账号暂时不能这样做，查询不受影响。（编号 [0-9A-Z]{4}）/);
  expect(await eve.says('签到')).toContain('签到成功，+10 分，余额 1,010 分');
  expect(await eve.says('余额')).toContain('余额 1,010 分');
  expect(await eve.says('明细')).toContain('11/22 签到 +10');
  await livesUntil(memberId, '2026-12-01');
});

async function livesUntil(memberId: MemberId, expiresOn: string): Promise<void> {
  const accounts = database().collection<{ _id: string; lots: { points: number }[] }>('accounts');
  const changed = { $set: { 'lots.$[one].expiresOn': expiresOn } };
  const sorted = { $push: { lots: { $each: [], $sort: { expiresOn: 1 as const } } } };
  await accounts.updateOne({ _id: memberId }, changed, { arrayFilters: [{ 'one.points': 1000 }] });
  await accounts.updateOne({ _id: memberId }, sorted);
}
