import { expect, test } from 'vitest';
import { newId } from '../../src/kernel/ids.ts';
import * as cases from '../../src/loyalty/cases/index.ts';
import * as risk from '../../src/loyalty/risk/index.ts';
import { SanctionModel } from '../../src/loyalty/risk/sanction.model.ts';
import { outboxItem } from '../../src/platform/outbox.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });
const why = { by: '王芳', reason: '一人多号' };

async function member(name: string, points: number): Promise<Persona> {
  const persona = programme.follower(name);
  await persona.follows();
  await persona.isGiven(points);
  return persona;
}

test('a suspect can look and earn but not spend, loses everything, and gets it back on appeal', async () => {
  const dan = await member('dan', 1000);
  const accountId = await dan.memberId();
  await risk.freeze(programme.ctx(), { accountId, ...why });
  await dan.says('兑换 燕麦拿铁券');
  expect(await dan.says('确认')).toMatch(/账号暂时不能这样做，查询不受影响。/);
  expect(await dan.says('签到')).toContain('余额 1,010 分');

  await risk.forfeit(programme.ctx(), { accountId, ...why });
  expect(await dan.says('余额')).toContain('现在是 0 分');
  expect(await dan.says('明细')).toContain(' −1,010');

  await programme.restart();
  await risk.restore(programme.ctx(), { accountId, by: '李雷', reason: '申诉成立' });
  await risk.unfreeze(programme.ctx(), { accountId, by: '李雷', reason: '申诉成立' });
  expect(await dan.says('明细')).toContain('退回 +1,010');
  await dan.says('兑换 燕麦拿铁券');
  expect(await dan.says('确认')).toContain('兑换成功，余额 630 分');
});

test('a complaint is made good by two people, once, and the member reads so', async () => {
  const mia = await member('mia', 20);
  const memberId = await mia.memberId();
  const asked = {
    memberId,
    points: 80,
    category: 'compensation',
    reason: '收银机故障',
    caseRef: 'T-20417',
    by: '王芳',
  } as const;
  const { _id: requestId } = await cases.requestAdjustment(programme.ctx(), asked);
  expect(await mia.says('余额')).toContain('余额 20 分');
  const own = cases.approveAdjustment(programme.ctx(), { requestId, by: ' 王芳 ' });
  await expect(own).rejects.toMatchObject({ code: 'APPROVER_IS_REQUESTER' });
  const decide = () => cases.approveAdjustment(programme.ctx(), { requestId, by: '李雷' });
  await Promise.all([decide(), decide()]);
  await programme.restart();
  await decide();
  expect(await mia.says('余额')).toContain('余额 100 分');
  expect(await mia.says('明细')).toContain('11/21 更正 +80');
  expect(await cases.requestAdjustment(programme.ctx(), asked)).toMatchObject({ _id: requestId });
});

test('a decision whose process died is carried out when the service is there again', async () => {
  const eve = await member('eve', 500);
  const accountId = await eve.memberId();
  const ctx = programme.ctx();
  const _id = newId('san', ctx.now);
  const outbox = [outboxItem(ctx, { type: 'sanction.decided', sanctionId: _id } as const)];
  const decided = { decidedAt: ctx.now, status: 'decided', outbox } as const;
  await SanctionModel.create({ _id, accountId, verb: 'freeze', of: null, ...why, ...decided });
  await programme.restart();
  await risk.relayOutbox(programme.ctx(), risk.settleSanction);
  await eve.says('兑换 燕麦拿铁券');
  expect(await eve.says('确认')).toMatch(/账号暂时不能这样做/);
  expect(await risk.accountStory(programme.ctx(), accountId)).toMatchObject({
    status: 'frozen',
    sanction: { _id, ...why },
  });
});
