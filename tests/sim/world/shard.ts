export type Documents = ReadonlyMap<string, unknown>;
export type DocumentChange = readonly [key: string, document: unknown];

/** One write of a shard. */
export interface LogRecord {
  readonly changes: readonly DocumentChange[];
}

/** For how many steps a deposed primary goes on answering. */
const DEPOSED_STEPS = 150;

/** One shard: a log, the point up to which a majority has it, and what a deposed primary still shows. */
export class Shard {
  readonly log: LogRecord[] = [];
  /** Records that a majority has. */
  point = 0;
  term = 0;
  #local = new Map<string, unknown>();
  readonly #committed = new Map<string, unknown>();
  #deposed: Documents | null = null;
  #deposedFor = 0;
  #lagsFor = 0;

  /** What the primary has, committed or not. */
  get local(): Documents {
    return this.#local;
  }
  get committed(): Documents {
    return this.#committed;
  }
  /** What the primary of the term before shows, as long as some still ask it. */
  get deposed(): Documents | null {
    return this.#deposed;
  }

  /** Whether nothing reaches a majority at present. */
  get isLagging(): boolean {
    return this.#lagsFor > 0;
  }

  put(...changes: readonly DocumentChange[]): LogRecord {
    const record = { changes: changes.map(([key, it]) => [key, frozen(it)] as const) };
    this.log.push(record);
    for (const [key, document] of record.changes) this.#local.set(key, document);
    return record;
  }

  commitTo(point: number): void {
    while (this.point < point) {
      for (const [key, document] of this.log[this.point]?.changes ?? []) {
        this.#committed.set(key, document);
      }
      this.point++;
    }
  }

  /** A new primary: what a majority does not have is gone. Says how many writes that were. */
  failOver(): number {
    const lost = this.log.length - this.point;
    this.log.length = this.point;
    this.term++;
    this.#deposed = new Map(this.#committed);
    this.#deposedFor = DEPOSED_STEPS;
    this.#local = new Map(this.#committed);
    this.#lagsFor = 0;
    return lost;
  }

  lag(steps: number): void {
    this.#lagsFor = steps;
  }

  step(): void {
    if (this.#lagsFor > 0) this.#lagsFor--;
    if (this.#deposed && --this.#deposedFor < 0) this.#deposed = null;
  }
}

/**
 * A document is handed out as it is and never copied, so nobody may change it: neither the reader nor
 * the one that wrote it.
 */
function frozen<Value>(value: Value): Value {
  if (value === null || typeof value !== 'object' || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
