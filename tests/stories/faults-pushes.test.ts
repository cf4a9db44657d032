import { describe, expect, test } from 'vitest';
import * as orders from '../../src/loyalty/orders/index.ts';
import type { FaultKind } from '../../src/simulator/index.ts';
import { useOperator } from '../support/operator.ts';
import { useProgramme } from '../support/programme.ts';

/** What WeChat itself shows in the chat when nobody answered. */
const WECHATS_OWN = '该公众号提供的服务出现故障，请稍后再试';
const CHECKED_IN = /^签到成功，\+10 分，余额 10 分 🎉\n/;

describe.each(['plain', 'safe'] as const)('in %s mode', (mode) => {
  const programme = useProgramme({ begins: '2026-11-21 10:00', mode });
  const operator = useOperator(programme);

  const goesWrong = (kind: FaultKind, more: { times?: number; skewSeconds?: number } = {}) =>
    programme.simulator.addFault({ path: 'wechat', kind, delayMs: 20, ...more });

  /** What went over the line since then, as `heard` on the platform's side. */
  const pushesAfter = (id: number) =>
    programme.simulator.exchanges(id).map(({ about, status, response, plainResponse }) => ({
      about,
      status,
      words: wordsIn(plainResponse ?? response),
    }));
  const lastId = () => programme.simulator.exchanges().at(-1)?.id ?? 0;

  /** What an operator sees of refused pushes. */
  async function wereRefused(code: string, times: number): Promise<void> {
    const refused = operator.lines.filter(({ phrase }) => phrase === 'push refused');
    const line = { level: 'warn', fields: expect.objectContaining({ code }) };
    expect(refused).toEqual(Array(times).fill(expect.objectContaining(line)));
    const metric = `jifenwu_webhook_refused_total{code="${code}"}`;
    expect(await operator.counted(metric)).toBe(times);
  }

  test('a push that comes late is answered like any other', async () => {
    const ann = programme.follower('ann');
    goesWrong('delay');
    expect(await ann.says('签到')).toMatch(CHECKED_IN);
    expect(await ann.says('签到')).toContain('已经签过了，余额 10 分');
    expect(await ann.entries()).toHaveLength(1);
    expect(operator.warnings()).toEqual([]);
  });

  test('a push that comes twice is one check-in, and both times the same words', async () => {
    const bea = programme.follower('bea');
    const before = lastId();
    goesWrong('duplicate');
    expect(await bea.says('签到')).toMatch(CHECKED_IN);
    const [first, second, ...more] = pushesAfter(before);
    expect(first?.words).toMatch(CHECKED_IN);
    expect([second, more]).toEqual([first, []]);
    expect((await bea.entries()).map(({ key }) => key)).toEqual(['checkin:2026-11-21']);
    const accounts = bea.transcript.filter(({ from }) => from === 'account');
    expect(accounts).toHaveLength(1);
    const opened = 'jifenwu_webhook_messages_total{type="text"}';
    expect([await operator.counted(opened), operator.warnings()]).toEqual([2, []]);
  });

  test('a confirmation that comes twice is one order with one code', async () => {
    const cai = programme.follower('cai');
    await cai.isGiven(1260);
    await cai.says('兑换');
    await cai.says('1');
    const before = lastId();
    goesWrong('duplicate');
    expect(await cai.says('确认')).toContain('兑换成功，余额 880 分');
    const [first, second] = pushesAfter(before);
    expect(first?.words).toContain('券码');
    expect(second).toEqual(first);
    expect(await cai.balance()).toBe(880);
    const page = { limit: 5 };
    expect(await orders.listOrders(programme.ctx(), await cai.memberId(), page)).toHaveLength(1);
  });

  test('of two messages the second may come first: each is answered for itself', async () => {
    const dan = programme.follower('dan');
    await dan.follows();
    const before = lastId();
    goesWrong('reorder');
    const [checkedIn, balance] = await Promise.all([dan.says('签到'), dan.says('余额')]);
    expect(pushesAfter(before).map(({ about }) => about)).toEqual(['text 余额', 'text 签到']);
    expect(balance).toContain('现在是 0 分');
    expect(checkedIn).toMatch(CHECKED_IN);
    expect([await dan.balance(), operator.warnings()]).toEqual([10, []]);
  });

  test('an unfollow that comes after the next follow takes nothing away', async () => {
    const eve = programme.follower('eve');
    await eve.follows();
    expect(await eve.says('签到')).toMatch(CHECKED_IN);
    const before = lastId();
    goesWrong('reorder');
    const leaving = programme.simulator.unfollow({ openId: eve.openId });
    programme.pass(5);
    const welcome = await eve.follows();
    await leaving;
    const [first = '', second = ''] = pushesAfter(before).map(({ about }) => about);
    expect([first, second]).toEqual(['subscribe', 'unsubscribe']);
    expect(welcome).toContain('余额 10 分');
    expect((await eve.member()).status).toBe('following');
    expect(await eve.says('余额')).toContain('余额 10 分');
  });

  test('a push whose signature is wrong is refused, and answered when it comes again', async () => {
    const fei = programme.follower('fei');
    goesWrong('signature');
    expect(await fei.says('签到')).toMatch(CHECKED_IN);
    expect(programme.complaints.splice(0)).toEqual(['tried 2 times']);
    await wereRefused('SIGNATURE_WRONG', 1);
    expect(await fei.entries()).toHaveLength(1);
  });

  test("while every signature is wrong the follower reads WeChat's own line", async () => {
    const gao = programme.follower('gao');
    await gao.follows();
    goesWrong('signature', { times: 3 });
    expect(await gao.says('签到')).toBe(WECHATS_OWN);
    expect(programme.complaints.splice(0)).toEqual(['tried 3 times']);
    await wereRefused('SIGNATURE_WRONG', 3);
    expect(await gao.entries()).toEqual([]);
    expect(await gao.says('签到')).toMatch(CHECKED_IN);
  });

  test('of a follow that is refused nothing is shown, and the next message makes a member', async () => {
    const hua = programme.follower('hua');
    goesWrong('signature', { times: 3 });
    expect(await hua.follows()).toBe('');
    expect(programme.complaints.splice(0)).toEqual(['tried 3 times']);
    expect(hua.transcript.filter(({ from }) => from === 'account')).toEqual([]);
    await expect(hua.member()).rejects.toThrow('is no member');
    expect(await hua.says('签到')).toMatch(CHECKED_IN);
  });

  test('a push by a clock that is an hour ahead or behind is refused', async () => {
    const ivy = programme.follower('ivy');
    goesWrong('skew', { skewSeconds: 3600 });
    expect(await ivy.says('签到')).toMatch(CHECKED_IN);
    goesWrong('skew', { skewSeconds: -3600, times: 3 });
    expect(await ivy.says('余额')).toBe(WECHATS_OWN);
    expect(programme.complaints.splice(0)).toEqual(['tried 2 times', 'tried 3 times']);
    await wereRefused('TIMESTAMP_STALE', 4);
    expect((await ivy.entries()).map(({ key }) => key)).toEqual(['checkin:2026-11-21']);
  });

  test('a clock that is a little behind is believed: the message is of the day it names', async () => {
    const jin = programme.follower('jin');
    programme.turnTo('2026-11-22 00:03');
    goesWrong('skew', { skewSeconds: -240 });
    expect(await jin.says('签到')).toMatch(CHECKED_IN);
    expect(await jin.says('签到')).toContain('连续 2 天');
    expect((await jin.entries()).map(({ key }) => key)).toEqual([
      'checkin:2026-11-22',
      'checkin:2026-11-21',
    ]);
    expect(operator.warnings()).toEqual([]);
  });
});

/** The words of a passive reply in the clear. */
function wordsIn(xml: string): string {
  return (/<Content><!\[CDATA\[(.*?)\]\]>/s.exec(xml)?.[1] ?? '').replaceAll(/<[^>]+>/g, '');
}
