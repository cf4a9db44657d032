import { afterEach, describe, expect, test, vi } from 'vitest';
import { useNoticeDesk } from '../../tests/support/notice-desk.ts';
import { shelve } from '../../tests/support/shop.ts';
import { DomainError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import * as ledger from '../loyalty/ledger/index.ts';
import * as mall from '../loyalty/mall/index.ts';
import * as orders from '../loyalty/orders/index.ts';
import {
  keepSubscriptions,
  openWindow,
  remindOfCheckIn,
  sendNotices,
  tellCode,
  tellParked,
} from './index.ts';
import { NoticeModel } from './notice.model.ts';
import { PushCountsModel } from './push-counts.model.ts';
import { SubscriptionModel } from './subscription.model.ts';

const desk = useNoticeDesk();
afterEach(() => {
  vi.restoreAllMocks();
});

/** The process dies: what it had sent to the database is there, and nothing after it. */
class Killed extends DomainError {
  constructor() {
    super({ kind: 'unavailable', code: 'KILLED', message: 'the process died' });
  }
}

type When = 'before' | 'after';

/** Kills the process at the nth write. */
function killAt(nth: number, when: When): { readonly wasKilled: () => boolean } {
  let count = 0;
  const watched = [
    [NoticeModel, 'updateOne'],
    [PushCountsModel, 'updateMany'],
    [SubscriptionModel, 'updateOne'],
  ] as const;
  for (const [model, method] of watched) {
    const models = model as unknown as Record<string, (...given: unknown[]) => unknown>;
    const write = models[method];
    vi.spyOn(models, method).mockImplementation((...given: unknown[]) => {
      count++;
      const dies = count === nth;
      const written = async () => {
        if (dies && when === 'before') throw new Killed();
        const result = await write?.apply(model, given);
        if (dies) throw new Killed();
        return result;
      };
      return written();
    });
  }
  return { wasKilled: () => count >= nth };
}

/** One notice that is due, by the way it goes. */
interface Case {
  readonly name: string;
  readonly begin: () => Promise<{ readonly noticeId: string }>;
  /** Whether the platform sends the same id once. */
  readonly dedupes: boolean;
}

const CASES: readonly Case[] = [
  { name: 'a template message', dedupes: true, begin: () => desk.parcel() },
  { name: 'a subscription notice', dedupes: true, begin: reminder },
  { name: 'a customer message', dedupes: false, begin: lateCode },
];

async function reminder() {
  const member = await desk.follower();
  const openId = member.openId ?? '';
  const answers = [{ templateId: 'SUB_CHECKIN', choice: 'accept' } as const];
  await keepSubscriptions(desk.ctx({ cause: 'popup:1' }), { openId, answers });
  await keepSubscriptions(desk.ctx({ cause: 'popup:2' }), { openId, answers });
  await remindOfCheckIn(desk.ctx(), member._id);
  desk.now = new Date('2026-11-22T09:00:00+08:00');
  return { noticeId: `checkin-reminder:${member._id}:2026-11-22` };
}

async function lateCode() {
  const ctx = desk.ctx();
  const member = await desk.follower();
  const memberId = member._id;
  await openWindow(desk.keyValue, { openId: member.openId ?? '', by: 'message', at: ctx.now });
  await ledger.post(ctx, memberId, 'gift:1', (book) => {
    book.earn({ points: 500, expiresOn: '2027-12-01' });
    return {};
  });
  const rewardId = await shelve(ctx);
  await mall.addCodes(ctx, {
    rewardId,
    batchId: 'a',
    codes: [`K${newId('usr', ctx.now).slice(-9)}`],
  });
  const orderId = newId('ord', ctx.now);
  await orders.placeOrder(ctx, { orderId, memberId, rewardId, quotedPoints: 380 });
  await tellCode(ctx, { type: 'order.completed', orderId });
  return { noticeId: `order-code:${orderId}` };
}

/** What the member sees: the platform sends an id once within ten minutes. */
function arrivals({ dedupes }: Case): number {
  if (!dedupes) return desk.asked.length;
  const firstAt = new Map<string | undefined, number>();
  return desk.asked.filter(({ id, at }) => {
    const first = firstAt.get(id);
    if (first !== undefined && at.getTime() - first < 10 * 60_000) return false;
    firstAt.set(id, at.getTime());
    return true;
  }).length;
}

/** The life of one notice whose process dies once: what became of it, and whether it did die. */
async function lived(one: Case, nth: number, when: When) {
  desk.forgetAll();
  desk.now = new Date('2026-11-21T10:00:00+08:00');
  const { noticeId } = await one.begin();
  await NoticeModel.deleteMany({ _id: { $ne: noticeId } });
  desk.asked.length = 0;
  const { wasKilled } = killAt(nth, when);
  await sendNotices(desk.ctx(), desk.sender()).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  vi.restoreAllMocks();
  for (const minutes of [0, 1, 2, 10, 60]) {
    desk.wait(minutes);
    await sendNotices(desk.ctx(), desk.sender());
  }
  await tellParked(desk.ctx(), [noticeId]);
  const notice = await NoticeModel.findById(noticeId).lean();
  const isTold = notice?.attempts?.at(-1)?.channel === 'next-contact';
  return { status: notice?.status ?? 'gone', isTold, came: arrivals(one), died: wasKilled() };
}

describe.each(CASES)('$name', (one) => {
  test.each(['before', 'after'] as const)(
    'is neither lost nor sent twice when its process dies %s any write',
    async (when) => {
      const ends = new Set<string>();
      for (let nth = 1, died = true; died; nth++) {
        const life = await lived(one, nth, when);
        died = life.died;
        ends.add(life.status);
        const where = `${when} write ${nth}: ${life.status}`;
        if (life.status === 'sent') expect(life.came, where).toBe(life.isTold ? 0 : 1);
        else expect(life.came, where).toBeLessThanOrEqual(1);
      }
      const allowed = one.dedupes ? ['sent'] : ['sent', 'unknown'];
      expect([...ends].toSorted()).toEqual(allowed);
    },
    60_000,
  );
});
