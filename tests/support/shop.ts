import { afterAll, beforeAll, expect } from 'vitest';
import type { Context } from '../../src/kernel/context.ts';
import { type MemberId, newId, type OrderId, type RewardId } from '../../src/kernel/ids.ts';
import * as ledger from '../../src/loyalty/ledger/index.ts';
import * as mall from '../../src/loyalty/mall/index.ts';
import * as members from '../../src/loyalty/members/index.ts';
import { useDataKey } from '../../src/platform/data-key.ts';
import { at } from './context.ts';
import { useDatabase } from './database.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A shop with an open ledger; `couriers` carry what is sent, `consumers` are shown each entry. */
export function useShop({
  couriers,
  consumers = [],
}: {
  readonly couriers: readonly ledger.Courier[];
  readonly consumers?: readonly ledger.Consumer[];
}): void {
  const { connection } = useDatabase();
  beforeAll(() => {
    useDataKey(Buffer.alloc(32, 7));
    const { standalone } = connection();
    const clock = () => at('2026-11-21T10:00:00+08:00').now;
    ledger.open({ couriers, consumers, standalone, clock, log: silent });
  });
  afterAll(() => ledger.close());
}

/** Puts a reward on the shelf, 380 points and a code unless said, with nothing in stock. */
export async function shelve(ctx: Context, more: Partial<mall.Reward> = {}): Promise<RewardId> {
  const _id = newId('rwd', ctx.now);
  await mall.ensureReward(ctx, {
    _id,
    name: '燕麦拿铁券',
    unit: '张',
    pricePoints: 380,
    fulfilment: 'code',
    validDays: 30,
    perMember: null,
    availableFrom: null,
    availableUntil: null,
    status: 'on',
    order: 1,
    description: '',
    ...more,
  });
  return _id;
}

/** A follower with points, in two lots: 100 that expire soon, the rest a year later. */
export async function follower(ctx: Context, points: number): Promise<MemberId> {
  const openId = `o_${newId('usr', ctx.now)}`;
  const { member } = await members.enrol(ctx, { openId, at: ctx.now, by: 'subscribe' });
  await ledger.post(ctx, member._id, 'gift:1', (book) => {
    const soon = Math.min(points, 100);
    book.earn({ points: soon, expiresOn: '2026-12-01' });
    if (points > soon) book.earn({ points: points - soon, expiresOn: '2027-12-01' });
    return {};
  });
  return member._id;
}

/** What a confirmation carries: an order of a reward at the price it was quoted. */
export function confirmation(
  ctx: Context,
  { memberId, rewardId }: { readonly memberId: MemberId; readonly rewardId: RewardId },
): { orderId: OrderId; memberId: MemberId; rewardId: RewardId; quotedPoints: number } {
  return { orderId: newId('ord', ctx.now), memberId, rewardId, quotedPoints: 380 };
}

/** The lots of an account that are valid now, soonest first. */
export function lotsOf(ctx: Context, accountId: ledger.AccountId) {
  return ledger.expiringOf(ctx, accountId, '9999-12-31');
}

/** Proves every account of this database. */
export async function expectCleanBooks(ctx: Context): Promise<void> {
  const { findings } = await ledger.audit(ctx, {});
  expect(findings).toEqual([]);
}
