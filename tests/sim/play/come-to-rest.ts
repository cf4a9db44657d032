import type { Context } from '../../../src/kernel/context.ts';
import { InvariantError } from '../../../src/kernel/errors.ts';
import { TICK_MS } from '../world/world.ts';
import type { Station } from './fleet.ts';
import { ORDERS, type Order } from './order-store.ts';
import { relayOrders } from './redemption.ts';
import type { Scene } from './scene.ts';

const ROUNDS_MAX = 120;
const TICKS_PER_ROUND = 8;

/** The faults stop; what is under way comes to rest by what the service does by itself. */
export async function comeToRest(scene: Scene): Promise<void> {
  const { world, fleet } = scene;
  world.faultsOn = false;
  // Two look after the same accounts, as two instances do.
  const two = world.processes.slice(0, 2);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    world.passTicks(TICKS_PER_ROUND);
    for (const process of two) {
      const ctx = fleet.contextOf({ ...process, skewMs: aheadMs(scene) });
      await settleAll(scene, fleet.at(process), ctx);
    }
    if (isAtRest(scene)) return;
  }
  throw new InvariantError('L9: it does not come to rest');
}

/** When everything has come: no clock is ahead of this. */
export function restAt(scene: Scene): Date {
  return new Date(scene.world.nowMs + aheadMs(scene));
}

function aheadMs({ setting }: Scene): number {
  return (setting.skewTicks + 1) * TICK_MS;
}

/** What the schedule of one process does. */
async function settleAll(scene: Scene, station: Station, ctx: Context): Promise<void> {
  const { fleet, accountIds } = scene;
  const tolerate = (error: unknown) => fleet.tolerate(error);
  for (const id of accountIds) await station.ledger.settle(ctx, id).catch(tolerate);
  await station.ledger.showUnseen(ctx, 50).catch(tolerate);
  await relayOrders(station, ctx).catch(tolerate);
}

function isAtRest(scene: Scene): boolean {
  const { world, accountIds } = scene;
  const accounts = accountIds.map((id) => scene.account(id));
  const entries = accountIds.flatMap((id) => scene.entries(id));
  return (
    !world.hasLateWrites &&
    openOrders(scene).length === 0 &&
    accounts.every(({ deliveries, outbox }) => deliveries.length + outbox.length === 0) &&
    entries.every(({ unseenBy = [] }) => unseenBy.length === 0)
  );
}

function openOrders({ world }: Scene): readonly Order[] {
  return world.committedUnder<Order>(ORDERS).filter(({ outbox }) => outbox.length > 0);
}
