import { type Context, contextAt } from '../../../src/kernel/context.ts';
import { DomainError } from '../../../src/kernel/errors.ts';
import type { OrderId } from '../../../src/kernel/ids.ts';
import { type Ledger, openLedger } from '../../../src/loyalty/ledger/open-ledger.ts';
import { type RelayLoop, relayLoop } from '../../../src/loyalty/ledger/relay-loop.ts';
import { type StoreFlaws, storeOf } from '../world/store.ts';
import { type Process, TICK_MS, type World } from '../world/world.ts';
import { counter, MessagingDown, teller } from './consumers.ts';
import { type OrderStore, orderStoreOf } from './order-store.ts';
import { simulatedCourier } from './redemption.ts';

/** What a process has built when it started. A crash ends it, and the next one builds anew. */
export interface Station {
  readonly process: Process;
  readonly ledger: Ledger;
  readonly relays: RelayLoop;
  readonly orders: OrderStore;
}

export interface FleetParts {
  readonly world: World;
  /** How far each clock may be off, in ticks. */
  readonly skewTicks: number;
  readonly flaws: StoreFlaws;
}

const PROCESSES = 3;

/** Some processes of the service on one database, each with a clock of its own. */
export class Fleet {
  readonly world: World;
  /** Entries that `notify` has seen, in whatever process. */
  readonly told = new Set<string>();
  readonly placedOrders = new Set<OrderId>();
  readonly #flaws: StoreFlaws;
  readonly #stations = new Map<Process, Station>();

  constructor({ world, skewTicks, flaws }: FleetParts) {
    this.world = world;
    this.#flaws = flaws;
    for (let n = 0; n < PROCESSES; n++) {
      const ticks = world.chance.int(2 * skewTicks + 1) - skewTicks;
      const skewMs = ticks * TICK_MS;
      const process: Process = { name: `p${n}`, skewMs, epoch: 0, underWay: new Set() };
      world.processes.push(process);
      this.#start(process);
    }
    world.onCrash = (process) => this.#start(process);
  }

  at(process: Process): Station {
    const station = this.#stations.get(process);
    if (!station) throw new Error(`${process.name} has not started`);
    return station;
  }

  /** Whichever process a request reaches. */
  any(): Process {
    const process = this.world.chance.of(this.world.processes);
    if (!process) throw new Error('no process runs');
    return process;
  }

  contextOf({ skewMs, name }: Process): Context {
    const { nowMs, log } = this.world;
    const actor = { type: 'system', id: 'simulation' } as const;
    return contextAt({ now: new Date(nowMs + skewMs), actor, cause: name, log });
  }

  /** Runs work on a process; when the process crashes it ends with an unknown outcome. */
  run<Result>(
    process: Process,
    work: (station: Station, ctx: Context) => Promise<Result>,
  ): Promise<Result> {
    return new Promise((resolve, reject) => {
      process.underWay.add(reject);
      work(this.at(process), this.contextOf(process))
        .then(resolve, reject)
        .finally(() => process.underWay.delete(reject));
    });
  }

  /** The same, for whoever waits for nothing: what fails is tried again by someone else. */
  begin(process: Process, work: (station: Station, ctx: Context) => Promise<unknown>): void {
    this.run(process, work).catch((error: unknown) => this.tolerate(error));
  }

  /** Refusals and unknown outcomes are part of life; everything else ends the run. */
  tolerate(error: unknown): null {
    if (!(error instanceof DomainError || error instanceof MessagingDown)) this.world.fail(error);
    return null;
  }

  /** Leaves no timer behind. */
  stop(): void {
    for (const { relays } of this.#stations.values()) relays.stop();
  }

  #start(process: Process): void {
    const { world } = this;
    this.#stations.get(process)?.relays.stop();
    const store = storeOf(world, process, this.#flaws);
    const orders = orderStoreOf(world, process);
    const relays = relayLoop(
      () => ledger.engine,
      () => this.contextOf(process),
    );
    const ledger: Ledger = openLedger({
      store,
      consumers: [teller(world, this.told), counter(world, process, store)],
      couriers: (own) => [simulatedCourier(own, orders)],
      onCommitted: (account) => {
        if (!world.faultsOn) return;
        relays.add(account);
        // In place of the timers: a pass that forgets, or one that only relays, or none for a while.
        const pass = world.chance.next();
        if (pass < 0.35) this.begin(process, (own, ctx) => own.relays.flush(ctx));
        else if (pass < 0.55) this.begin(process, (own, ctx) => own.ledger.relay(ctx, [account]));
      },
    });
    this.#stations.set(process, { process, ledger, relays, orders });
  }
}
