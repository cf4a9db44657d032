import { addDays, type BusinessDay, businessDayOf } from '../../../src/kernel/business-day.ts';
import type { Context } from '../../../src/kernel/context.ts';
import type { Facts } from '../../../src/kernel/facts.ts';
import { CROCKFORD, type Id, type MemberId } from '../../../src/kernel/ids.ts';
import { extended, streakFacet } from '../../../src/loyalty/checkin/streak.facet.ts';
import type { Book } from '../../../src/loyalty/ledger/book.ts';
import { type Entry, moveOf } from '../../../src/loyalty/ledger/entry.model.ts';
import type { Ledger } from '../../../src/loyalty/ledger/open-ledger.ts';
import type { Posted } from '../../../src/loyalty/ledger/post.ts';
import { entryKey } from '../world/store.ts';
import { TICK_MS } from '../world/world.ts';
import { payFor } from './redemption.ts';
import { REWARD, type Scene } from './scene.ts';

/** One thing that a client does to one account; it may be repeated with the same key, anywhere. */
export interface Act {
  readonly memberId: MemberId;
  keyAt(ctx: Context): string;
  post(ledger: Ledger, ctx: Context): Promise<Posted<Facts>>;
}

/** What an act is made of, all thrown before it begins. */
interface Dice {
  readonly scene: Scene;
  readonly memberId: MemberId;
  readonly key: string;
  /** Unlike any other act's. */
  readonly tag: number;
  readonly points: number;
  readonly today: BusinessDay;
  readonly expiresOn: BusinessDay;
  readonly holdId: string;
  readonly partner: MemberId;
  /** An entry of this member that a client was told of. */
  readonly original: Entry | undefined;
}

type MakeAct = (dice: Dice) => Act;

/** What happens how often, in parts of a thousand. */
const OFTEN: readonly (readonly [weight: number, make: MakeAct])[] = [
  [245, simple((book, { points, expiresOn }) => book.earn({ points, expiresOn }))],
  [120, checkIn],
  [100, simple((book, { points }) => book.spend({ points, purpose: 'redemption' }))],
  [60, simple(hold)],
  [60, simple(endHold)],
  [140, simple((book, { partner, points }) => book.send({ to: partner, points }))],
  [90, redeem],
  [30, simple(clawBack)],
  [30, simple(borrow)],
  [20, simple((book, { expiresOn }) => book.revive({ points: 1, expiresOn }))],
  [30, simple(earnPending)],
  [10, simple(mature)],
  [25, simple(refund)],
  [15, simple((book) => (book.status === 'active' ? book.freeze() : book.unfreeze()))],
  [5, simple(forfeit)],
  [5, simple((book) => book.close())],
  [15, simple(adjust)],
];

/** The next act of a client. */
export function nextAct(scene: Scene, tag: number): Act {
  const { chance, setting } = scene;
  const dice = throwDice(scene, tag);
  if (setting.isEager && chance.is(0.4)) return redeem(dice);
  let place = chance.int(OFTEN.reduce((sum, [weight]) => sum + weight, 0));
  for (const [weight, make] of OFTEN) {
    if (place < weight) return make(dice);
    place -= weight;
  }
  return checkIn(dice);
}

function throwDice(scene: Scene, tag: number): Dice {
  const { chance, members, world, notes } = scene;
  const memberId = chance.of(members) ?? 'mem_nobody';
  const today = businessDayOf(new Date(world.nowMs));
  const note = chance.of(notes.all);
  // Most keys tell their time, by the clock of whoever made them.
  const { skewMs } = scene.fleet.any();
  const madeAt = idOf('tst', world.nowMs + skewMs, tag);
  const { holds } = scene.account(memberId);
  return {
    scene,
    memberId,
    key: chance.is(0.85) ? `act${tag}:${madeAt}` : `act${tag}`,
    tag,
    points: 1 + chance.int(40),
    today,
    expiresOn: addDays(today, 1 + chance.int(6)),
    holdId: chance.of(holds)?.holdId ?? 'none',
    partner: chance.of(members.filter((id) => id !== memberId)) ?? memberId,
    original: note?.accountId === memberId ? world.committed(entryKey(note.entryId)) : undefined,
  };
}

/** An id that tells its time, as `newId` makes them, but the same in every run of a seed. */
function idOf<Prefix extends string>(prefix: Prefix, nowMs: number, tag: number): Id<Prefix> {
  const text = (value: number, chars: number): string =>
    chars === 0 ? '' : text(Math.floor(value / 32), chars - 1) + CROCKFORD[value % 32];
  return `${prefix}_${text(nowMs, 10)}${text(tag, 16)}`;
}

function simple(change: (book: Book, dice: Dice) => unknown): MakeAct {
  return (dice) => ({
    memberId: dice.memberId,
    keyAt: () => dice.key,
    post: (ledger, ctx) =>
      ledger.post(ctx, {
        accountId: dice.memberId,
        key: dice.key,
        decide: (book) => {
          const done = change(book, dice);
          const seen = { balance: book.balance, streakDays: book.facet(streakFacet).days };
          return isDelivery(done) ? { ...seen, deliveryId: done.deliveryId } : seen;
        },
      }),
  });
}

function isDelivery(done: unknown): done is { readonly deliveryId: string } {
  return typeof done === 'object' && done !== null && 'deliveryId' in done;
}

/** As `checkIn` writes it: once a business day, the streak beside the points. */
function checkIn({ memberId }: Dice): Act {
  const keyAt = ({ today }: Context) => `checkin:${today}`;
  return {
    memberId,
    keyAt,
    post: (ledger, ctx) =>
      ledger.post(ctx, {
        accountId: memberId,
        key: keyAt(ctx),
        decide: (book) => {
          const streak = extended(book.facet(streakFacet), ctx.today);
          book.earn({ points: 5, expiresOn: addDays(ctx.today, 6) });
          if (streak.days === 2) book.earn({ points: 20, expiresOn: addDays(ctx.today, 4) });
          book.setFacet(streakFacet, streak);
          return { outcome: 'ok', streakDays: streak.days };
        },
      }),
  };
}

function redeem({ scene, memberId, tag, points }: Dice): Act {
  const orderId = idOf('ord', scene.world.nowMs, tag);
  const pricePoints = 1 + (points % 9);
  const order = { orderId, memberId, rewardId: REWARD, pricePoints, perMember: 4 };
  return {
    memberId,
    keyAt: () => `order:${orderId}`,
    post: async (ledger, ctx) => {
      const posted = await payFor(ledger, ctx, order);
      scene.fleet.placedOrders.add(orderId);
      return posted;
    },
  };
}

function hold(book: Book, { key, points }: Dice) {
  const until = new Date(book.now.getTime() + (20 + points * 5) * TICK_MS);
  book.hold({ holdId: `h${key}`, points: 1 + (points % 20), purpose: 'stake', until });
}

function endHold(book: Book, { holdId, points }: Dice) {
  if (points % 2 === 1) book.capture({ holdId, points: 1 + (points % 7) });
  else book.release({ holdId, because: points % 4 === 0 ? 'merchant' : 'member' });
}

function clawBack(book: Book, { points, original }: Dice) {
  const earned = original?.moves[0];
  book.clawback({ points, ...(earned?.type === 'earn' && { of: earned }) });
}

function borrow(book: Book, { points, today, expiresOn }: Dice) {
  book.borrow({ points, expiresOn, dueOn: addDays(today, 1 + (points % 3)) });
}

function earnPending(book: Book, { points, today }: Dice) {
  const pendingUntil = addDays(today, 1 + (points % 3));
  book.earn({ points, expiresOn: addDays(today, 5), pendingUntil });
}

function mature(book: Book, { original, points, expiresOn }: Dice) {
  if (original?.moves[0]?.held?.pending) book.mature({ of: moveOf(original) });
  else book.earn({ points, expiresOn });
}

const REFUNDED = new Set(['spend', 'capture', 'forfeit']);

function refund(book: Book, { original, points, expiresOn }: Dice) {
  // What paid for an order comes back with the order only.
  const isPayment = original && REFUNDED.has(original.moves[0]?.type ?? '') && !original.deliveries;
  if (isPayment) book.refund({ of: moveOf(original), points: 1 + (points % 5) });
  else book.earn({ points, expiresOn });
}

function forfeit(book: Book, { expiresOn }: Dice) {
  book.forfeit();
  book.earn({ points: 1, expiresOn });
}

function adjust(book: Book, { points, expiresOn }: Dice) {
  book.adjust({ points: points % 2 === 1 ? points : -1, expiresOn });
}
