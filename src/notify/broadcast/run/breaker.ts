/** So many results are looked back on. */
const WATCHED = 500;
/** Five per cent of them; a few failures at the very beginning are not more than that. */
const FAILURES_MAX = WATCHED * 0.05;

/** Notices when too much fails. */
export interface Breaker {
  note(what: { readonly failed: boolean; readonly times: number }): void;
  /** More than 5 % of the last 500 failed. */
  isTripped(): boolean;
}

export function breaker(): Breaker {
  const failed: boolean[] = [];
  return {
    note(what) {
      for (let i = Math.min(WATCHED, what.times); i > 0; i--) failed.push(what.failed);
      if (failed.length > WATCHED) failed.splice(0, failed.length - WATCHED);
    },
    isTripped: () => failed.filter(Boolean).length > FAILURES_MAX,
  };
}
