import { describe, expect, test } from 'vitest';
import { later, noon, useBroadcasts } from '../../../tests/support/broadcasts.ts';
import { at } from '../../../tests/support/context.ts';
import { crowd, type Face, memberIdOf, openIdOf } from '../../../tests/support/crowd.ts';
import type { Does } from '../../../tests/support/crowd-platform.ts';
import type { Context } from '../../kernel/context.ts';
import { MemberModel } from '../../loyalty/members/member.model.ts';
import { PushCountsModel } from '../push-counts.model.ts';
import { SubscriptionModel } from '../subscription.model.ts';
import { BroadcastBatchModel } from './broadcast-batch.model.ts';
import {
  type Broadcast,
  type BroadcastId,
  checkBroadcast,
  createBroadcast,
  failuresOf,
  getBroadcast,
  pauseBroadcast,
  progressOf,
  recordMassResult,
  resumeBroadcast,
  sendBroadcasts,
  startBroadcast,
  stopBroadcast,
  takeContactLine,
} from './index.ts';

const platform = useBroadcasts();

/** No run ends by its time, however slow the machine is. */
const TEN_MINUTES_MS = 600_000;
const NOTICE = `
name: 上新
channel: subscription
content: { templateId: S1, data: { thing1: 秋季咖啡豆🍂, date2: 2026年11月24日 } }
audience: { members: all }
`;
async function started(yaml = NOTICE, ctx = noon): Promise<BroadcastId> {
  const { _id } = await createBroadcast(ctx, yaml);
  await startBroadcast(ctx, _id);
  return _id;
}

const run = (ctx: Context = noon, more: { atOnce?: number; runMs?: number } = {}) =>
  sendBroadcasts(ctx, { api: platform().api, runMs: TEN_MINUTES_MS, ...more });
const stateOf = (id: BroadcastId): Promise<Broadcast> => getBroadcast(noon, id);

async function failures(id: BroadcastId): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of failuresOf(noon, id)) lines.push(line);
  return lines.slice(1);
}

/** Everybody was shown it once, and nobody else anything. */
function expectOnce(openIds: readonly string[]): void {
  expect([...platform().shown.keys()].toSorted()).toEqual(openIds.toSorted());
  expect(new Set(platform().shown.values())).toEqual(new Set(openIds.length > 0 ? [1] : []));
}

describe('a broadcast', () => {
  const FACES: readonly Face[] = [
    {},
    { status: 'left' },
    { notices: 'off' },
    { consents: 0 },
    {},
    {},
    {},
  ];
  const face = (n: number) => FACES[n % FACES.length] ?? {};

  test('reaches everybody once, and tells why others were left out', async () => {
    const all = await crowd(350, face);
    await PushCountsModel.create({ _id: memberIdOf(0), pushes: [{ id: 'x', day: '2026-11-24' }] });
    const id = await started();
    const dry = await checkBroadcast(noon, id, platform());
    expect(dry).toMatchObject({ total: 350, sendable: 199, problems: [] });
    expect(dry.waterfall).toEqual([
      { cause: 'not-following', skipped: 50, left: 300 },
      { cause: 'opted-out', skipped: 50, left: 250 },
      { cause: 'active', skipped: 0, left: 250 },
      { cause: 'balance', skipped: 0, left: 250 },
      { cause: 'task-done', skipped: 0, left: 250 },
      { cause: 'cap', skipped: 1, left: 249 },
      { cause: 'no-consent', skipped: 50, left: 199 },
    ]);
    await run();
    expectOnce(all.filter((_, n) => ![1, 2, 3].includes(n % 7) && n > 0));
    expect(await stateOf(id)).toMatchObject({
      status: 'done',
      total: 350,
      counts: {
        considered: 350,
        sent: 199,
        unknown: 0,
        failed: {},
        skipped: { 'not-following': 50, 'opted-out': 50, cap: 1, 'no-consent': 50 },
      },
    });
    expect(await SubscriptionModel.countDocuments({ left: 1 })).toBe(101);
    expect(platform().asked[0]?.body).toMatchObject({
      data: { thing1: { value: '秋季咖啡豆🍂' } },
    });
  });

  test('to nobody is done at once', async () => {
    const id = await started();
    await run();
    expect(await stateOf(id)).toMatchObject({ status: 'done', total: 0 });
  });

  test('does not reach who enrols after it began', async () => {
    await crowd(3);
    const id = await started(NOTICE, at('2025-03-01T00:00:00+08:00'));
    await run();
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { considered: 0 } });
    expectOnce([]);
  });

  test('waits for its time, its hours and the end of the quiet ones', async () => {
    const all = await crowd(5);
    const id = await started(`${NOTICE}
startsAt: 2026-11-24T15:00:00+08:00
window: { from: "16:00", until: "22:30" }
`);
    for (const time of ['12:00', '15:30', '22:00', '23:00']) {
      await run(at(`2026-11-24T${time}:00+08:00`));
      expect((await stateOf(id)).counts.sent).toBe(0);
    }
    await run(at('2026-11-25T16:00:00+08:00'));
    expect((await stateOf(id)).status).toBe('done');
    expectOnce(all);
  });

  test('keeps to its rate over runs', async () => {
    await crowd(150);
    const id = await started(`${NOTICE}\nratePerMinute: 60`);
    await run();
    await run(later(0.9));
    expect(platform().shown.size).toBe(60);
    const progress = await progressOf(later(0.9), await stateOf(id));
    expect(progress).toMatchObject({ sent: 60, left: 90, perMinute: 60 });
    expect(progress.finishesAt).toEqual(later(2.4).now);
    await run(later(1.1));
    expect(platform().shown.size).toBe(120);
    await run(later(3));
    await run(later(5));
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 150 } });
  });
});

describe('an operator', () => {
  test('pauses within one batch, and everybody is reached once after the resume', async () => {
    const all = await crowd(1000);
    const id = await started();
    let pausing: Promise<unknown> | null = null;
    platform().does = async (): Promise<Does> => {
      if (platform().asked.length === 30) pausing = pauseBroadcast(noon, id);
      await pausing;
      return 'takes';
    };
    await run();
    const { size } = platform().shown;
    expect(size).toBeGreaterThanOrEqual(30);
    expect(size).toBeLessThanOrEqual(30 + 100);
    const paused = await stateOf(id);
    expect(paused).toMatchObject({ status: 'paused', pause: { because: 'paused by hand' } });
    expect(await progressOf(noon, paused)).toMatchObject({ sent: size, left: 1000 - size });
    await run();
    expect(platform().shown.size).toBe(size);
    await resumeBroadcast(noon, id);
    await run();
    expectOnce(all);
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 1000 } });
  });

  test('stops for good: the others may be sent something else today', async () => {
    await crowd(500);
    const id = await started();
    let stopping: Promise<unknown> | null = null;
    platform().does = async (): Promise<Does> => {
      stopping ??= stopBroadcast(noon, id);
      await stopping;
      return 'takes';
    };
    await run();
    const { size } = platform().shown;
    expect(size).toBeLessThanOrEqual(100);
    await expect(resumeBroadcast(noon, id)).rejects.toThrow('BROADCAST_STATUS_CONFLICT');
    await run();
    expect(platform().shown.size).toBe(size);
    expect(await PushCountsModel.countDocuments({ 'pushes.id': id })).toBe(size);
    expect(await progressOf(noon, await stateOf(id))).toMatchObject({ sent: size });
  });
});

describe('a platform', () => {
  test('whose quota is used up in the middle is left alone until its midnight', async () => {
    const all = await crowd(300);
    const id = await started();
    platform().does = ({ openIds: [openId] }) =>
      platform().shown.size < 120 || platform().shown.has(String(openId))
        ? 'takes'
        : { errcode: 45_009 };
    await run();
    expect(await stateOf(id)).toMatchObject({
      status: 'paused',
      pause: { because: 'errcode 45009', until: new Date('2026-11-25T00:00:00+08:00') },
    });
    await run(later(60));
    expect(platform().shown.size).toBe(120);
    platform().does = () => 'takes';
    await run(at('2026-11-25T09:00:00+08:00'));
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 300, failed: {} } });
    expectOnce(all);
  });

  test.each([40_001, 48_001, 48_004, 40_037])(
    'that answers %i is not asked on',
    async (errcode) => {
      await crowd(40);
      const id = await started();
      platform().does = () => ({ errcode });
      await run();
      expect(platform().asked.length).toBeLessThanOrEqual(2 * 16);
      const pause = { because: `errcode ${errcode}`, until: null };
      expect(await stateOf(id)).toMatchObject({ status: 'paused', pause, counts: { sent: 0 } });
    },
  );

  test('that refuses more than one in twenty pauses it, until somebody has looked', async () => {
    await crowd(400);
    const id = await started();
    platform().does = ({ openIds }) =>
      Number(String(openIds[0]).split('_')[2]) % 10 === 0 ? { errcode: 47_003 } : 'takes';
    await run(noon, { atOnce: 1 });
    const paused = await stateOf(id);
    expect(paused).toMatchObject({ status: 'paused', pause: { because: 'too many failures' } });
    expect(await progressOf(noon, paused)).toMatchObject({ failed: { 'errcode 47003': 26 } });
    await resumeBroadcast(noon, id);
    await run(noon, { atOnce: 1 });
    expect(await stateOf(id)).toMatchObject({
      status: 'done',
      counts: { sent: 360, failed: { 'errcode 47003': 40 } },
    });
    expect(await failures(id)).toHaveLength(40);
    expect((await failures(id))[0]).toMatch(/^M000000,mem_\w+,failed,errcode 47003,2026-11-24T/);
  });

  test('whose replies are lost is asked again under the same id, and what stays open is listed', async () => {
    const all = await crowd(60);
    const id = await started();
    const once = new Set<string>();
    platform().does = ({ openIds: [openId = ''] }) => {
      if (openId === openIdOf(7)) return 'loses-reply';
      if (openId !== openIdOf(9) || once.has(openId)) return 'takes';
      once.add(openId);
      return 'loses-reply';
    };
    await run();
    expectOnce(all);
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 59, unknown: 1 } });
    expect(await failures(id)).toEqual([
      expect.stringMatching(new RegExp(`^M000007,${memberIdOf(7)},unknown,unreachable,`)),
    ]);
    expect(await PushCountsModel.countDocuments({ 'pushes.id': id })).toBe(60);
  });

  test('that says somebody left in the middle is believed, and who leaves before is not asked', async () => {
    await crowd(250);
    const id = await started(NOTICE);
    platform().does = async ({ openIds: [openId] }) => {
      if (platform().asked.length === 1) {
        const left = { $set: { status: 'left' as const, openId: null } };
        await MemberModel.updateOne({ _id: memberIdOf(249) }, left);
      }
      return openId === openIdOf(5) ? { errcode: 43_004 } : 'takes';
    };
    await run(noon, { atOnce: 1 });
    expect(await stateOf(id)).toMatchObject({
      counts: { sent: 248, skipped: { 'errcode 43004': 1, 'not-following': 1 }, failed: {} },
    });
    expect(platform().asked.some(({ openIds }) => openIds.includes(openIdOf(249)))).toBe(false);
  });
});

describe('mass messages', () => {
  const MASS = `
name: 会员日
channel: mass
content: { type: text, text: 会员日快乐 🎉 }
audience: { members: all }
`;

  test('go to many by one call, and their counts are told when the platform has them', async () => {
    const all = await crowd(25);
    const id = await started(`${MASS}\nratePerMinute: 10`);
    for (const minutes of [0, 2, 4]) await run(later(minutes));
    await run(later(6));
    expect(platform().asked.map(({ openIds }) => openIds.length)).toEqual([10, 10, 5]);
    expectOnce(all);
    const state = await stateOf(id);
    expect(state).toMatchObject({ status: 'done', counts: { sent: 25 } });
    const [batch] = await BroadcastBatchModel.find().sort({ _id: 1 }).lean();
    const counts = { totalCount: 10, filterCount: 9, sentCount: 9, errorCount: 0 };
    const result = { massMsgId: String(batch?.massMsgId), status: 'send success', ...counts };
    await recordMassResult(noon, result);
    await recordMassResult(noon, result);
    expect((await progressOf(noon, state)).delivered).toEqual({ sentCount: 9, errorCount: 0 });
  });

  test('whose reply is lost are asked for again after a minute: known is sent', async () => {
    const all = await crowd(25);
    const id = await started(MASS);
    platform().does = () => 'loses-reply';
    await run();
    expect(await stateOf(id)).toMatchObject({
      status: 'paused',
      pause: { because: 'unreachable' },
    });
    platform().does = () => 'takes';
    await run(later(0.5));
    await run(later(2));
    expectOnce(all);
    expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 25, unknown: 0 } });
    expect(new Set(platform().asked.map(({ clientId }) => clientId)).size).toBe(1);
  });

  test('to one member alone are refused', async () => {
    await crowd(1);
    const id = await started(MASS);
    expect((await checkBroadcast(noon, id, platform())).problems).toEqual([
      'a mass message goes to two members at least',
    ]);
    await run();
    expect(await stateOf(id)).toMatchObject({ counts: { failed: { MASS_INVALID: 1 } } });
  });

  test('may be left to the platform, which is asked once', async () => {
    const yaml = MASS.replace('{ members: all }', '{ platform: { tag: 7 }, ignoresOptOuts: true }');
    const id = await started(yaml);
    platform().does = () => ({ errcode: 45_028 });
    await run();
    const pause = { because: 'errcode 45028', until: new Date('2026-12-01T00:00:00+08:00') };
    expect(await stateOf(id)).toMatchObject({ status: 'paused', pause });
    platform().does = () => 'takes';
    await run(at('2026-12-01T09:00:00+08:00'));
    expect(await stateOf(id)).toMatchObject({ status: 'done' });
    const filter = { is_to_all: false, tag_id: 7 };
    expect(platform().asked.map(({ body }) => body)).toMatchObject([{ filter }, { filter }]);
    const refused = await started(yaml.replace('tag: 7', 'tag: 8'), noon);
    platform().does = () => ({ errcode: 45_168 });
    await run();
    expect((await stateOf(refused)).status).toBe('failed');
  });
});

test('a line for the next contact is laid for everybody and said once', async () => {
  await crowd(3, (n) => ({ notices: n === 2 ? 'off' : 'on' }));
  const id = await started(`
name: 会员日
channel: next-contact
content: { text: 本周会员日 🎉, days: 2 }
audience: { members: all }
`);
  await run(at('2026-11-24T23:00:00+08:00'));
  expect(await stateOf(id)).toMatchObject({ status: 'done', counts: { sent: 2 } });
  const [first, second] = [0, 1].map((n) => ({ _id: memberIdOf(n), notices: 'on' as const }));
  expect(first && (await takeContactLine(noon, first))).toBe('本周会员日 🎉');
  expect(first && (await takeContactLine(noon, first))).toBeNull();
  const late = at('2026-11-27T12:00:00+08:00');
  expect(second && (await takeContactLine(late, second))).toBeNull();
});
