import { expect, test } from 'vitest';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });

function sale(openId: string, purchaseId: string, amountFen: number) {
  return { purchaseId, openId, amountFen, paidAt: programme.ctx().now.toISOString() };
}

test('balance, statement and what expires tell the same story', async () => {
  const ann = programme.follower('ann');
  expect(await ann.says('积分')).toBe(
    '现在是 0 分。最快的办法是签到，每天 10 分。回复「签到」就能拿到今天的。',
  );
  expect(await ann.says('明细')).toBe('还没有积分变动。回复「签到」拿第一笔。');
  await ann.isGiven(120, '2026-12-01');
  await ann.isGiven(1130, '2027-12-01');
  await ann.says('签到');
  expect(await ann.says('余额')).toContain('余额 1,260 分，其中 120 分 11 月 30 日到期。');
  expect(await ann.says('明细')).toContain('11/21 签到 +10');
  expect(await ann.says('到期')).toBe(
    '快到期的积分：\n11 月 30 日　120 分\n兑换时会先用这些。回复「兑换」看看能换什么。',
  );

  await programme.waitUntil('2026-12-01 09:00');
  expect(await ann.says('余额')).toContain('余额 1,140 分。');
  expect(await ann.says('明细')).toContain('到期 −120');
  expect(await ann.says('到期')).toBe('30 天内没有积分到期，余额 1,140 分。');
  expect(await ann.says('为什么少了积分')).toContain('到期 −120');
});

test('a sale earns once, whatever the till repeats', async () => {
  programme.turnTo('2026-12-02 10:00');
  const bea = programme.follower('bea');
  await bea.follows();
  const body = sale(bea.openId, 'till-1', 3280);
  const first = await programme.api('POST', 'purchases', { body, key: 'k1' });
  expect(first).toMatchObject({ status: 201, body: { pointsEarned: 32, balance: 32 } });

  const again = await programme.api('POST', 'purchases', { body, key: 'k1' });
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(again.headers['idempotency-hit']).toBe('true');
  const otherKey = await programme.api('POST', 'purchases', { body, key: 'k2' });
  expect(otherKey).toMatchObject({ status: 201, body: first.body });

  const dearer = { ...body, amountFen: 9900 };
  const reused = await programme.api('POST', 'purchases', { body: dearer, key: 'k1' });
  expect(reused).toMatchObject({ status: 409, body: { code: 'KEY_REUSED' } });
  const changed = await programme.api('POST', 'purchases', { body: dearer, key: 'k3' });
  expect(changed).toMatchObject({ status: 409, body: { code: 'KEY_REUSED' } });
  expect(await bea.balance()).toBe(32);

  await programme.runDueJobs();
  expect(bea.notices).toEqual([
    expect.objectContaining({
      fields: expect.objectContaining({ 变动积分: '+32', 当前余额: '32' }),
    }),
  ]);
  expect(await bea.says('明细')).toContain('12/2 到店消费 +32');
});

test('the same sale reported ten times at once earns once', async () => {
  programme.turnTo('2026-12-02 11:00');
  const cai = programme.follower('cai');
  await cai.follows();
  const body = sale(cai.openId, 'till-2', 5000);
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => programme.api('POST', 'purchases', { body })),
  );
  expect(new Set(answers.map((answer) => answer.body.entryId)).size).toBe(1);
  expect(answers.every(({ status }) => status === 201)).toBe(true);
  expect(await cai.balance()).toBe(50);
});

test('what a partner gets wrong is refused with a code, and changes nothing', async () => {
  programme.turnTo('2026-12-02 12:00');
  const dan = programme.follower('dan');
  await dan.follows();
  const good = sale(dan.openId, 'till-3', 5000);
  const wrong = [
    [{ ...good, amountFen: -1 }, 422],
    [{ ...good, amountFen: 12.5 }, 422],
    [{ ...good, openId: undefined }, 422],
    [{ ...good, openId: 'o_nobody' }, 404],
    [{ ...good, paidAt: 'yesterday' }, 422],
  ] as const;
  for (const [body, status] of wrong) {
    const answer = await programme.api('POST', 'purchases', { body });
    expect([answer.status, typeof answer.body.code]).toEqual([status, 'string']);
  }
  const bare = { method: 'POST', url: '/api/v1/purchases', payload: good } as const;
  expect((await programme.app.http.inject(bare)).statusCode).toBe(403);
  expect(await dan.entries()).toEqual([]);
});

test('a change in quiet hours is told at eight in the morning', async () => {
  programme.turnTo('2026-12-03 23:10');
  const eve = programme.follower('eve');
  await eve.follows();
  await programme.api('POST', 'purchases', { body: sale(eve.openId, 'till-4', 4200) });
  await programme.waitUntil('2026-12-03 23:30');
  await programme.waitUntil('2026-12-04 07:59');
  expect(eve.notices).toEqual([]);
  // What they ask for themselves is answered at any hour.
  expect(await eve.says('余额')).toContain('余额 42 分');
  await programme.waitUntil('2026-12-04 08:00');
  expect(eve.notices.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ 变动积分: '+42' }),
  ]);
});

test('points that expire are announced seven days before, once, unless the member said no', async () => {
  programme.turnTo('2027-01-10 10:00');
  const [fei, gao] = [programme.follower('fei'), programme.follower('gao')];
  for (const one of [fei, gao]) {
    await one.follows();
    await one.isGiven(120, '2027-02-01');
  }
  expect(await gao.says('退订')).toBe('已关闭提醒，订单进度仍会通知。想恢复回复「提醒」。');
  await programme.waitUntil('2027-01-24 07:59');
  expect(fei.notices).toEqual([]);
  await programme.waitUntil('2027-01-24 08:00');
  expect(fei.notices.map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ 会员积分: '120', 到期时间: '2027年1月31日', 当前余额: '120' }),
  ]);
  await programme.waitUntil('2027-01-28 12:00');
  expect(fei.notices).toHaveLength(1);
  expect(gao.notices).toEqual([]);
  await programme.waitUntil('2027-02-01 00:00');
  expect(await fei.balance()).toBe(0);
});

test('提醒 lets notices come again after 退订', async () => {
  programme.turnTo('2027-03-01 10:00');
  const hua = programme.follower('hua');
  await hua.follows();
  await hua.says('退订');
  await programme.api('POST', 'purchases', { body: sale(hua.openId, 'till-5', 1000) });
  await programme.waitUntil('2027-03-01 10:10');
  expect(hua.notices).toEqual([]);
  expect(await hua.says('提醒')).toContain('积分变动和到期会再提醒你');
  await programme.api('POST', 'purchases', { body: sale(hua.openId, 'till-6', 2000) });
  await programme.waitUntil('2027-03-01 10:20');
  expect(hua.notices.map(({ fields }) => fields.变动积分)).toEqual(['+20']);
});

test('nobody who left is told anything', async () => {
  programme.turnTo('2027-03-02 10:00');
  const ivy = programme.follower('ivy');
  await ivy.follows();
  const { memberNo } = await ivy.member();
  await ivy.unfollows();
  const { openId: _, ...rest } = sale('', 'till-7', 1000);
  const answer = await programme.api('POST', 'purchases', { body: { ...rest, memberNo } });
  expect(answer.status).toBe(201);
  await programme.waitUntil('2027-03-02 12:00');
  expect(ivy.notices).toEqual([]);
});
