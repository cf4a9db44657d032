import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { at } from '../../../tests/support/context.ts';
import { useDatabase } from '../../../tests/support/database.ts';
import type { Context } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import { useDataKey } from '../../platform/data-key.ts';
import * as ledger from '../ledger/index.ts';
import * as members from '../members/index.ts';
import * as rules from '../rules/index.ts';
import { AdjustmentModel } from './adjustment.model.ts';
import {
  type AdjustmentInput,
  approveAdjustment,
  getAdjustment,
  listAdjustments,
  rejectAdjustment,
  relayOutbox,
  requestAdjustment,
  settleAdjustment,
} from './index.ts';

const { connection } = useDatabase();
const ctx = at('2026-11-21T10:00:00+08:00');
const later = at('2026-11-21T10:01:00+08:00');
let memberId: MemberId;
let people = 0;

beforeAll(async () => {
  useDataKey(Buffer.alloc(32, 7));
  const { standalone } = connection();
  const clock = () => ctx.now;
  ledger.open({ couriers: [], consumers: [], standalone, clock, log: ctx.log });
  await rules.ensureRulesets(ctx);
});
beforeEach(async () => {
  const openId = `o_${++people}`;
  const { member } = await members.enrol(ctx, { openId, at: ctx.now, by: 'message' });
  memberId = member._id;
  await ledger.post(ctx, memberId, 'gift:1', (book) => {
    book.earn({ points: 100, expiresOn: '2027-12-01' });
    return {};
  });
});
afterAll(() => ledger.close());

function asks(more: Partial<AdjustmentInput> = {}, when: Context = ctx) {
  return requestAdjustment(when, {
    memberId,
    points: 50,
    category: 'correction',
    reason: '收银机故障 𠮷👨‍👩‍👧',
    by: '王芳',
    ...more,
  });
}

async function balance(): Promise<number> {
  await ledger.relayNow(later);
  expect((await ledger.audit(later, { accountId: memberId })).findings).toEqual([]);
  return (await ledger.balanceOf(later, memberId)).available;
}

describe('four eyes', () => {
  test('nothing is booked before another person approves it', async () => {
    const { _id: requestId } = await asks();
    expect(await balance()).toBe(100);
    const booked = await approveAdjustment(later, { requestId, by: '李雷' });
    expect(booked).toMatchObject({ status: 'booked', decidedBy: '李雷', expiresOn: '2027-12-01' });
    expect(await balance()).toBe(150);
    const entry = await ledger.entryOf(later, memberId, `adjustment:${requestId}`);
    const { ruleVersion } = booked;
    expect(ruleVersion).toMatch(/@\d+$/);
    expect(entry?.outcome).toEqual({ points: 50, category: 'correction', ruleVersion });
    expect(JSON.stringify(entry)).not.toMatch(/王芳|李雷|收银机/);
    expect(await AdjustmentModel.findById(requestId).lean()).toMatchObject({ outbox: [] });
  });

  test.each(['王芳', ' 王芳 ', '王\u200b芳', '王 芳'])('%j is who asked', async (by) => {
    const { _id: requestId } = await asks();
    await expect(approveAdjustment(later, { requestId, by })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'APPROVER_IS_REQUESTER',
    });
    expect(await getAdjustment(later, requestId)).toMatchObject({ status: 'requested' });
    expect(await balance()).toBe(100);
  });

  test('who asked may take it back, and may ask again', async () => {
    const { _id: requestId } = await asks();
    const by = '王芳';
    expect(await rejectAdjustment(later, { requestId, by })).toMatchObject({ status: 'rejected' });
    expect(await rejectAdjustment(later, { requestId, by })).toMatchObject({ status: 'rejected' });
    await expect(approveAdjustment(later, { requestId, by: '李雷' })).rejects.toMatchObject({
      code: 'ADJUSTMENT_STATUS_CONFLICT',
    });
    expect((await asks({}, later))._id).not.toBe(requestId);
    expect(await balance()).toBe(100);
  });
});

describe('said twice', () => {
  test('the same words are one request while nobody has decided', async () => {
    const all = await Promise.all([asks(), asks(), asks(), asks({}, later)]);
    expect(new Set(all.map(({ _id }) => _id)).size).toBe(1);
    expect((await asks({ points: 51 }))._id).not.toBe(all[0]?._id);
  });

  test('a case is made good once for each member, also after it was booked', async () => {
    const made = { category: 'compensation', caseRef: '投诉-𠮷7' } as const;
    const { _id: requestId } = await asks(made);
    await approveAdjustment(later, { requestId, by: '李雷' });
    const again = await asks({ ...made, by: '赵敏', reason: '又一次' }, later);
    expect(again).toMatchObject({ _id: requestId, status: 'booked' });
    await expect(asks({ ...made, points: 60 })).rejects.toMatchObject({ code: 'KEY_REUSED' });
    expect(await balance()).toBe(150);
  });

  test('an approval by the same person is the same; by another it comes too late', async () => {
    const { _id: requestId } = await asks();
    await approveAdjustment(later, { requestId, by: '李雷' });
    const again = await approveAdjustment(later, { requestId, by: '李雷' });
    expect(again).toMatchObject({ status: 'booked' });
    for (const decide of [approveAdjustment, rejectAdjustment]) {
      await expect(decide(later, { requestId, by: '赵敏' })).rejects.toMatchObject({
        code: 'ADJUSTMENT_STATUS_CONFLICT',
      });
    }
    expect(await balance()).toBe(150);
  });

  test('of two approvals at once one books', async () => {
    const { _id: requestId } = await asks();
    const all = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((by) => approveAdjustment(later, { requestId, by })),
    );
    expect(all.map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(await balance()).toBe(150);
  });

  test('an approval sent several times at once is done once, and all are told so', async () => {
    const { _id: requestId } = await asks({ points: -100 });
    const all = await Promise.all(
      Array.from({ length: 6 }, () => approveAdjustment(later, { requestId, by: '李雷' })),
    );
    expect(all.map(({ status }) => status)).toEqual(Array(6).fill('booked'));
    expect(await balance()).toBe(0);
  });

  test('an approval and a rejection at once agree on who was first', async () => {
    const { _id: requestId } = await asks();
    const [approved] = await Promise.allSettled([
      approveAdjustment(later, { requestId, by: 'a' }),
      rejectAdjustment(later, { requestId, by: 'b' }),
    ]);
    const { status } = await getAdjustment(later, requestId);
    expect(status).toBe(approved.status === 'fulfilled' ? 'booked' : 'rejected');
    expect(await balance()).toBe(status === 'booked' ? 150 : 100);
  });
});

describe('a process that dies', () => {
  /** Approved, and dead before the books had it. */
  async function approvedOnly() {
    const { _id: requestId } = await asks();
    const event = { type: 'adjustment.approved', requestId } as const;
    const item = { itemId: 'i', event, dueAt: ctx.now, failures: 0 };
    const set = { status: 'approved', decidedBy: '李雷', decidedAt: ctx.now };
    await AdjustmentModel.updateOne(
      { _id: requestId },
      { $set: { ...set, expiresOn: '2027-12-01', outbox: [item] } },
    );
    return requestId;
  }

  test('after the approval: the relay books it, once', async () => {
    const requestId = await approvedOnly();
    expect(await relayOutbox(later, settleAdjustment)).toEqual({ done: 1, more: false });
    expect(await relayOutbox(later, settleAdjustment)).toEqual({ done: 0, more: false });
    expect(await getAdjustment(later, requestId)).toMatchObject({ status: 'booked' });
    expect(await balance()).toBe(150);
  });

  test('after the approval: who repeats it finishes it', async () => {
    const requestId = await approvedOnly();
    await approveAdjustment(later, { requestId, by: '李雷' });
    expect(await balance()).toBe(150);
  });

  test('after the booking: whoever comes next notes it and books nothing', async () => {
    const { _id: requestId } = await asks();
    await approveAdjustment(later, { requestId, by: '李雷' });
    await AdjustmentModel.updateOne({ _id: requestId }, { $set: { status: 'approved' } });
    expect(await settleAdjustment(later, { requestId })).toMatchObject({ status: 'booked' });
    expect(await balance()).toBe(150);
  });
});

describe('points that are taken', () => {
  test('are at most what is there, and it is told how many that are', async () => {
    await expect(asks({ points: -101 })).rejects.toMatchObject({
      code: 'POINTS_INSUFFICIENT',
      message: expect.stringContaining('there are only 100 points, and 101 would be taken'),
      details: { balance: 100, needed: 101, missing: 1 },
    });
    const { _id: requestId } = await asks({ points: -100 });
    const booked = await approveAdjustment(later, { requestId, by: '李雷' });
    expect(booked).toMatchObject({ status: 'booked', expiresOn: null });
    expect(await balance()).toBe(0);
  });

  test('stay, and so does the request, when they were spent before the approval', async () => {
    const { _id: requestId } = await asks({ points: -60 });
    const spend = (points: number, key: string) =>
      ledger.post(ctx, memberId, key, (book) => {
        book.spend({ points, purpose: 'redemption' });
        return {};
      });
    await spend(50, 'order:1');
    await expect(approveAdjustment(later, { requestId, by: '李雷' })).rejects.toMatchObject({
      code: 'POINTS_INSUFFICIENT',
    });
    expect(await getAdjustment(later, requestId)).toMatchObject({ status: 'requested' });
    await AdjustmentModel.updateOne({ _id: requestId }, { $set: { status: 'approved' } });
    expect(await settleAdjustment(later, { requestId })).toMatchObject({
      status: 'refused',
      refusal: 'POINTS_INSUFFICIENT',
    });
    expect(await balance()).toBe(50);
  });

  test('of two that only fit alone, one is booked', async () => {
    const one = await asks({ points: -60 });
    const two = await asks({ points: -60, reason: 'other' });
    const both = await Promise.allSettled(
      [one, two].map(({ _id }) => approveAdjustment(later, { requestId: _id, by: '李雷' })),
    );
    const codes = both.map((one) => (one.status === 'fulfilled' ? 'booked' : one.reason.code));
    expect(codes.toSorted()).toEqual(['POINTS_INSUFFICIENT', 'booked']);
    expect(await balance()).toBe(40);
  });
});

test.each([
  ['2027-01-31T23:59:59+08:00', '2028-02-01'],
  ['2027-02-01T00:00:00+08:00', '2028-03-01'],
  ['2027-12-31T23:59:59+08:00', '2029-01-01'],
  ['2028-02-29T12:00:00+08:00', '2029-03-01'],
])('what is added at %s is valid like an earning of that day: before %s', async (instant, day) => {
  const when = at(instant);
  const { _id: requestId } = await asks({}, when);
  const booked = await approveAdjustment(when, { requestId, by: '李雷' });
  const today = { kind: 'task', taskPoints: 50, today: when.today } as const;
  const earning = rules.quote(await rules.current(when), today);
  expect([booked.expiresOn, earning.expiresOn]).toEqual([day, day]);
  const entry = await ledger.entryOf(when, memberId, `adjustment:${requestId}`);
  expect(entry?.moves[0]?.given).toEqual([{ kind: 'general', expiresOn: day, points: 50 }]);
});

test('it expires from the day of the approval on, however long ago it was asked for', async () => {
  const { _id: requestId } = await asks({}, at('2027-01-31T23:59:59+08:00'));
  const next = at('2027-02-01T00:00:00+08:00');
  const booked = await approveAdjustment(next, { requestId, by: '李雷' });
  expect(booked.expiresOn).toBe('2028-03-01');
});

describe('what is refused before anything is kept', () => {
  test.each([
    [0, 'POINTS_INVALID'],
    [1.5, 'POINTS_INVALID'],
    [Number.NaN, 'POINTS_INVALID'],
    [1_000_000_001, 'POINTS_INVALID'],
    [-1_000_000_001, 'POINTS_INVALID'],
    [2 ** 53, 'POINTS_INVALID'],
  ])('%d points', async (points, code) => {
    await expect(asks({ points })).rejects.toMatchObject({ code });
  });

  test.each([
    [{ reason: '' }, 'REASON_INVALID'],
    [{ reason: '𠮷'.repeat(201) }, 'REASON_INVALID'],
    [{ reason: 'a\nb' }, 'REASON_INVALID'],
    [{ by: '\u200b' }, 'NAME_INVALID'],
    [{ caseRef: ' ' }, 'CASE_INVALID'],
    [{ caseRef: '𠮷'.repeat(65) }, 'CASE_INVALID'],
    [{ memberId: newId('mem', ctx.now) }, 'MEMBER_NOT_FOUND'],
  ])('%j', async (more, code) => {
    await expect(asks(more)).rejects.toMatchObject({ code });
    expect(await listAdjustments(ctx, { memberId, limit: 1 })).toEqual([]);
  });

  test('an approval of what nobody asked for, and a change of a closed account', async () => {
    const requestId = newId('adj', ctx.now);
    await expect(approveAdjustment(ctx, { requestId, by: 'a' })).rejects.toMatchObject({
      code: 'ADJUSTMENT_NOT_FOUND',
    });
    await ledger.post(ctx, memberId, 'close:1', (book) => {
      book.close();
      return {};
    });
    await expect(asks()).rejects.toMatchObject({ code: 'ACCOUNT_CLOSED' });
  });
});

test('a frozen account is corrected all the same', async () => {
  await ledger.post(ctx, memberId, 'freeze:1', (book) => {
    book.freeze();
    return {};
  });
  const { _id: requestId } = await asks({ points: -30 });
  await approveAdjustment(later, { requestId, by: '李雷' });
  expect(await balance()).toBe(70);
});

test('thousands of requests are read page by page, each of them once', async () => {
  const made = Array.from({ length: 2345 }, (_, n) => ({
    _id: newId('adj', ctx.now),
    memberId,
    points: n + 1,
    category: 'migration' as const,
    reason: `𠮷 ${n}`,
    requestedBy: '王芳',
    requestedAt: ctx.now,
    status: 'requested' as const,
  }));
  await AdjustmentModel.insertMany(made);
  const seen: string[] = [];
  for (let before: (typeof made)[number]['_id'] | undefined; ; ) {
    const where = { memberId, status: 'requested', limit: 1000 } as const;
    const page = await listAdjustments(ctx, { ...where, ...(before && { before }) });
    expect(page.length).toBeLessThanOrEqual(100);
    seen.push(...page.map(({ _id }) => _id));
    if (page.length === 0) break;
    before = page.at(-1)?._id;
  }
  const newestFirst = made.map(({ _id }) => _id).toSorted((a, b) => (a < b ? 1 : -1));
  expect(seen).toEqual(newestFirst);
});
