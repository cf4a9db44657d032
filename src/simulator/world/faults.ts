import { faultMisplaced } from '../errors.ts';

/** What can go wrong with a call of the service to the platform. */
export const CALL_FAULTS = [
  'delay',
  'silence',
  'reset',
  'lost',
  'status',
  'html',
  'empty',
  'errcode',
  'token',
  'no-event',
] as const;

/** What can go wrong with a push of the platform to the service. */
export const PUSH_FAULTS = ['delay', 'duplicate', 'reorder', 'signature', 'skew'] as const;

export type FaultKind = (typeof CALL_FAULTS)[number] | (typeof PUSH_FAULTS)[number];

/** One thing that goes wrong, and how often. */
export interface Fault {
  /** An API's path such as `cgi-bin/menu/get`, `*` for every API, or `wechat` for pushes. */
  readonly path: string;
  /**
   * `silence`: no answer, then the connection breaks. `reset`: it breaks before anything is done.
   * `lost`: all is done, and the answer never arrives. `token`: the access tokens given out so far are
   * no longer good. `no-event`: done and answered, but the event that follows never comes. `reorder`:
   * the push waits until the next one has been delivered.
   */
  readonly kind: FaultKind;
  readonly errcode: number;
  /** HTTP status. */
  readonly status: number;
  /** Of `delay` and `silence`, in milliseconds of real time. */
  readonly delayMs: number;
  /** How far the platform's clock is ahead of its own; negative for behind. */
  readonly skewSeconds: number;
  /** How often it still happens; null for as long as it stands here. */
  readonly times: number | null;
  /** Of each request, from 0 to 1; drawn from `seed`. */
  readonly probability: number;
  readonly seed: number;
}

/** The switches that make things go wrong. */
export interface Faults {
  /** @throws FAULT_MISPLACED for one that cannot happen there */
  add(fault: Fault): void;
  /** What goes wrong with this request, if anything; counts it. */
  next(path: string): Fault | null;
  /** Those that still stand, oldest first. */
  list(): readonly Fault[];
  clear(): void;
}

interface Standing {
  fault: Fault;
  readonly draw: () => number;
}

export const PUSHES = 'wechat';
const ANY_CALL = '*';

/** Makes switches that are all off. */
export function keepFaults(): Faults {
  let standing: Standing[] = [];
  return {
    add(fault) {
      const possible: readonly FaultKind[] = fault.path === PUSHES ? PUSH_FAULTS : CALL_FAULTS;
      if (!possible.includes(fault.kind)) throw faultMisplaced(fault.path, fault.kind);
      standing.push({ fault, draw: drawsFrom(fault.seed) });
    },
    next(path) {
      const found = standing.find(
        ({ fault, draw }) => covers(fault, path) && draw() < fault.probability,
      );
      if (!found) return null;
      const { fault } = found;
      if (fault.times !== null) found.fault = { ...fault, times: fault.times - 1 };
      standing = standing.filter(({ fault: { times } }) => times !== 0);
      return fault;
    },
    list: () => standing.map(({ fault }) => fault),
    clear() {
      standing = [];
    },
  };
}

function covers(fault: Fault, path: string): boolean {
  return fault.path === path || (fault.path === ANY_CALL && path !== PUSHES);
}

/** Mulberry32: the same numbers for the same seed. */
function drawsFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
