import { expect, test } from 'vitest';
import * as members from '../../src/loyalty/members/index.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-06-01 10:00' });

test('who follows is welcomed, and the numbers of the welcome can be answered', async () => {
  const ann = programme.follower('ann');
  expect(await ann.follows()).toMatch(
    /^你好，欢迎来到示范小店 👋\n签到、到店消费、答问卷都能攒积分，积分可以换咖啡和小礼物。\n1\. 签到　2\. 看看能换什么　3\. 怎么攒积分\n回复序号就行。/,
  );
  expect(await ann.says('1')).toContain('签到成功，+10 分');
  expect(await ann.taps('看看能换什么')).toContain('余额 10 分，离这些最近');
});

test('who scans the code of a store is welcomed there with a member number', async () => {
  const bea = programme.follower('bea');
  const welcome = await bea.scans('store:binjiang');
  const { memberNo, source } = await bea.member();
  expect(memberNo).toMatch(/^M\d{6}$/);
  expect(source).toBe('store:binjiang');
  expect(welcome).toBe(
    `你好，欢迎来到示范小店·滨江店 👋\n结账时报会员号 ${memberNo}，消费积分会自动到账。\n` +
      '回复「签到」开始攒分，回复「帮助」看全部功能。',
  );
  await bea.isGiven(1260);
  expect(await bea.scans('store:binjiang')).toBe(
    '你已经是会员了，余额 1,260 分。回复「兑换」看看今天能换什么。',
  );
});

test('a code that was made for a store under a name welcomes there as well', async () => {
  const made = { ticket: 'K', url: 'http://weixin.qq.com/q/1', expiresAt: null };
  const code = { source: 'store:xihu', name: '西湖店', kind: 'permanent', ...made } as const;
  await members.keepCode(programme.ctx(), code);
  expect(await programme.follower('eva').scans('store:xihu')).toMatch(
    /^你好，欢迎来到示范小店·西湖店 👋/,
  );
});

test('a code of no store of ours welcomes as any follow does', async () => {
  expect(await programme.follower('cai').follows('poster-7')).toContain('欢迎来到示范小店 👋');
});

test('who leaves takes their data along, keeps the points, and is known when they come back', async () => {
  const dan = programme.follower('dan');
  await dan.follows();
  await dan.says('签到');
  await dan.isGiven(320, '2027-07-01');
  const { _id, openIdHash } = await dan.member();
  await dan.says('地址');
  expect(await dan.fillsInAddress()).toBe(303);

  expect(await dan.unfollows()).toBe('');
  const left = await members.getMember(programme.ctx(), _id);
  expect(left).toMatchObject({ status: 'left', openId: null, address: null, openIdHash });

  const back = await dan.follows();
  expect(back).toMatch(/^欢迎回来。你离开时已清除个人资料，积分按规则保留了 \d+ 分，/);
  expect((await dan.member())._id).toBe(_id);
  expect(await dan.says('地址')).toContain('还没有收货地址');
  expect(await dan.says('签到')).toContain('今天 10:');
});

test('who left with nothing may begin again', async () => {
  const eve = programme.follower('eve');
  await eve.follows();
  await eve.unfollows();
  expect(await eve.follows()).toContain('今天可以重新开始，回复「签到」拿第一笔积分');
  expect(await eve.says('签到')).toContain('签到成功');
});

test('a follow that comes late, older than the unfollow, brings nobody back', async () => {
  const fei = programme.follower('fei');
  await fei.follows();
  const followedAt = new Date(programme.ctx().now.getTime() - 2000);
  await fei.unfollows();
  expect(
    await programme.pushEvent({ openId: fei.openId, sentAt: followedAt, event: 'subscribe' }),
  ).toBe('');
  expect((await fei.member()).status).toBe('left');
});

test('somebody unknown who just writes is a member from then on', async () => {
  const gao = programme.follower('gao');
  expect(await gao.says('余额')).toContain('现在是 0 分');
  expect((await gao.member()).status).toBe('following');
});

test('the menu under the chat does what its words do', async () => {
  const hua = programme.follower('hua');
  await hua.follows();
  expect(await hua.presses('CHECKIN')).toContain('签到成功');
  expect(await hua.presses('BALANCE')).toContain('余额 10 分');
  expect(await hua.presses('STATEMENT')).toContain('签到 +10');
  expect(await hua.presses('NO_SUCH_KEY')).toContain('还没有开放');
});
