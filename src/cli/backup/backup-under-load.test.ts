import { expect, test } from 'vitest';
import type { Document } from '../../../tests/support/backup-file.ts';
import { useRestorable } from '../../../tests/support/restored.ts';
import { confirmation, expectCleanBooks, follower, shelve } from '../../../tests/support/shop.ts';
import type { MemberId, RewardId } from '../../kernel/ids.ts';
import * as cases from '../../loyalty/cases/index.ts';
import * as checkin from '../../loyalty/checkin/index.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as mall from '../../loyalty/mall/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import * as purchases from '../../loyalty/purchases/index.ts';
import * as risk from '../../loyalty/risk/index.ts';
import { database } from '../../platform/mongo.ts';

const shop = useRestorable();

/** The same numbers for the same seed. */
function diceOf(seed: number): (sides: number) => number {
  let state = seed * 2_654_435_761;
  return (sides) => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) | 0;
    return Math.abs(state ^ (state >>> 13)) % sides;
  };
}

/** Twelve followers of a shop that is open: whatever they do, they do at once. */
class Crowd {
  readonly members: MemberId[] = [];
  readonly rewards: RewardId[] = [];
  private readonly roll: (sides: number) => number;
  private n = 0;

  constructor(seed: number) {
    this.roll = diceOf(seed);
  }

  async gather(): Promise<void> {
    for (let i = 0; i < 12; i++) this.members.push(await follower(shop.ctx(), 2000));
    await this.openReward('code');
    await this.openReward('shipment');
  }

  /** Several of them at once. */
  async act(): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => this.one()));
  }

  private pick<Item>(list: readonly Item[]): Item {
    return list[this.roll(list.length)] as Item;
  }

  private async one(): Promise<void> {
    this.n++;
    const [from, to] = [this.pick(this.members), this.pick(this.members)];
    const act = this.roll(18);
    if (act < 6) await this.redeem(from);
    else if (act < 10) await this.give(from, to);
    else if (act < 12) await this.buy(from);
    else if (act < 13) await checkin.checkIn(shop.ctx(), from);
    else if (act < 14) this.members.push(await follower(shop.ctx(), 2000));
    else if (act < 15) await this.restock();
    else if (act < 17) await this.decide(from);
    else await this.openReward(this.roll(2) ? 'code' : 'shipment');
  }

  private async redeem(memberId: MemberId): Promise<void> {
    const ctx = shop.ctx();
    const reward = await mall.getReward(ctx, this.pick(this.rewards));
    if (reward.fulfilment === 'shipment') return this.redeemMug(memberId, reward._id);
    await orders
      .placeOrder(ctx, confirmation(ctx, { memberId, rewardId: reward._id }))
      .catch(short);
  }

  /** Without an address nobody is sent a parcel; the payment is what the courier sees anyway. */
  private async redeemMug(memberId: MemberId, rewardId: RewardId): Promise<void> {
    const ctx = shop.ctx();
    const { orderId } = confirmation(ctx, { memberId, rewardId });
    const posted = await ledger
      .post(ctx, memberId, `order:${orderId}`, (book) => {
        const refundable = book.spend({ points: 90, purpose: 'redemption' });
        const promised = { rewardName: '马克杯', unit: '个', pricePoints: 90 };
        const payload = { ...promised, rewardId, fulfilment: 'shipment' };
        const { deliveryId } = book.deliver({ type: 'order', to: orderId, payload, refundable });
        return { deliveryId };
      })
      .catch(short);
    // Now and then the process dies in between.
    if (posted && this.roll(4)) await ledger.carry(ctx, memberId, posted.outcome.deliveryId);
  }

  private async give(from: MemberId, to: MemberId): Promise<void> {
    const ctx = shop.ctx();
    const points = 1 + this.roll(300);
    const posted = await ledger
      .post(ctx, from, `gift:${this.n}:${ctx.now.getTime()}`, (book) => {
        const { deliveryId } = book.send({ to, points });
        return { deliveryId };
      })
      .catch(short);
    if (posted && this.roll(4)) await ledger.carry(ctx, from, posted.outcome.deliveryId);
  }

  private async buy(memberId: MemberId): Promise<void> {
    const ctx = shop.ctx();
    const sale = { purchaseId: `till-${ctx.now.getTime()}`, memberId, amountFen: 20_000 };
    await purchases.recordPurchase(ctx, { ...sale, paidAt: ctx.now, source: 'till' });
  }

  /** Somebody freezes a member and opens the account again, and two people correct it. */
  private async decide(memberId: MemberId): Promise<void> {
    const [about, by] = [`${this.n}`, '王芳'];
    const sanction = { accountId: memberId, reason: about, by };
    await risk.freeze(shop.ctx(), sanction).catch(decided);
    const asked = { memberId, points: 10, category: 'correction', reason: about, by } as const;
    const { _id: requestId } = await cases.requestAdjustment(shop.ctx(), asked);
    await cases.approveAdjustment(shop.ctx(), { requestId, by: '李雷' });
    await risk.unfreeze(shop.ctx(), sanction).catch(decided);
  }

  private async restock(): Promise<void> {
    const ctx = shop.ctx();
    const { _id: rewardId, fulfilment } = await mall.getReward(ctx, this.pick(this.rewards));
    const batchId = `batch-${ctx.now.getTime()}`;
    const codes = Array.from({ length: 3 }, (_, i) => `CODE-${ctx.now.getTime()}-${i}`);
    if (fulfilment === 'code') await mall.addCodes(ctx, { rewardId, batchId, codes });
    else await mall.restock(ctx, { rewardId, batchId, pieces: 3 });
  }

  private async openReward(fulfilment: mall.Fulfilment): Promise<void> {
    const rewardId = await shelve(shop.ctx(), { fulfilment, perMember: null });
    const codes = Array.from({ length: 4 }, (_, i) => `${rewardId.slice(-6)}-${i}`);
    if (fulfilment === 'code') {
      await mall.addCodes(shop.ctx(), { rewardId, batchId: 'first', codes });
    } else await mall.restock(shop.ctx(), { rewardId, batchId: 'first', pieces: 4 });
    this.rewards.push(rewardId);
  }
}

/** Some have too few points, or too much under way. */
function short(error: unknown): null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'POINTS_INSUFFICIENT' || code === 'DELIVERIES_TOO_MANY') return null;
  // Somebody is deciding about them just now.
  if (code === 'ACCOUNT_FROZEN') return null;
  throw error;
}

/** Somebody else was quicker. */
function decided(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['ACCOUNT_NOT_ACTIVE', 'ACCOUNT_NOT_FROZEN', 'SANCTION_BUSY'].includes(code)) throw error;
}

async function stored(collection: string): Promise<readonly Document[]> {
  return database().collection<Document>(collection).find().toArray();
}

/** Everything that shop, stock and members say of each other must be true. */
async function expectOneTruth(): Promise<void> {
  await expectCleanBooks(shop.ctx());
  const [accounts, entries, codes] = [
    await stored('accounts'),
    (await stored('entries')) as unknown as readonly ledger.Entry[],
    await stored('reward_codes'),
  ];
  expect(accounts.flatMap(({ deliveries }) => deliveries as unknown[])).toEqual([]);
  const membersThere = new Set((await stored('members')).map(({ _id }) => _id));
  const homeless = accounts.filter(({ _id }) => _id.startsWith('mem_') && !membersThere.has(_id));
  expect(homeless).toEqual([]);
  const made = (await stored('orders')).map(({ _id }) => _id).toSorted();
  const of = (key: string) => key.slice('order:'.length);
  const isSpend = ({ moves }: ledger.Entry) => moves.some(({ type }) => type === 'spend');
  const refused = new Set(entries.flatMap(({ answered = [] }) => answered));
  const about = entries.filter((entry) => entry.reason === 'order' && isSpend(entry));
  const claimed = about.filter(({ accountId }) => accountId.startsWith('stock:'));
  const paid = about.filter(
    ({ deliveries = [] }) => deliveries[0] && !refused.has(deliveries[0].deliveryId),
  );
  expect(claimed.map(({ key }) => of(key)).toSorted()).toEqual(made);
  expect(paid.map(({ key }) => of(key)).toSorted()).toEqual(made);
  // What people decided is in the books, and nothing else is.
  const sanctions = (await stored('sanctions')).map(({ _id, verb, status }) => [
    `${verb}:${_id}`,
    status,
  ]);
  const requests = (await stored('adjustment_requests')).map(({ _id, status }) => [
    `adjustment:${_id}`,
    status,
  ]);
  const decisions = [...sanctions, ...requests].filter(([, status]) => status !== 'requested');
  const booked = entries.filter(({ key }) => /^(freeze|unfreeze|adjustment):/.test(key));
  expect(booked.map(({ key }) => key).toSorted()).toEqual(decisions.map(([key]) => key).toSorted());
  // A piece that can be claimed has its code, and an order its own.
  const issued = codes.flatMap(({ orderId }) => (orderId ? [String(orderId)] : []));
  const wanted = (await stored('orders')).filter(({ fulfilment }) => fulfilment === 'code');
  expect(issued.toSorted()).toEqual(wanted.map(({ _id }) => _id).toSorted());
  for (const rewardId of new Set(codes.map((code) => code.rewardId as RewardId))) {
    const free = codes.filter((code) => code.rewardId === rewardId && code.state === 'free');
    const { available } = await ledger.balanceOf(shop.ctx(), `stock:${rewardId}`);
    expect(free.length, rewardId).toBeGreaterThanOrEqual(available);
  }
}

test.each([1, 2, 3])(
  'a backup of a shop that is open restores to books that are true (%i)',
  { timeout: 120_000 },
  async (seed) => {
    await shop.empty();
    const crowd = new Crowd(seed);
    await crowd.gather();
    for (let i = 0; i < 4; i++) await crowd.act();
    if (seed % 2) await ledger.relayNow(shop.ctx());
    const heads = await stored('accounts');
    // The shop closes before the backup ends, which could not catch up with it for ever.
    let busy = 4;
    const pause = async () => {
      if (busy-- > 0) await crowd.act();
    };
    const say = (line: string) => {
      // What follows the orders is where accounts and orders come apart.
      if (line.startsWith('… orders') || line.startsWith('… tasks')) busy = 16;
      if (line.startsWith('… accounts')) busy = 4;
    };
    const file = await shop.backUp({ chunkDocuments: 4, pause, say });
    const said = await shop.restore(file);
    // The shop did change under its backup: something had to be cut, or carried again.
    const cuts = said.filter((line) => !line.startsWith('…'));
    expect(cuts).not.toEqual([]);
    await expectOneTruth();
    // Nothing that was there when the backup began is missing.
    const entries = (await stored('entries')) as unknown as readonly ledger.Entry[];
    const hashes = new Map(entries.map(({ _id, hash }) => [String(_id), hash]));
    for (const { _id, seq, chainHead } of heads) {
      expect(hashes.get(`${_id}.${String(seq).padStart(9, '0')}`)).toBe(chainHead);
    }
    // And the shop opens again.
    for (let i = 0; i < 3; i++) await crowd.act().catch(gone);
    await ledger.relayNow(shop.ctx());
    await expectCleanBooks(shop.ctx());
  },
);

/** Who joined, and what came in, after the backup is not there any more. */
function gone(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!code.endsWith('NOT_FOUND')) throw error;
}
