import { describe, expect, test, vi } from 'vitest';
import * as orders from '../../src/loyalty/orders/index.ts';
import { useOperator } from '../support/operator.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const SLOW = '收到，正在办，一会儿把结果发在这里。';
const CHECKED_IN = '签到成功，+10 分，余额 10 分';
const SEND = 'cgi-bin/message/custom/send';
/** Some steps of it are more than the time in which an answer has to be there. */
const STEP_MS = 1500;
const PATIENT = { timeout: 15_000, interval: 50 };

const programme = useProgramme({ begins: '2026-09-01 10:00', cuttable: true });
const operator = useOperator(programme);

/** Writes while the database is slow; it is quick again when that was answered. */
async function sendsSlowly(member: Persona, text: string): Promise<string> {
  programme.line.slow(STEP_MS);
  const { msgId, reply } = await member.sends(text);
  programme.line.slow(0);
  expect(reply).toBe(SLOW);
  return msgId;
}

/** What came by itself, in words. */
function broughtTo(member: Persona): readonly string[] {
  return member.transcript
    .filter(({ via }) => via === 'customer')
    .map(({ text }) => text.replaceAll(/<[^>]+>/g, ''));
}

async function isBrought(member: Persona): Promise<string> {
  await vi.waitFor(() => expect(broughtTo(member)).toHaveLength(1), PATIENT);
  return broughtTo(member)[0] ?? '';
}

/** The result could not be sent, and waits for the next contact. */
async function isKept(): Promise<void> {
  const kept = 'late result kept for the next contact';
  await vi.waitFor(() => expect(operator.warnings()).toContain(kept), PATIENT);
}

async function keysOf(member: Persona): Promise<readonly string[]> {
  return (await member.entries()).map(({ key }) => key.split(':')[0] ?? '');
}

describe('what takes too long for an answer is promised', () => {
  test('a check-in: its result comes as a message, once, and a repeat gets the same words', async () => {
    const ann = programme.follower('ann');
    await ann.follows();
    const msgId = await sendsSlowly(ann, '签到');
    expect(await isBrought(ann)).toContain(CHECKED_IN);
    expect(await ann.says('签到', { msgId })).toBe(SLOW);
    expect(await ann.says('签到')).toContain('已经签过了，余额 10 分');
    expect(broughtTo(ann)).toHaveLength(1);
    expect(await keysOf(ann)).toEqual(['checkin']);
    expect(operator.warnings()).toEqual([]);
  }, 60_000);

  test('a redemption: one order, whose code comes as a message', async () => {
    const bea = programme.follower('bea');
    await bea.follows();
    await bea.isGiven(1260);
    await bea.says('兑换');
    await bea.says('1');
    const msgId = await sendsSlowly(bea, '确认');
    const done = await isBrought(bea);
    expect(done).toMatch(/^兑换成功，余额 880 分 🎉\n券码 [0-9A-Z]{4}-[0-9A-Z]{4}，/);
    expect(await bea.says('确认', { msgId })).toBe(SLOW);
    expect(await bea.says('订单')).toContain('1. 燕麦拿铁券　待使用');
    expect(await bea.balance()).toBe(880);
    const page = { limit: 5 };
    expect(await orders.listOrders(programme.ctx(), await bea.memberId(), page)).toHaveLength(1);
    expect(await keysOf(bea)).toEqual(['order', 'gift']);
    expect(broughtTo(bea)).toHaveLength(1);
  }, 60_000);

  test('all deliveries of one message: the same promise, and it happens once', async () => {
    const cai = programme.follower('cai');
    await cai.follows();
    const msgId = '7000000000000000001';
    programme.line.slow(STEP_MS);
    const first = cai.says('签到', { msgId });
    const second = cai.says('签到', { msgId });
    const said = await Promise.all([first, second]);
    programme.line.slow(0);
    expect(said[0]).toBe(SLOW);
    // The other delivery waits for the words of the first as long as it may.
    expect([SLOW, '']).toContain(said[1]);
    expect(await isBrought(cai)).toContain(CHECKED_IN);
    expect(await cai.says('签到', { msgId })).toBe(SLOW);
    expect(await keysOf(cai)).toEqual(['checkin']);
    expect(broughtTo(cai)).toHaveLength(1);
  }, 60_000);
});

describe('a result that cannot be sent by itself', () => {
  test('comes with the next contact, once', async () => {
    const dan = programme.follower('dan');
    await dan.follows();
    programme.simulator.addFault({ path: SEND, kind: 'errcode', errcode: 45015 });
    const msgId = await sendsSlowly(dan, '签到');
    await isKept();
    expect(await dan.says('签到', { msgId })).toBe(SLOW);
    const next = await dan.says('余额');
    expect(next).toMatch(/^余额 10 分/);
    expect(next).toContain(`\n刚才的办好了：\n${CHECKED_IN}`);
    expect(await dan.says('余额')).not.toContain('刚才的办好了');
    expect(broughtTo(dan)).toEqual([]);
    expect(await keysOf(dan)).toEqual(['checkin']);
    const refused = `jifenwu_wechat_calls_total{path="${SEND}",result="45015"}`;
    expect(await operator.counted(refused)).toBe(1);
  }, 60_000);

  test('comes with the next contact after the service was started again', async () => {
    const eve = programme.follower('eve');
    await eve.follows();
    programme.simulator.addFault({ path: SEND, kind: 'errcode', errcode: 45047 });
    await sendsSlowly(eve, '签到');
    await isKept();
    await programme.restart();
    expect(await eve.says('余额')).toContain(`\n刚才的办好了：\n${CHECKED_IN}`);
    expect(await keysOf(eve)).toEqual(['checkin']);
  }, 60_000);
});
