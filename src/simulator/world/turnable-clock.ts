import type { Clock } from '../../kernel/context.ts';

/** A clock that runs like the system's and can be put forward or back. */
export interface TurnableClock {
  /** What the clock shows; a `Clock` that may be handed on by itself. */
  readonly now: Clock;
  turnTo(instant: Date): void;
  advance(ms: number): void;
  /** How far it is ahead of the system, in milliseconds. */
  offsetMs(): number;
}

/** Makes a clock that shows the system's time until somebody turns it. */
export function turnableClock(system: Clock): TurnableClock {
  let offset = 0;
  const now = () => new Date(system().getTime() + offset);
  return {
    now,
    turnTo(instant) {
      offset += instant.getTime() - now().getTime();
    },
    advance(ms) {
      offset += ms;
    },
    offsetMs: () => offset,
  };
}
