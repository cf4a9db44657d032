import { describe, expect, test } from 'vitest';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as members from '../../src/loyalty/members/index.ts';
import * as broadcasts from '../../src/notify/broadcast/index.ts';
import type { Persona } from '../support/persona.ts';
import { useProgramme } from '../support/programme.ts';

const programme = useProgramme({ begins: '2026-11-21 10:00' });
const FOLLOWERS = 200;
const AT_ONCE = 20;

async function started(yaml: string): Promise<broadcasts.BroadcastId> {
  const { _id } = await broadcasts.createBroadcast(programme.ctx(), yaml);
  await broadcasts.startBroadcast(programme.ctx(), _id);
  return _id;
}

const stateOf = (id: broadcasts.BroadcastId) => broadcasts.getBroadcast(programme.ctx(), id);

async function numberOf({ openId }: Persona): Promise<string> {
  const member = await members.findMember(programme.ctx(), { openId });
  return member?.memberNo ?? '';
}

/** What a phone shows of messages that the account began. */
function shown({ openId }: Persona, via: string): readonly string[] {
  const lines = programme.simulator.transcript(openId).filter((line) => line.via === via);
  return lines.map(({ text }) => text);
}

test('a few hundred followers read one mass message once, and its counts come back', async () => {
  const crowd = Array.from({ length: FOLLOWERS }, (_, n) => programme.follower(`crowd_${n}`));
  for (let from = 0; from < FOLLOWERS; from += AT_ONCE) {
    await Promise.all(crowd.slice(from, from + AT_ONCE).map((somebody) => somebody.follows()));
  }
  const [leaver, refuser] = crowd;
  await leaver?.unfollows();
  await refuser?.says('退订');
  const id = await started(`
name: 会员日
channel: mass
content: { type: text, text: 周六会员日，到店喝咖啡 🎉 }
audience: { members: all }
`);
  const dry = await broadcasts.checkBroadcast(programme.ctx(), id, programme.app.core);
  expect(dry).toMatchObject({ total: FOLLOWERS, sendable: FOLLOWERS - 2 });
  await programme.runDueJobs();
  for (const [n, somebody] of crowd.entries()) {
    const text = n < 2 ? [] : ['周六会员日，到店喝咖啡 🎉'];
    expect(shown(somebody, 'mass'), somebody.openId).toEqual(text);
  }
  const state = await stateOf(id);
  expect(state).toMatchObject({
    status: 'done',
    counts: { sent: FOLLOWERS - 2, skipped: { 'not-following': 1, 'opted-out': 1 } },
  });
  expect((await broadcasts.progressOf(programme.ctx(), state)).delivered).toEqual({
    sentCount: FOLLOWERS - 2,
    errorCount: 0,
  });
  await programme.runDueJobs();
  expect(shown(crowd[5] as Persona, 'mass')).toHaveLength(1);
}, 180_000);

describe('a template message', () => {
  const PLAN = `
name: 规则变更
channel: template
content:
  templateId: tpl_points_expiring
  data: { number1: "{points}", date2: "{day}", number3: "{balance}", thing4: 请看明细 }
`;

  test('goes to whom its entry belongs, and to nobody else', async () => {
    const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => programme.follower(name));
    for (const somebody of [ann, bob, eve]) await somebody?.follows();
    await ann?.isGiven(100);
    const [annNo, bobNo, eveNo] = await Promise.all(
      [ann, bob, eve].map((somebody) => numberOf(somebody as Persona)),
    );
    const memberId = await (ann as Persona).memberId();
    const { entries } = await ledger.statementOf(programme.ctx(), memberId, { limit: 1 });
    const entryId = entries[0]?._id ?? '';
    const id = await started(`${PLAN}
audience:
  rows:
    - { memberNo: ${annNo}, about: ${entryId} }
    - { memberNo: ${bobNo}, about: ${entryId} }
    - { memberNo: ${eveNo}, about: R00000 }
`);
    await programme.runDueJobs();
    expect(shown(ann as Persona, 'template')).toEqual([
      expect.stringMatching(/100[\s\S]*2026年11月21日[\s\S]*100[\s\S]*请看明细/),
    ]);
    expect(shown(bob as Persona, 'template')).toEqual([]);
    const state = await stateOf(id);
    expect(state).toMatchObject({
      status: 'done',
      counts: { sent: 1, skipped: { 'not-theirs': 1, 'no-such-order': 1 } },
    });
    expect((await broadcasts.progressOf(programme.ctx(), state)).reported).toEqual({
      delivered: 1,
      blocked: 0,
      failed: 0,
    });
  });

  test('is refused as a whole when a row names nobody', async () => {
    const yaml = `${PLAN}\naudience: { rows: [{ memberNo: M999999, about: R00000 }] }`;
    await expect(broadcasts.createBroadcast(programme.ctx(), yaml)).rejects.toMatchObject({
      code: 'BROADCAST_INVALID',
      details: { problems: 'audience: nobody has the number M999999' },
    });
  });
});

test('a line waits under the next answer, once, and not for who said 退订', async () => {
  await programme.waitUntil('2026-11-21 11:00');
  const [fay, gus] = ['fay', 'gus'].map((name) => programme.follower(name));
  for (const somebody of [fay, gus]) await somebody?.follows();
  await started(`
name: 会员日
channel: next-contact
content: { text: 周六会员日，等你来。 }
audience: { list: [${await numberOf(fay as Persona)}, ${await numberOf(gus as Persona)}] }
`);
  await programme.waitUntil('2026-11-21 11:05');
  await gus?.says('退订');
  programme.pass(60);
  const answer = (await fay?.says('签到')) ?? '';
  expect(answer).toContain('签到成功');
  expect(answer).toMatch(/\n周六会员日，等你来。$/);
  expect(await fay?.says('余额')).not.toContain('会员日');
  expect(await gus?.says('余额')).not.toContain('会员日');
});
