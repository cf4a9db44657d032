/** Pushes on their way, so that one can let another go first. */
export interface Passing {
  /** Tells that a push has been delivered. */
  passed(): void;
  /** Resolves when the next push has been delivered, or `pause` is over. */
  afterNext(pause: Promise<void>): Promise<void>;
}

export function keepPassing(): Passing {
  const waiting = new Set<() => void>();
  return {
    passed() {
      for (const go of waiting) go();
      waiting.clear();
    },
    afterNext(pause) {
      const next = new Promise<void>((resolve) => waiting.add(resolve));
      return Promise.race([next, pause]);
    },
  };
}
