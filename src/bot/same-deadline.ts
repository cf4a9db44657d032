interface Waiting {
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly giveUp: () => void;
}

/**
 * Waits for works that may all take the same time, in milliseconds of real time; `late` says what is
 * given for one that did not end in time. The work itself goes on. Who came first is also over first,
 * so one timer serves them all: nearly none of them ever needs it.
 */
export function sameDeadline(
  ms: number,
): <Result>(work: Promise<Result>, late: () => Result) => Promise<Result> {
  const waiting = new Set<Waiting>();
  let isArmed = false;

  function arm(delayMs: number): void {
    isArmed = true;
    // Whoever waits has a connection that keeps the process alive.
    setTimeout(expire, Math.max(1, delayMs)).unref();
  }

  function expire(): void {
    isArmed = false;
    const now = performance.now();
    for (const one of waiting) {
      if (one.endsAt > now) {
        arm(one.endsAt - now);
        return;
      }
      waiting.delete(one);
      one.giveUp();
    }
  }

  return (work, late) =>
    new Promise((resolve, reject) => {
      const one = { endsAt: performance.now() + ms, giveUp: () => resolve(late()) };
      waiting.add(one);
      if (!isArmed) arm(ms);
      work.then(
        (result) => {
          waiting.delete(one);
          resolve(result);
        },
        (error: unknown) => {
          waiting.delete(one);
          reject(error);
        },
      );
    });
}
