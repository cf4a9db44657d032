import { expect, test } from 'vitest';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-12-02 10:00' });

function now(): string {
  return programme.ctx().now.toISOString();
}

function sell(openId: string, purchaseId: string, amountFen: number) {
  const body = { purchaseId, openId, amountFen, paidAt: now() };
  return programme.api('POST', 'purchases', { body });
}

function refund(purchaseId: string, refundId: string, amountFen: number) {
  const body = { refundId, amountFen, refundedAt: now() };
  return programme.api('POST', `purchases/${purchaseId}/refunds`, { body });
}

test('what is brought back takes its points along, and the member can read it', async () => {
  const ann = programme.follower('ann');
  await ann.follows();
  await ann.says('签到');
  await sell(ann.openId, 'till-1', 3280);
  await programme.waitUntil('2026-12-03 10:00');

  const part = await refund('till-1', 'back-1', 1300);
  expect(part).toMatchObject({ status: 201, body: { pointsTaken: 13, balance: 29, debt: 0 } });
  const again = await refund('till-1', 'back-1', 1300);
  expect(again).toMatchObject({ status: 201, body: part.body });
  expect(again.headers['idempotency-hit']).toBe('true');
  const other = await refund('till-1', 'back-1', 1301);
  expect(other).toMatchObject({ status: 409, body: { code: 'KEY_REUSED' } });
  const rest = await refund('till-1', 'back-2', 1980);
  expect(rest).toMatchObject({ status: 201, body: { pointsTaken: 19, balance: 10, debt: 0 } });

  const statement = await ann.says('明细');
  expect(statement).toContain('余额 10 分');
  expect(statement).toMatch(/12\/3 \p{Script=Han}+ −13/u);
  expect(statement).toMatch(/12\/3 \p{Script=Han}+ −19/u);
  expect(statement).toContain('12/2 到店消费 +32');
  expect(await ann.says('为什么少了积分')).toMatch(/12\/3 \p{Script=Han}+ −19/u);
  await programme.runDueJobs();
  expect(ann.notices.map(({ fields }) => fields.变动积分)).toContain('-19');
});

test('points that were spent already are owed, and the next sale repays them', async () => {
  programme.turnTo('2026-12-05 10:00');
  const bea = programme.follower('bea');
  await bea.follows();
  await sell(bea.openId, 'till-2', 5000);
  const memberId = await bea.memberId();
  await ledger.post(programme.ctx(), memberId, 'spend:1', (book) => {
    book.spend({ points: 30, purpose: 'redemption' });
    return {};
  });
  programme.turnTo('2026-12-06 10:00');
  const back = await refund('till-2', 'back-1', 5000);
  expect(back).toMatchObject({ status: 201, body: { pointsTaken: 50, balance: 0, debt: 30 } });
  const owing = await programme.api('GET', `members/${memberId}/balance`);
  expect(owing.body).toMatchObject({ available: 0, debt: 30 });
  expect(await bea.says('签到')).toContain('余额 0 分');

  const next = await sell(bea.openId, 'till-3', 4000);
  expect(next).toMatchObject({ status: 201, body: { pointsEarned: 40, balance: 20 } });
  expect(await bea.balance()).toBe(20);
  const even = await programme.api('GET', `members/${memberId}/balance`);
  expect(even.body).toMatchObject({ available: 20, debt: 0 });
});
