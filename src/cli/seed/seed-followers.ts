import { addDays, type BusinessDay, startOfDay, startOfMonth } from '../../kernel/business-day.ts';
import { type Context, contextAt } from '../../kernel/context.ts';
import { type MemberId, newId } from '../../kernel/ids.ts';
import * as checkin from '../../loyalty/checkin/index.ts';
import * as ledger from '../../loyalty/ledger/index.ts';
import * as members from '../../loyalty/members/index.ts';
import * as orders from '../../loyalty/orders/index.ts';
import * as purchases from '../../loyalty/purchases/index.ts';
import { oneOf, type Random, randomFrom } from './random.ts';
import { REWARDS } from './shop-data.ts';

export interface Crowd {
  /** How many followers with a history, beside the three that have a name. */
  readonly members: number;
  readonly days: number;
}

const TILL = 'demo-till';
const AT_ONCE = 8;

/** Followers with a history of so many days: check-ins, purchases, orders in every status. */
export async function seedFollowers(ctx: Context, crowd: Crowd): Promise<void> {
  const numbers = Array.from({ length: crowd.members }, (_, i) => i + 1);
  for (let first = 0; first < numbers.length; first += AT_ONCE) {
    const some = numbers.slice(first, first + AT_ONCE);
    await Promise.all(some.map((n) => follower(ctx, n, crowd.days)));
  }
}

/** 小满: 1,260 points, 120 of them until the end of the month, six days in a row. */
export async function seedXiaoman(ctx: Context): Promise<void> {
  const days = 6;
  const joined = at(ctx, addDays(ctx.today, -40), 9);
  const memberId = await enrolled(joined, 'o_sim_xiaoman');
  const soon = startOfMonth(ctx.today, 1);
  const opening = { points: 120, expiresOn: soon, sources: [{ source: 'opening', points: 120 }] };
  await ledger.post(joined, memberId, 'opening:soon', (book) => {
    book.earn(opening);
    return {};
  });
  for (let ago = days; ago >= 1; ago--) {
    await checkin.checkIn(at(ctx, addDays(ctx.today, -ago), 8), memberId);
  }
  const { available } = await ledger.balanceOf(ctx, memberId);
  const missing = 1260 - available;
  if (missing > 0) await bought(at(ctx, addDays(ctx.today, -3), 12), memberId, missing * 100);
}

/** 老王 was a member and has left. */
export async function seedLaowang(ctx: Context): Promise<void> {
  const joined = at(ctx, addDays(ctx.today, -30), 10);
  const memberId = await enrolled(joined, 'o_sim_laowang');
  await checkin.checkIn(joined, memberId);
  const left = at(ctx, addDays(ctx.today, -10), 20);
  await members.leave(left, { openId: 'o_sim_laowang', at: left.now });
}

async function follower(ctx: Context, n: number, days: number): Promise<void> {
  const random = randomFrom(n * 7919);
  const since = Math.max(2, Math.floor(days * (0.3 + 0.7 * random())));
  const zeal = 0.2 + 0.75 * random();
  const first = addDays(ctx.today, -since);
  const memberId = await enrolled(at(ctx, first, 9), `o_sim_${String(n).padStart(3, '0')}`);
  for (let ago = since; ago >= 1; ago--) {
    const day = addDays(ctx.today, -ago);
    if (random() < zeal) await checkin.checkIn(at(ctx, day, 8 + 12 * random()), memberId);
  }
  const sales = 1 + Math.floor(random() * 4);
  for (let sale = sales; sale >= 1; sale--) {
    const day = addDays(ctx.today, -Math.ceil((since * sale) / (sales + 1)));
    await bought(at(ctx, day, 21), memberId, 1_800 + Math.floor(random() * 40_000));
  }
  await redeemed(ctx, memberId, random);
}

/** Orders of the last days, as long as there are points for one. */
async function redeemed(ctx: Context, memberId: MemberId, random: Random): Promise<void> {
  const { available } = await ledger.balanceOf(ctx, memberId);
  const affordable = REWARDS.filter(({ reward }) => reward.pricePoints <= available);
  if (affordable.length === 0) return;
  const { reward } = oneOf(random, affordable);
  if (reward.fulfilment === 'shipment') await members.setAddress(ctx, memberId, address(random));
  const ago = 2 + Math.floor(random() * 5);
  const placed = at(ctx, addDays(ctx.today, -ago), 22);
  const orderId = newId('ord', placed.now);
  const order = { orderId, memberId, rewardId: reward._id, quotedPoints: reward.pricePoints };
  const { outcome } = await orders.placeOrder(placed, order);
  if (outcome !== 'placed' || reward.fulfilment !== 'shipment' || random() < 0.34) return;
  const trackingNumber = `SF${String(1e9 + Math.floor(random() * 9e9)).slice(0, 10)}`;
  const shipped = at(ctx, addDays(ctx.today, -ago + 1), 17);
  await orders.shipOrder(shipped, { orderId, carrier: '顺丰速运', trackingNumber });
  if (random() < 0.5) await orders.completeOrder(ctx, { orderId });
}

async function enrolled(ctx: Context, openId: string): Promise<MemberId> {
  const { member } = await members.enrol(ctx, { openId, at: ctx.now, by: 'subscribe' });
  return member._id;
}

async function bought(ctx: Context, memberId: MemberId, amountFen: number): Promise<void> {
  const purchaseId = `${memberId.slice(-8)}-${ctx.now.getTime()}`;
  const sale = { purchaseId, memberId, amountFen, paidAt: ctx.now, source: TILL };
  await purchases.recordPurchase(ctx, sale);
}

const STREETS = ['江南大道', '滨盛路', '网商路', '江晖路', '长河路'];
const NAMES = ['王小明', '李佳', '陈静', '赵一鸣', '孙悦', '周宁'];

function address(random: Random): members.Address {
  return {
    name: oneOf(random, NAMES),
    phone: `138${String(10_000_000 + Math.floor(random() * 89_999_999))}`,
    province: '浙江省',
    city: '杭州市',
    district: '滨江区',
    detail: `${oneOf(random, STREETS)} ${1 + Math.floor(random() * 900)} 号`,
  };
}

/** The context of something that happened on a day, at an hour that may have a fraction. */
function at(ctx: Context, day: BusinessDay, hour: number): Context {
  const now = new Date(startOfDay(day).getTime() + Math.floor(hour * 3_600_000));
  return contextAt({ ...ctx, now, cause: `seed:${now.getTime()}` });
}
