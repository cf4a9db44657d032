import { DAY_MS } from '../../../src/kernel/business-day.ts';
import type { Log } from '../../../src/kernel/context.ts';
import { InvariantError } from '../../../src/kernel/errors.ts';
import { StoreError } from '../../../src/loyalty/ledger/store.ts';
import type { ServerRead, ServerWrite, ShardRead } from './calls.ts';
import { Chance } from './chance.ts';
import { type Documents, Shard } from './shard.ts';

/** The unit of virtual time: a quarter of an hour. */
export const TICK_MS = DAY_MS / 96;
const STEPS_MAX = 300_000;
const BEGIN = Date.parse('2026-03-01T00:00:00Z');

/** One process of the service. When it crashes it begins a new epoch and remembers nothing. */
export interface Process {
  readonly name: string;
  readonly skewMs: number;
  epoch: number;
  /** What ends when it crashes. */
  readonly underWay: Set<(error: Error) => void>;
}

/** Somebody who waits for the scheduler, and what the network then delivers to the server. */
interface Wait {
  readonly process: Process | null;
  readonly epoch: number;
  readonly resolve: () => void;
  readonly send?: () => void;
  /** On its way although its sender is gone. */
  isLate: boolean;
}

/** What happened, by name. */
export type Tally = Record<string, number>;

/**
 * A world that repeats itself by its seed: virtual time, processes that crash, two shards that fail
 * over. Whoever calls the database waits until the scheduler picks it, among all that wait; at each of
 * these points a fault may happen instead.
 */
export class World {
  readonly chance: Chance;
  readonly faults: number;
  nowMs = BEGIN;
  /** While there are faults time passes by itself. */
  faultsOn = true;
  readonly shards: readonly [Shard, Shard] = [new Shard(), new Shard()];
  readonly processes: Process[] = [];
  readonly tally: Tally = {};
  onCrash: (process: Process) => void = () => undefined;
  readonly #seed: number;
  readonly #layout = new Map<string, Shard>();
  #waiting: Wait[] = [];
  #failure: unknown = null;

  constructor(seed: number, faults: number) {
    this.#seed = seed;
    this.chance = new Chance(seed);
    this.faults = faults;
  }

  /** What the product logs; a broken law that it only logs ends the run all the same. */
  readonly log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (facts: { readonly err?: unknown }) => this.#mustBeNoBrokenLaw(facts),
    error: (facts: { readonly err?: unknown }) => this.#mustBeNoBrokenLaw(facts),
  };

  #mustBeNoBrokenLaw({ err }: { readonly err?: unknown }): void {
    if (err instanceof InvariantError) this.fail(err);
  }

  count(name: string, by = 1): void {
    this.tally[name] = (this.tally[name] ?? 0) + by;
  }

  /** Ends the run: a law is broken. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  passTicks(ticks: number): void {
    this.nowMs += ticks * TICK_MS;
  }

  /** Whether commands of the dead are still on their way. */
  get hasLateWrites(): boolean {
    return this.#waiting.some(({ isLate }) => isLate);
  }

  /** Runs `main` to its end, one step at a time. @throws the first failure */
  async run(main: Promise<void>): Promise<void> {
    let isDone = false;
    main.then(
      () => {
        isDone = true;
      },
      (error: unknown) => this.fail(error),
    );
    while (this.#failure === null) {
      // Everything that can go on without the database goes on, until all wait.
      await new Promise((resolve) => setImmediate(resolve));
      if (isDone) break;
      this.#step();
    }
    if (this.#failure !== null) throw this.#failure;
    for (const shard of this.shards) shard.commitTo(shard.log.length);
  }

  #step(): void {
    this.count('steps');
    if ((this.tally.steps ?? 0) > STEPS_MAX) throw new Error('the run does not come to an end');
    for (const shard of this.shards) this.#stepShard(shard);
    const unlucky = this.#isFault(0.15) ? this.chance.of(this.processes) : undefined;
    if (unlucky) this.#crash(unlucky);
    if (this.faultsOn && this.chance.is(0.3)) this.passTicks(this.chance.int(4));
    this.#letOneGoOn();
  }

  /** One of all that wait goes on, and its command arrives. */
  #letOneGoOn(): void {
    const [wait] = this.#waiting.splice(this.chance.int(this.#waiting.length), 1);
    if (!wait) return;
    const isAlive = wait.process !== null && wait.epoch === wait.process.epoch;
    if (isAlive || wait.process === null) wait.resolve();
    if (wait.isLate) wait.send?.();
  }

  #stepShard(shard: Shard): void {
    shard.step();
    const waiting = shard.log.length - shard.point;
    if (!this.faultsOn) shard.commitTo(shard.log.length);
    else if (!shard.isLagging && this.chance.is(0.5)) {
      shard.commitTo(shard.point + this.chance.int(waiting + 1));
    }
    if (this.#isFault(0.04)) {
      this.count('lags');
      shard.lag(10 + this.chance.int(40));
    }
    // A primary that is cut off goes on for a while, and is replaced.
    if (!this.#isFault(shard.isLagging ? 0.4 : 0.06)) return;
    this.count('failovers');
    this.count('rolledBack', shard.failOver());
  }

  #isFault(share: number): boolean {
    return this.faultsOn && this.chance.is(this.faults * share);
  }

  #crash(process: Process): void {
    this.count('crashes');
    process.epoch++;
    for (const wait of this.#waiting) {
      // What was sent arrives, or is lost with its sender.
      if (wait.process !== process || !wait.send || wait.isLate || !this.chance.is(0.6)) continue;
      wait.isLate = true;
      this.count('lateWrites');
    }
    for (const end of process.underWay) end(new StoreError('the process crashed'));
    process.underWay.clear();
    this.onCrash(process);
  }

  /** Waits until the scheduler comes by; for ever when the process crashes meanwhile. */
  point(process: Process | null): Promise<void> {
    return this.#wait(process);
  }

  #wait(process: Process | null, send?: () => void): Promise<void> {
    return new Promise((resolve) => {
      const epoch = process?.epoch ?? 0;
      this.#waiting.push({ process, epoch, resolve, ...(send && { send }), isLate: false });
    });
  }

  /** Where a document lies; every run has a layout of its own. */
  shardOf(key: string): Shard {
    // An account's entries and their keys lie on one shard, which need not be the account's.
    const isEntry = key.startsWith('entry/') || key.startsWith('key/');
    const name = isEntry ? `entries/${key.split(/[/.]/)[1]}` : key;
    const known = this.#layout.get(name);
    if (known) return known;
    let hash = this.#seed | 1;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    const shard = this.shards[new Chance(hash).int(2)] ?? this.shards[0];
    this.#layout.set(name, shard);
    return shard;
  }

  /** What a majority has of one document; the simulation itself looks without faults. */
  committed<Document>(key: string): Document | undefined {
    return this.shardOf(key).committed.get(key) as Document | undefined;
  }

  committedUnder<Document>(prefix: string): readonly Document[] {
    return this.shards.flatMap(({ committed }) => under<Document>(committed, prefix));
  }

  read<Result>(process: Process, { key, view, level }: ServerRead<Result>): Promise<Result> {
    return this.#readShard(process, { shard: this.shardOf(key), view, level });
  }

  /** Documents of all shards, as one query that each of them answers. */
  async readUnder<Document>(process: Process, prefix: string): Promise<readonly Document[]> {
    const view = (documents: Documents) => under<Document>(documents, prefix);
    const found = this.shards.map((shard) => this.#readShard(process, { shard, view }));
    return (await Promise.all(found)).flat();
  }

  async #readShard<Result>(
    process: Process,
    { shard, view, level = 'majority' }: ShardRead<Result>,
  ): Promise<Result> {
    await this.point(process);
    if (this.#isFault(0.3)) throw new StoreError('the read failed');
    if (level === 'linearizable') return this.#linearizable(process, shard, view);
    if (level === 'local') return view(shard.local);
    if (!shard.deposed || !this.faultsOn || !this.chance.is(0.4)) return view(shard.committed);
    this.count('staleReads');
    return view(shard.deposed);
  }

  /** The server reads, and confirms afterwards that it still was the primary. */
  async #linearizable<Result>(
    process: Process,
    shard: Shard,
    view: (documents: Documents) => Result,
  ): Promise<Result> {
    const { term, log } = shard;
    const upTo = log.length;
    const result = view(shard.local);
    while (shard.term === term && shard.point < upTo) await this.point(process);
    if (shard.term !== term) throw new StoreError('no longer the primary');
    return result;
  }

  /** What was written is acknowledged when a majority has it. */
  async write<Result>(process: Process, it: ServerWrite<Result>): Promise<Result> {
    const shard = this.shardOf(it.key);
    await this.#wait(process, () => void it.act(shard));
    if (this.#isFault(1)) this.#failWrite(shard, it);
    const { term } = shard;
    const { result, record } = it.act(shard);
    if (!record) return result;
    const position = shard.log.lastIndexOf(record) + 1;
    const isInLog = () => shard.log[position - 1] === record;
    while (!isInLog() || shard.point < position) {
      if (shard.term !== term && !isInLog()) throw new StoreError('stepped down');
      await this.point(process);
    }
    return result;
  }

  #failWrite(shard: Shard, { act, partly }: ServerWrite<unknown>): never {
    const kind = this.chance.next();
    if (kind < 0.3) {
      this.count('notSent');
      throw new StoreError('not sent');
    }
    if (kind < 0.6) {
      this.count('lateWrites');
      const send = () => void act(shard);
      this.#waiting.push({
        process: GONE,
        epoch: -1,
        resolve: () => undefined,
        send,
        isLate: true,
      });
      throw new StoreError('timed out, and applied later');
    }
    if (partly && kind < 0.8) {
      partly(shard);
      this.count('appliedInPart');
      throw new StoreError('applied in part');
    }
    act(shard);
    this.count('lostAcks');
    throw new StoreError('the acknowledgement was lost');
  }
}

/** Nobody waits for these any more. */
const GONE: Process = { name: 'gone', skewMs: 0, epoch: 0, underWay: new Set() };

function under<Document>(documents: Documents, prefix: string): readonly Document[] {
  const found = [...documents].filter(([key]) => key.startsWith(prefix));
  return found.map(([, document]) => document as Document);
}
