import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { addDays } from '../../src/kernel/business-day.ts';
import * as mall from '../../src/loyalty/mall/index.ts';
import * as orders from '../../src/loyalty/orders/index.ts';
import { NoticeModel } from '../../src/notify/notice.model.ts';
import type { Fault, FaultKind } from '../../src/simulator/index.ts';
import { useOperator } from '../support/operator.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const SEND = 'cgi-bin/message/template/send';
const TOKEN = 'cgi-bin/stable_token';
/** Longer than the service waits for an answer. */
const TOO_LONG_MS = 3300;
/** For what a story does, not for how long an answer may take. */
const PATIENT = { timeout: 60_000 };
const BOTH = ['积分变动提醒', '订单发货通知'];
const UNASKED: readonly string[] = ['template', 'customer', 'subscription', 'mass'];

type Trouble = Partial<Fault> & { readonly kind: FaultKind };

const programme = useProgramme({ begins: '2026-11-21 10:00' });
const operator = useOperator(programme);

afterEach(() => programme.simulator.clearFaults());
beforeAll(async () => {
  const offered = await mall.listRewards(programme.ctx());
  const bag = offered.find(({ name }) => name === '米白帆布袋');
  if (!bag) throw new Error('there is no bag on offer');
  await mall.restock(programme.ctx(), { rewardId: bag._id, pieces: 50, batchId: 'stories' });
});

const goesWrong = (trouble: Trouble & { readonly path?: string }) =>
  programme.simulator.addFault({ path: SEND, ...trouble });
const calls = (path: string, result: string) =>
  operator.counted(`jifenwu_wechat_calls_total{path="${path}",result="${result}"}`);

/** Somebody about whom two notices are to be sent: a purchase, and a parcel that was shipped. */
async function awaitsNotices(name: string): Promise<Persona> {
  const member = programme.follower(name);
  await member.follows();
  await member.isGiven(1180);
  await member.says('兑换 帆布袋');
  await member.fillsInAddress();
  await member.says('好了');
  expect(await member.says('确认')).toContain('下单成功，余额 20 分');
  const { openId } = member;
  const paidAt = programme.ctx().now.toISOString();
  const body = { purchaseId: `till-${name}`, openId, amountFen: 3280, paidAt };
  const sold = await programme.api('POST', 'purchases', { body });
  expect(sold).toMatchObject({ status: 201, body: { pointsEarned: 32, balance: 52 } });
  const [order] = await orders.listOrders(programme.ctx(), await member.memberId(), { limit: 1 });
  const shipment = { carrier: '顺丰速运', trackingNumber: 'SF1024572046' };
  await programme.api('POST', `orders/${order?._id}/shipment`, { body: shipment });
  return member;
}

/** Points and parcel are right, whatever became of the notices. */
async function pointsAreRight(member: Persona): Promise<void> {
  expect(await member.says('余额')).toContain('余额 52 分');
  expect(await member.says('订单')).toContain('米白帆布袋　运输中');
  expect(await member.balance()).toBe(52);
  const keys = (await member.entries()).map(({ key }) => key.split(':')[0]);
  expect(keys.toSorted()).toEqual(['gift', 'order', 'purchase', 'task']);
}

/** What the member was told without having asked, by any way. */
function told(member: Persona): readonly string[] {
  return member.transcript
    .filter(({ from, via }) => from === 'account' && UNASKED.includes(via))
    .map(({ text, data }) => data?.title ?? text)
    .toSorted();
}

async function statusesOf(member: Persona): Promise<readonly string[]> {
  const memberId = await member.memberId();
  const notices = await NoticeModel.find({
    memberId,
    kind: { $in: ['points-changed', 'order-shipped'] },
  }).lean<{ readonly status: string }[]>();
  return notices.map(({ status }) => status);
}

/** A minute and a night later, with all that is due by then. */
async function laterOn(): Promise<void> {
  await aMinuteLater();
  await programme.waitUntil(`${addDays(programme.ctx().today, 1)} 10:00`);
}

async function aMinuteLater(): Promise<void> {
  programme.pass(61);
  await programme.runDueJobs();
}

/** What went wrong is over, also where the platform was slow about it. */
async function isOver(lastId: number, times: number): Promise<void> {
  await vi.waitFor(
    () => {
      const played = programme.simulator.exchanges(lastId).filter(({ fault }) => fault !== null);
      expect(played).toHaveLength(times);
    },
    { timeout: 15_000, interval: 50 },
  );
  programme.simulator.clearFaults();
}

describe('a call that goes wrong once costs nobody anything', PATIENT, () => {
  test.each<[result: string, trouble: Trouble]>([
    ['ok', { kind: 'delay', delayMs: 20 }],
    ['ok', { kind: 'no-event' }],
    ['unreachable', { kind: 'reset' }],
    ['unreachable', { kind: 'lost' }],
    ['status', { kind: 'status', status: 500 }],
    ['-1', { kind: 'errcode', errcode: -1 }],
    ['40001', { kind: 'errcode', errcode: 40001 }],
    ['40001', { kind: 'token' }],
  ])('counted as %s: %o', async (result, trouble) => {
    const ann = await awaitsNotices(`once-${trouble.kind}${trouble.errcode ?? ''}`);
    goesWrong(trouble);
    await programme.runDueJobs();
    expect(told(ann)).toEqual(BOTH);
    expect(ann.notices).toContainEqual({
      title: '积分变动提醒',
      fields: expect.objectContaining({ 变动积分: '+32', 当前余额: '52' }),
    });
    expect(ann.notices).toContainEqual({
      title: '订单发货通知',
      fields: expect.objectContaining({ 商品名称: '米白帆布袋', 快递单号: 'SF1024572046' }),
    });
    expect(await statusesOf(ann)).toEqual(['sent', 'sent']);
    expect(await calls(SEND, result)).toBe(result === 'ok' ? 2 : 1);
    expect(operator.warnings()).toEqual([]);
    expect(programme.simulator.faults()).toEqual([]);
    await pointsAreRight(ann);
    await aMinuteLater();
    expect(told(ann)).toEqual(BOTH);
  });
});

describe('while a call goes wrong its notices wait, and the log says so', PATIENT, () => {
  test.each<[result: string, trouble: Trouble]>([
    ['timeout', { kind: 'delay', delayMs: TOO_LONG_MS }],
    ['timeout', { kind: 'silence', delayMs: TOO_LONG_MS }],
    ['unreachable', { kind: 'reset' }],
    ['unreachable', { kind: 'lost' }],
    ['status', { kind: 'status', status: 500 }],
    ['not-json', { kind: 'html' }],
    ['not-json', { kind: 'empty' }],
    ['-1', { kind: 'errcode', errcode: -1 }],
    ['40001', { kind: 'errcode', errcode: 40001 }],
    ['40001', { kind: 'token' }],
    ['45009', { kind: 'errcode', errcode: 45009 }],
  ])('counted as %s: %o', async (result, trouble) => {
    const bea = await awaitsNotices(`while-${trouble.kind}${trouble.errcode ?? ''}`);
    const lastId = programme.simulator.exchanges().at(-1)?.id ?? 0;
    goesWrong({ ...trouble, times: null });
    await programme.runDueJobs();
    expect(operator.warnings()).toContain('notice put off');
    expect(new Set(told(bea)).size).toBe(told(bea).length);
    await pointsAreRight(bea);
    await isOver(lastId, await calls(SEND, result));
    await laterOn();
    expect(told(bea)).toEqual(BOTH);
    expect(await statusesOf(bea)).toEqual(['sent', 'sent']);
    await pointsAreRight(bea);
  });

  test('no token can be had for a while', async () => {
    const cai = await awaitsNotices('tokenless');
    goesWrong({ kind: 'token' });
    goesWrong({ path: TOKEN, kind: 'errcode', errcode: -1, times: null });
    await programme.runDueJobs();
    expect(told(cai)).toEqual([]);
    expect(operator.warnings()).toContain('notice put off');
    expect(await calls(TOKEN, '-1')).toBeGreaterThan(0);
    await pointsAreRight(cai);
    programme.simulator.clearFaults();
    await laterOn();
    expect(told(cai)).toEqual(BOTH);
    expect(await calls(TOKEN, 'ok')).toBe(1);
  });

  test('nothing of the platform can be reached: the chat and the tills go on', async () => {
    const dan = await awaitsNotices('outage');
    goesWrong({ path: '*', kind: 'status', status: 502, times: null });
    await programme.runDueJobs();
    expect(told(dan)).toEqual([]);
    expect(operator.warnings()).toContain('notice put off');
    await pointsAreRight(dan);
    expect(await dan.says('签到')).toContain('签到成功，+10 分，余额 62 分');
    programme.simulator.clearFaults();
    await laterOn();
    expect(told(dan)).toEqual(BOTH);
    expect(await dan.balance()).toBe(62);
  });
});

test(
  'who may not be written to now is told at most once, or the log says so',
  PATIENT,
  async () => {
    const eve = await awaitsNotices('closed');
    goesWrong({ kind: 'errcode', errcode: 45015, times: null });
    await programme.runDueJobs();
    await pointsAreRight(eve);
    programme.simulator.clearFaults();
    await laterOn();
    const errors = programme.complaints.splice(0);
    expect(errors.filter((error) => !error.startsWith('notice failed: '))).toEqual([]);
    expect(told(eve).length + errors.length).toBe(2);
    expect(new Set(told(eve)).size).toBe(told(eve).length);
    const statuses = await statusesOf(eve);
    expect(statuses.filter((status) => status === 'sent')).toHaveLength(told(eve).length);
    expect(await calls(SEND, '45015')).toBeGreaterThan(0);
    await pointsAreRight(eve);
  },
);

test('what was sent before an outage of an hour is not sent again after it', PATIENT, async () => {
  const fei = await awaitsNotices('away');
  // Everything arrives, and the service hears of none of it; by the end the platform has forgotten.
  goesWrong({ kind: 'lost', times: null });
  await programme.runDueJobs();
  expect(operator.warnings()).toContain('notice put off');
  programme.simulator.clearFaults();
  programme.pass(3600);
  await programme.runDueJobs();
  await laterOn();
  expect(told(fei)).toEqual(BOTH);
  const known = ['sent', 'unknown'];
  expect((await statusesOf(fei)).filter((status) => !known.includes(status))).toEqual([]);
  await pointsAreRight(fei);
});
