const MINUTE_MS = 60_000;

/** What was begun, and when. */
export interface Begun {
  readonly at: Date;
  readonly messages: number;
}

/** How many messages may still be begun within any sixty seconds. */
export interface Throttle {
  left(now: Date): number;
  take(begun: Begun): void;
}

/** `past` holds what whoever was at it before has begun of late, in any order. */
export function throttle(ratePerMinute: number, past: readonly Begun[]): Throttle {
  let lately = past;
  return {
    left(now) {
      const since = now.getTime() - MINUTE_MS;
      lately = lately.filter(({ at }) => at.getTime() > since);
      return ratePerMinute - lately.reduce((sum, { messages }) => sum + messages, 0);
    },
    take(begun) {
      lately = [...lately, begun];
    },
  };
}
