import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { later, noon, useBroadcasts } from '../../../tests/support/broadcasts.ts';
import { crowd, memberIdOf, memberNoOf, openIdOf } from '../../../tests/support/crowd.ts';
import { MemberModel } from '../../loyalty/members/member.model.ts';
import { keyedHash, useDataKey } from '../../platform/data-key.ts';
import { NoticeModel } from '../notice.model.ts';
import { recordDelivery, recordSubscriptionDelivery } from '../record-delivery.ts';
import { BroadcastModel, NO_COUNTS } from './broadcast.model.ts';
import { BroadcastBatchModel } from './broadcast-batch.model.ts';
import { BroadcastRowModel } from './broadcast-row.model.ts';
import {
  type BroadcastId,
  createBroadcast,
  failuresOf,
  getBroadcast,
  progressOf,
  sendBroadcasts,
  startBroadcast,
} from './index.ts';

const platform = useBroadcasts({ stays: true });

const DATA = 'data: { thing1: 咖啡豆, date2: 2026年11月24日 }';
const MEMBERS = 6;

beforeAll(async () => {
  await crowd(MEMBERS, () => ({ consents: 9 }));
  useDataKey(Buffer.alloc(32, 7));
  for (let n = 0; n < MEMBERS; n++) {
    const openIdHash = keyedHash(openIdOf(n));
    await MemberModel.updateOne({ _id: memberIdOf(n) }, { $set: { openIdHash } });
  }
});
afterEach(async () => {
  await NoticeModel.deleteMany({});
});

/** A template to everybody, as if each row named an order of its member. */
async function templates(): Promise<BroadcastId> {
  const numbers = Array.from({ length: MEMBERS }, (_, n) => memberNoOf(n));
  const rows = numbers.map((number) => `{ memberNo: ${number}, about: R00000 }`).join(', ');
  const { _id } = await createBroadcast(
    noon,
    `name: x\nchannel: template\naudience: { rows: [${rows}] }\n` +
      `content: { templateId: T1, ${DATA} }`,
  );
  await BroadcastRowModel.updateMany({}, { $set: { problem: null } });
  await startBroadcast(noon, _id);
  return _id;
}

async function subscriptions(templateId = 'S1'): Promise<BroadcastId> {
  const { _id } = await createBroadcast(
    noon,
    'name: x\nchannel: subscription\naudience: { members: all }\n' +
      `content: { templateId: ${templateId}, ${DATA} }`,
  );
  await startBroadcast(noon, _id);
  return _id;
}

const run = (ctx = noon, batchSize = 4) =>
  sendBroadcasts(ctx, { api: platform().api, runMs: 600_000, batchSize });
const report = (n: number, msgId: string, status: 'success' | 'blocked' | 'failed' = 'success') =>
  recordDelivery(later(1), { templateMsgId: msgId, status, openId: openIdOf(n) });
const progress = async (id: BroadcastId) => progressOf(later(1), await getBroadcast(noon, id));

/** Member by member, the numbers that the platform gave. */
async function numbersOf(): Promise<readonly string[]> {
  const batches = await BroadcastBatchModel.find().sort({ _id: 1 }).lean();
  return batches.flatMap(({ msgIds = [] }) => msgIds.map(String));
}

async function failures(id: BroadcastId): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of failuresOf(noon, id)) lines.push(line);
  return lines.slice(1);
}

const reported = { delivered: 0, blocked: 0, failed: 0 };

describe('reports of template messages', () => {
  test('are counted once each, and say in the list who was not reached', async () => {
    const id = await templates();
    await run();
    const numbers = await numbersOf();
    expect(new Set(numbers).size).toBe(MEMBERS);
    await report(0, numbers[0] ?? '');
    await report(0, numbers[0] ?? '');
    await report(1, numbers[1] ?? '', 'blocked');
    await report(5, numbers[5] ?? '', 'failed');
    const told = await progress(id);
    expect(told).toMatchObject({
      sent: MEMBERS,
      unknown: 0,
      reported: { delivered: 1, blocked: 1, failed: 1 },
    });
    expect(await failures(id)).toEqual([
      expect.stringMatching(/^M000001,mem_\w+,blocked,user block,2026-11-24T/),
      expect.stringMatching(/^M000005,mem_\w+,failed,system failed,2026-11-24T/),
    ]);
  });

  test('may come before the reply to the call, and are believed when the numbers agree', async () => {
    const id = await templates();
    platform().took = async (msgId, { openIds: [openId = ''] }) => {
      // Somebody's other message is reported as well, with a number of its own.
      await recordDelivery(noon, { templateMsgId: `9${msgId}`, status: 'blocked', openId });
      await recordDelivery(noon, { templateMsgId: msgId, status: 'success', openId });
    };
    await run();
    expect((await progress(id)).reported).toEqual({ ...reported, delivered: MEMBERS });
    expect(await failures(id)).toEqual([]);
  });

  test('mean nothing with the number of somebody else, of a stranger, or of nothing', async () => {
    const id = await templates();
    await run();
    const [first = '', second = ''] = await numbersOf();
    await report(1, first);
    await report(0, second);
    await report(0, '77');
    await report(0, 'a.b$c');
    for (const openId of ['o_of_another_account', '']) {
      await recordDelivery(noon, { templateMsgId: first, status: 'success', openId });
    }
    await recordDelivery(noon, { templateMsgId: first, status: 'success' });
    expect((await progress(id)).reported).toEqual(reported);
  });

  test('of an account that is not ours change no notice either', async () => {
    const notice = {
      _id: 'points-changed:x',
      kind: 'points-changed',
      memberId: memberIdOf(0),
      about: 'x',
      dueAt: noon.now,
      status: 'sent',
      failures: 0,
      templateMsgId: '4711',
    } as const;
    await NoticeModel.create(notice);
    const openId = 'o_of_another_account';
    await recordDelivery(noon, { templateMsgId: '4711', status: 'blocked', openId });
    expect((await NoticeModel.findById(notice._id).lean())?.delivery).toBeUndefined();
    await report(0, '4711');
    expect((await NoticeModel.findById(notice._id).lean())?.delivery).toBe('success');
  });

  test('without a number mean the one message of just now, once', async () => {
    const id = await templates();
    await run();
    await report(0, '0');
    await report(0, '0', 'failed');
    expect((await progress(id)).reported).toEqual({ ...reported, delivered: 1 });
    const hour = later(60);
    await recordDelivery(hour, { templateMsgId: '0', status: 'failed', openId: openIdOf(1) });
    expect((await progress(id)).reported).toEqual({ ...reported, delivered: 1 });
  });

  test('that may mean a notice or a broadcast mean neither', async () => {
    const id = await templates();
    await run();
    const attempt = { channel: 'template', startedAt: noon.now, dedupeId: null } as const;
    await NoticeModel.create({
      _id: 'points-changed:y',
      kind: 'points-changed',
      memberId: memberIdOf(0),
      about: 'y',
      dueAt: noon.now,
      status: 'sending',
      failures: 0,
      attempts: [attempt],
    });
    await report(0, '0');
    expect((await progress(id)).reported).toEqual(reported);
    expect(await NoticeModel.countDocuments({ delivery: { $exists: true } })).toBe(0);
  });

  test('tell of a message whose reply was lost, that it was sent', async () => {
    const id = await templates();
    const numbers = new Map<string, string>();
    platform().took = async (msgId, { openIds: [openId = ''] }) => void numbers.set(openId, msgId);
    platform().does = ({ openIds: [openId] }) => (openId === openIdOf(2) ? 'loses-reply' : 'takes');
    await run();
    expect(await progress(id)).toMatchObject({ sent: MEMBERS - 1, unknown: 1 });
    expect(await failures(id)).toHaveLength(1);
    await report(2, numbers.get(openIdOf(2)) ?? '');
    expect(await progress(id)).toMatchObject({
      sent: MEMBERS,
      unknown: 0,
      reported: { ...reported, delivered: 1 },
    });
    expect(await failures(id)).toEqual([]);
  });

  test('of a batch whose process died are there when another takes it up', async () => {
    const id = await templates();
    platform().took = async (templateMsgId, { openIds: [openId = ''] }) =>
      recordDelivery(noon, { templateMsgId, status: 'success', openId });
    await run();
    // As a kill before any of the outcomes was written down leaves it.
    const open = { status: 'open', pending: null, exceptions: [], msgIds: [] } as const;
    await BroadcastBatchModel.updateMany({}, { $set: open });
    const asBefore = { status: 'sending', settled: 0, cursor: null, counts: NO_COUNTS } as const;
    await BroadcastModel.updateOne({}, { $set: asBefore });
    await run(later(14));
    expect(await getBroadcast(noon, id)).toMatchObject({ counts: { sent: 0, unknown: MEMBERS } });
    expect(await progress(id)).toMatchObject({
      sent: MEMBERS,
      unknown: 0,
      reported: { ...reported, delivered: MEMBERS },
    });
    expect(await failures(id)).toEqual([]);
  });
});

describe('reports of subscription notices', () => {
  const tell = (
    n: number,
    more: { msgId?: string; errorCode?: number; templateId?: string } = {},
  ) =>
    recordSubscriptionDelivery(later(1), {
      openId: openIdOf(n),
      templateId: 'S1',
      msgId: `80${n}`,
      errorCode: 0,
      ...more,
      isDelivered: (more.errorCode ?? 0) === 0,
    });

  test('mean the message of just now with their template, once', async () => {
    const id = await subscriptions();
    await run();
    await tell(0);
    await tell(0);
    await tell(1, { errorCode: 43_101 });
    await tell(2, { templateId: 'S2' });
    expect((await progress(id)).reported).toEqual({ delivered: 1, blocked: 0, failed: 1 });
    expect(await failures(id)).toEqual([
      expect.stringMatching(/^M000001,mem_\w+,failed,errcode 43101,/),
    ]);
  });

  test('may come before the outcome is written down', async () => {
    const id = await subscriptions();
    platform().took = async (msgId, { openIds: [openId = ''] }) =>
      recordSubscriptionDelivery(noon, {
        openId,
        templateId: 'S1',
        msgId,
        errorCode: 0,
        isDelivered: true,
      });
    await run();
    expect((await progress(id)).reported).toEqual({ ...reported, delivered: MEMBERS });
  });

  test('of who was refused by the platform at once are not believed', async () => {
    const id = await subscriptions();
    platform().does = ({ openIds: [openId] }) =>
      openId === openIdOf(3) ? { errcode: 43_101 } : 'takes';
    await run();
    await tell(3);
    expect((await progress(id)).reported).toEqual(reported);
  });
});
