import type { Context } from '../../../src/kernel/context.ts';
import { InvariantError } from '../../../src/kernel/errors.ts';
import type { Facts } from '../../../src/kernel/facts.ts';
import type { Sent } from '../../../src/loyalty/ledger/carry.ts';
import type { AccountId } from '../../../src/loyalty/ledger/points.ts';
import type { Posted } from '../../../src/loyalty/ledger/post.ts';
import type { Station } from './fleet.ts';
import { relayOrders } from './redemption.ts';
import { repeatLate } from './repeat-late.ts';
import type { Scene } from './scene.ts';

type Work = (station: Station, ctx: Context) => Promise<unknown>;

/** What goes on beside a client: couriers, sweeps, cancellations, reads, time, very late repeats. */
export async function meanwhile(
  scene: Scene,
  accountId: AccountId,
  posted: Posted<Facts> | null,
): Promise<void> {
  const { chance, world, fleet } = scene;
  const sometimes = (probability: number, work: Work): void => {
    if (chance.is(probability)) fleet.begin(fleet.any(), work);
  };
  carrySome(scene, sometimes, { accountId, deliveryId: String(posted?.outcome.deliveryId ?? '') });
  cancelSome(scene, sometimes);
  const other = chance.of(scene.accountIds) ?? accountId;
  sometimes(0.4, ({ ledger }, ctx) => ledger.settle(ctx, other));
  sometimes(0.1, ({ ledger }, ctx) => ledger.settleDue(ctx, 3));
  sometimes(0.05, ({ ledger }, ctx) => ledger.showUnseen(ctx, 20));
  sometimes(0.1, (station, ctx) => readStatement(station, ctx, accountId));
  if (chance.is(0.08)) {
    await new Promise((resolve) => setImmediate(resolve));
    world.passTicks(chance.int(120));
  }
  if (chance.is(0.15)) await repeatLate(scene);
}

type Sometimes = (probability: number, work: Work) => void;

function carrySome(scene: Scene, sometimes: Sometimes, just: Sent): void {
  const { chance, sent, notes, setting } = scene;
  const carry =
    (it: Sent): Work =>
    async ({ ledger }, ctx) =>
      notes.takeReceipt(it.deliveryId, await ledger.carry(ctx, it));
  if (just.deliveryId) {
    sent.push(just);
    sometimes(setting.isEager ? 0.9 : 0.5, carry(just));
    // Two couriers at once.
    if (setting.isEager) sometimes(0.9, carry(just));
  }
  const earlier = chance.of(sent);
  if (earlier) sometimes(setting.isEager ? 0.5 : 0.15, carry(earlier));
}

function cancelSome({ chance, fleet }: Scene, sometimes: Sometimes): void {
  const orderId = chance.of([...fleet.placedOrders]);
  if (!orderId) return;
  const isRelayed = chance.is(0.5);
  sometimes(0.12, async (station, ctx) => {
    const isCancelled = await station.orders.cancel(ctx, orderId);
    if (isCancelled || isRelayed) await relayOrders(station, ctx);
  });
}

async function readStatement(
  { ledger }: Station,
  ctx: Context,
  accountId: AccountId,
): Promise<void> {
  const { entries } = await ledger.statementOf(ctx, { accountId, limit: 5 });
  for (const [n, { seq }] of entries.entries()) {
    if (seq !== (entries[0]?.seq ?? 0) - n) throw new InvariantError('L4: a statement has a gap');
  }
}
