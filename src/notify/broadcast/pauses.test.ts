import { beforeEach, describe, expect, test } from 'vitest';
import { later, noon, useBroadcasts } from '../../../tests/support/broadcasts.ts';
import { crowd, openIdOf } from '../../../tests/support/crowd.ts';
import { renderMetrics } from '../../platform/metrics.ts';
import {
  type BroadcastId,
  createBroadcast,
  getBroadcast,
  resumeBroadcast,
  sendBroadcasts,
  startBroadcast,
} from './index.ts';

const platform = useBroadcasts();

/** Busy for a minute, as the platform says it. */
const BUSY = { errcode: 45_011 };
const OFTEN = 'errcode 45011, 3 times in a row with nothing sent in between';

beforeEach(() => {
  platform().does = () => BUSY;
});

async function started(members: number): Promise<BroadcastId> {
  await crowd(members);
  const { _id } = await createBroadcast(
    noon,
    'name: x\nchannel: subscription\naudience: { members: all }\n' +
      'content: { templateId: S1, data: { thing1: 咖啡豆, date2: 2026年11月24日 } }',
  );
  await startBroadcast(noon, _id);
  return _id;
}

const run = (minutes: number) =>
  sendBroadcasts(later(minutes), { api: platform().api, runMs: 600_000, atOnce: 1 });
const pauseOf = async (id: BroadcastId) => (await getBroadcast(noon, id)).pause;

describe('a broadcast that pauses by itself', () => {
  test('again and again with nothing sent in between waits for a person', async () => {
    const id = await started(4);
    for (const minutes of [0, 2]) {
      await run(minutes);
      expect((await pauseOf(id))?.until).toBeInstanceOf(Date);
    }
    await run(4);
    expect(await pauseOf(id)).toMatchObject({ because: OFTEN, until: null });
    platform().does = () => 'takes';
    await run(60);
    expect(platform().shown.size).toBe(0);
    await resumeBroadcast(later(61), id);
    await run(61);
    expect(await getBroadcast(noon, id)).toMatchObject({ status: 'done', counts: { sent: 4 } });
  });

  test('is given as many chances again by a person', async () => {
    const id = await started(4);
    for (const minutes of [0, 2, 4]) await run(minutes);
    await resumeBroadcast(later(5), id);
    for (const minutes of [5, 7]) {
      await run(minutes);
      expect((await pauseOf(id))?.until).toBeInstanceOf(Date);
    }
    await run(9);
    expect((await pauseOf(id))?.because).toBe(OFTEN);
  });

  test('goes on as long as something is sent in between', async () => {
    const id = await started(8);
    for (let n = 0; n < 7; n++) {
      platform().does = () => (platform().shown.size > n ? BUSY : 'takes');
      await run(2 * n);
      expect((await pauseOf(id))?.until).toBeInstanceOf(Date);
    }
    platform().does = () => 'takes';
    await run(14);
    expect(await getBroadcast(noon, id)).toMatchObject({ status: 'done', counts: { sent: 8 } });
  });
});

describe('the metrics', () => {
  const lines = async () =>
    (await renderMetrics()).text.split('\n').filter((line) => line.startsWith('jifenwu_broadcast'));
  const value = async (name: string) =>
    Number((await lines()).find((line) => line.startsWith(`${name} `))?.split(' ')[1] ?? 0);

  test('count recipients by outcome, states and pauses, and name nobody', async () => {
    const names = {
      sent: 'jifenwu_broadcast_recipients_total{channel="subscription",outcome="sent"}',
      failed: 'jifenwu_broadcast_recipients_total{channel="subscription",outcome="failed"}',
      brake: 'jifenwu_broadcast_pauses_total{cause="failures"}',
      busy: 'jifenwu_broadcast_pauses_total{cause="platform"}',
    };
    const before = { sent: await value(names.sent), brake: await value(names.brake) };
    const busy = await value(names.busy);
    const id = await started(100);
    await run(0);
    expect(await value('jifenwu_broadcasts{state="paused"}')).toBe(1);
    expect((await value(names.busy)) - busy).toBe(1);
    // A hundred of whom forty are refused: the brake holds after the twenty-sixth.
    platform().does = ({ openIds: [openId] }) =>
      Array.from({ length: 40 }, (_, n) => openIdOf(n)).includes(String(openId))
        ? { errcode: 47_003 }
        : 'takes';
    await run(2);
    expect((await value(names.brake)) - before.brake).toBe(1);
    await resumeBroadcast(later(3), id);
    await run(3);
    expect(await value('jifenwu_broadcasts{state="done"}')).toBe(1);
    expect(await value('jifenwu_broadcasts{state="paused"}')).toBe(0);
    expect((await value(names.sent)) - before.sent).toBe(60);
    expect(await value(names.failed)).toBe(40);
    expect((await lines()).join('\n')).not.toMatch(/bct_|mem_|o_crowd/);
  });
});
